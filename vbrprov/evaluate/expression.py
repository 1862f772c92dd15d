"""The evaluator: syntax nodes to values, by walking the tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vbrprov.evaluate.call import call_function
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.hiding import why_not
from vbrprov.evaluate.loops import UnknownLoopError, for_expression, rounds
from vbrprov.evaluate.operators import binary, unary
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.traversal import walk
from vbrprov.evaluate.unknowns import arm_type, stand_in
from vbrprov.syntax import ast
from vbrprov.values import (
    BOOL,
    DYNAMIC,
    EPHEMERAL,
    NULL,
    NUMBER,
    SENSITIVE,
    STRING,
    ConversionError,
    NumberError,
    Unknown,
    Value,
    bare,
    convert,
    is_known,
    mark,
    marks_deep,
    same,
    to_string,
    type_of,
    unknown_from,
    unmark,
    unmark_deep,
)
from vbrprov.values.number import parse_number
from vbrprov.values.value import Mark, Null

STRING_BUDGET = 1_000_000


def evaluate(node: ast.Expr, scope: Scope) -> Value:
    """The value of an expression.

    Raises:
        EvalError: It has none; the offsets are those of the smallest wrong part.
    """
    try:
        return _EVALUATORS[type(node)](node, scope)
    except EvalError as error:
        if error.node is None:
            error.node, error.scope = node, scope
        raise


def _literal(node: ast.Literal, scope: Scope) -> Value:
    return NULL if node.value is None else node.value


def _number(node: ast.Number, scope: Scope) -> Value:
    try:
        return parse_number(node.text)
    except NumberError as error:
        raise EvalError("Invalid number literal", str(error), node.start, node.end) from None


def _ref(node: ast.Ref, scope: Scope) -> Value:
    value, used = scope.resolve(node)
    if used == len(node.steps):
        return value
    return walk(value, node.steps, lambda key: evaluate(key, scope), node.start, used)


def _access(node: ast.Access, scope: Scope) -> Value:
    target = evaluate(node.target, scope)
    return walk(target, node.steps, lambda key: evaluate(key, scope), node.start)


def _paren(node: ast.Paren, scope: Scope) -> Value:
    return evaluate(node.expr, scope)


def _unary(node: ast.Unary, scope: Scope) -> Value:
    return unary(node, evaluate(node.operand, scope))


def _binary(node: ast.Binary, scope: Scope) -> Value:
    # Long sums lean to the left; walking that side in a loop keeps the stack flat.
    spine = [node]
    left: Any = node.left
    while type(left) is ast.Binary:
        spine.append(left)
        left = left.left
    value = evaluate(left, scope)
    for item in reversed(spine):
        value = binary(item, value, evaluate(item.right, scope))
    return value


def _conditional(node: ast.Conditional, scope: Scope) -> Value:
    cond, marks = unmark_deep(evaluate(node.cond, scope))
    if type(cond) is Null:
        raise EvalError("Null condition", "The condition value is null. Conditions must either be "
                        "true or false.", node.cond.start, node.cond.end)
    try:
        cond = convert(cond, BOOL)
    except ConversionError as error:
        raise EvalError("Incorrect condition type", "The condition expression must be of type "
                        f"bool: {why_not(error, cond, marks)}.",
                        node.cond.start, node.cond.end) from None
    if isinstance(cond, Unknown):
        yes, no = stand_in(node.yes, scope, evaluate), stand_in(node.no, scope, evaluate)
        wanted = arm_type(node, yes, no)
        inner = marks_deep(yes) | marks_deep(no)
        if type(bare(yes)) is Null and type(bare(no)) is Null:
            return mark(Null(wanted), marks | inner)
        if wanted is NUMBER and is_known(bare(yes)) and same(
                convert(bare(yes), NUMBER), convert(bare(no), NUMBER)):
            return mark(convert(bare(yes), NUMBER), marks | inner)
        sure = all(type(bare(arm)) is not Null and getattr(bare(arm), "not_null", True)
                   for arm in (yes, no))
        return mark(unknown_from((cond,), wanted, not_null=sure), marks | inner)
    chosen = evaluate(node.yes if cond else node.no, scope)
    # The arm that is not taken may be wrong; its type counts as far as it can be told.
    other = stand_in(node.no if cond else node.yes, scope, evaluate)
    wanted = arm_type(node, chosen if cond else other, other if cond else chosen)
    # As in Terraform, a choice between a secret and something else is secret. That a value can be
    # had only once is not so: what is not taken need not be there.
    marks |= unmark(other)[1] & {SENSITIVE, EPHEMERAL}
    try:
        return mark(convert(chosen, wanted), marks)
    except ConversionError as error:
        arm = node.yes if cond else node.no
        raise EvalError("Inconsistent conditional result types", "The true and false result "
                        "expressions must have consistent types. The "
                        f"'{'true' if cond else 'false'}' value does not become "
                        f"{_a(wanted.friendly())}: {error}.", arm.start, arm.end) from None


def _tuple(node: ast.Tuple, scope: Scope) -> Value:
    return tuple([evaluate(item, scope) for item in node.items])


def _object(node: ast.Object, scope: Scope) -> Value:
    out: dict[str, Value] = {}
    marks: frozenset[Mark] = frozenset()
    for item in node.items:
        key_node = item.key
        if type(key_node) is ast.Literal and type(key_node.value) is str:
            out[key_node.value] = evaluate(item.value, scope)
            continue
        key, key_marks = unmark_deep(evaluate(key_node, scope))
        marks |= key_marks
        if type(key) is Null:
            raise EvalError("Null value as key", "Can't use a null value as a key.",
                            key_node.start, key_node.end)
        try:
            key = convert(key, STRING)
        except ConversionError as error:
            raise EvalError("Incorrect key type", f"Can't use this value as a key: {error}.",
                            key_node.start, key_node.end) from None
        value = evaluate(item.value, scope)
        if isinstance(key, Unknown):
            return mark(unknown_from((key,), DYNAMIC), marks)
        out[key] = value
    return mark(out, marks) if marks else out


def _template(node: ast.Template, scope: Scope) -> Value:
    out: list[str] = []
    state = _TemplateState()
    _parts(node.parts, scope, out, state)
    if state.unknown is not None:
        return mark(unknown_from((state.unknown,), STRING, not_null=True), state.marks)
    text = "".join(out)
    if len(text) > STRING_BUDGET:
        raise EvalError("String too long", f"The template makes a string of {len(text)} "
                        f"characters; the limit is {STRING_BUDGET}.", node.start, node.end)
    return mark(text, state.marks) if state.marks else text


class _TemplateState:
    __slots__ = ("marks", "unknown")

    def __init__(self) -> None:
        self.marks: frozenset[Mark] = frozenset()
        self.unknown: Value | None = None


def _parts(parts: list[ast.Part], scope: Scope, out: list[str], state: _TemplateState) -> None:
    for part in parts:
        kind = type(part)
        if kind is ast.Literal and type(part.value) is str:  # type: ignore[union-attr]
            out.append(part.value)  # type: ignore[union-attr]
        elif kind is ast.TemplateIf:
            _template_if(part, scope, out, state)  # type: ignore[arg-type]
        elif kind is ast.TemplateFor:
            _template_for(part, scope, out, state)  # type: ignore[arg-type]
        else:
            _interpolate(part, scope, out, state)  # type: ignore[arg-type]


def _interpolate(part: ast.Expr, scope: Scope, out: list[str], state: _TemplateState) -> None:
    value = evaluate(part, scope)
    if type(value) is str:
        out.append(value)
        return
    value, marks = unmark_deep(value)
    state.marks |= marks
    if isinstance(value, Unknown):
        if state.unknown is None or not is_known(state.unknown):
            state.unknown = unknown_from((state.unknown or value, value), STRING)
        return
    if type(value) is Null:
        raise EvalError("Invalid template interpolation value", "The expression result is null. "
                        "Cannot include a null value in a string template.", part.start, part.end)
    try:
        out.append(to_string(value))
    except ConversionError:
        raise EvalError(
            "Invalid template interpolation value", "Cannot include the given value in a string "
            f"template: string required, but it is {_a(type_of(value).friendly())}.",
            part.start, part.end) from None


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _template_if(part: ast.TemplateIf, scope: Scope, out: list[str], state: _TemplateState) -> None:
    cond, marks = unmark_deep(evaluate(part.cond, scope))
    state.marks |= marks
    if type(cond) is Null:
        raise EvalError("Null condition", "The condition value is null. Conditions must either be "
                        "true or false.", part.cond.start, part.cond.end)
    try:
        cond = convert(cond, BOOL)
    except ConversionError as error:
        raise EvalError("Incorrect condition type", "The condition expression must be of type "
                        f"bool: {why_not(error, cond, marks)}.",
                        part.cond.start, part.cond.end) from None
    if isinstance(cond, Unknown):
        state.unknown = unknown_from((cond,), STRING)
        return
    _parts(part.yes if cond else part.no, scope, out, state)


def _template_for(part: ast.TemplateFor, scope: Scope, out: list[str],
                  state: _TemplateState) -> None:
    try:
        scopes, marks = rounds(part.collection, part.key, part.value, scope, evaluate)
    except UnknownLoopError as unknown:
        state.unknown = unknown_from((unknown.value,), STRING)
        state.marks |= unknown.marks
        return
    state.marks |= marks
    size = 0
    for inner in scopes:
        made = len(out)
        _parts(part.body, inner, out, state)
        size += sum(map(len, out[made:]))
        if size > STRING_BUDGET:
            raise EvalError("String too long", f"The template makes a string of more than "
                            f"{STRING_BUDGET} characters.", part.start, part.end)


def _template_wrap(node: ast.TemplateWrap, scope: Scope) -> Value:
    return evaluate(node.expr, scope)


def _for(node: ast.For, scope: Scope) -> Value:
    return for_expression(node, scope, evaluate)


def _call(node: ast.Call, scope: Scope) -> Value:
    return call_function(node, scope, evaluate)


_EVALUATORS: dict[type, Callable[[Any, Scope], Value]] = {
    ast.Literal: _literal,
    ast.Number: _number,
    ast.Ref: _ref,
    ast.Access: _access,
    ast.Paren: _paren,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.Conditional: _conditional,
    ast.Tuple: _tuple,
    ast.Object: _object,
    ast.Template: _template,
    ast.TemplateWrap: _template_wrap,
    ast.For: _for,
    ast.Call: _call,
}
