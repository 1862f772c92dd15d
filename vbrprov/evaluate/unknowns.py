"""What is not known inside a value, and what stands in for the value of a wrong expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vbrprov.evaluate.errors import EvalError, UnknownNameError
from vbrprov.evaluate.loops import UnknownLoopError, rounds
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.traversal import walk
from vbrprov.syntax import ast
from vbrprov.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ConversionError,
    ListT,
    ListV,
    MapV,
    Null,
    SetV,
    Spent,
    TupleT,
    Type,
    Unknown,
    Value,
    bare,
    convert,
    type_of,
    unify,
    unmark_deep,
)

Evaluate = Callable[[ast.Expr, Scope], Value]


def _unknowns(value: Value) -> Iterator[Unknown]:
    """All that is not known inside *value*."""
    stack = [value]
    while stack:
        item = bare(stack.pop())
        if isinstance(item, Unknown):
            yield item
        elif type(item) is tuple:
            stack.extend(item)
        elif type(item) is dict:
            stack.extend(item.values())
        elif type(item) is ListV or type(item) is SetV:
            stack.extend(item.items)
        elif type(item) is MapV:
            stack.extend(item.items.values())


def first_unknown(value: Value) -> Value:
    """An unknown inside *value*, a spent one if there is one; *value* itself when all is known."""
    found: Value = None
    for item in _unknowns(value):
        if isinstance(item, Spent):
            return item
        found = found or item
    return value if found is None else found


def has_untyped(value: Value) -> bool:
    """Whether something inside *value* is unknown with all its type."""
    return any(item.type is DYNAMIC for item in _unknowns(value))


def arm_type(node: ast.Conditional, yes: Value, no: Value) -> Type:
    """The type of a conditional whose arms have these values.

    Raises:
        EvalError: No type suits both.
    """
    yes_type, no_type = type_of(yes), type_of(no)
    if yes_type == no_type:
        return yes_type
    if yes_type is DYNAMIC or no_type is DYNAMIC:
        # A bare null takes the type of the other arm; all else may turn out to be anything.
        if yes_type is DYNAMIC and type(bare(yes)) is Null:
            return no_type
        return yes_type if no_type is DYNAMIC and type(bare(no)) is Null else DYNAMIC
    unified = unify([yes_type, no_type])
    if unified is None:
        raise EvalError(
            "Inconsistent conditional result types",
            "The true and false result expressions must have consistent types. The 'true' value is "
            f"{yes_type.friendly()}, but the 'false' value is {no_type.friendly()}.",
            node.start, node.end)
    return unified


def stand_in(node: ast.Expr, scope: Scope, evaluate: Evaluate) -> Value:
    """The value of an expression, or, where that is wrong, an unknown of the type it shows.

    Terraform drops the errors of the arm that a conditional does not take, but not its type.

    Raises:
        UnknownNameError: A name in it is declared nowhere.
    """
    try:
        return evaluate(node, scope)
    except UnknownNameError:
        raise
    except EvalError:
        make = _STAND_INS.get(type(node))
        try:
            return make(node, scope, evaluate) if make else Unknown()
        except UnknownNameError:
            raise
        except (EvalError, UnknownLoopError, ConversionError):
            return Unknown()


def _paren(node: ast.Paren | ast.TemplateWrap, scope: Scope, evaluate: Evaluate) -> Value:
    return stand_in(node.expr, scope, evaluate)


def _unary(node: ast.Unary, scope: Scope, evaluate: Evaluate) -> Value:
    return Unknown(BOOL if node.op == "!" else NUMBER)


def _binary(node: ast.Binary, scope: Scope, evaluate: Evaluate) -> Value:
    return Unknown(NUMBER if node.op in ("+", "-", "*", "/", "%") else BOOL)


def _template(node: ast.Template, scope: Scope, evaluate: Evaluate) -> Value:
    return Unknown(STRING)


def _tuple(node: ast.Tuple, scope: Scope, evaluate: Evaluate) -> Value:
    return tuple([stand_in(item, scope, evaluate) for item in node.items])


def _key(node: ast.Expr, scope: Scope, evaluate: Evaluate) -> str:
    key = convert(unmark_deep(evaluate(node, scope))[0], STRING)
    if type(key) is not str:
        raise ConversionError("string required")
    return key


def _object(node: ast.Object, scope: Scope, evaluate: Evaluate) -> Value:
    return {_key(i.key, scope, evaluate): stand_in(i.value, scope, evaluate) for i in node.items}


def _conditional(node: ast.Conditional, scope: Scope, evaluate: Evaluate) -> Value:
    arms = stand_in(node.yes, scope, evaluate), stand_in(node.no, scope, evaluate)
    return Unknown(arm_type(node, *arms))


def _for(node: ast.For, scope: Scope, evaluate: Evaluate) -> Value:
    scopes, _ = rounds(node.collection, node.key, node.value, scope, evaluate)
    inner = [i for i in scopes
             if node.cond is None or convert(unmark_deep(evaluate(node.cond, i))[0], BOOL) is True]
    if node.result_key is None:
        return tuple([stand_in(node.result, i, evaluate) for i in inner])
    out: dict[str, Any] = {}
    for item in inner:
        key = _key(node.result_key, item, evaluate)
        value = stand_in(node.result, item, evaluate)
        if node.group:
            out[key] = (*out.get(key, ()), value)
        else:
            out.setdefault(key, value)
    return out


def _access(node: ast.Access, scope: Scope, evaluate: Evaluate) -> Value:
    return _splat(stand_in(node.target, scope, evaluate), node, 0, scope, evaluate)


def _ref(node: ast.Ref, scope: Scope, evaluate: Evaluate) -> Value:
    value, used = scope.resolve(node)
    return _splat(value, node, used, scope, evaluate)


def _splat(value: Value, node: ast.Access | ast.Ref, at: int, scope: Scope,
           evaluate: Evaluate) -> Value:
    """Of ``value.a[*].b``, where ``.b`` is wrong: as many elements, of no known type."""
    steps = list(node.steps)
    last = steps[-1]
    if type(last) is not ast.SplatStep or any(type(s) is ast.SplatStep for s in steps[at:-1]):
        return Unknown()

    def follow(start: Value, some: list[ast.Step], skip: int = 0) -> Value:
        return walk(start, some, lambda key: evaluate(key, scope), node.start, skip)

    def kind_of(kind: Type) -> Type:
        try:
            return type_of(follow(Unknown(kind), last.steps))
        except EvalError:
            return DYNAMIC

    source = bare(follow(value, steps[:-1], at))
    kind = type_of(source)
    if type(source) is ListV or type(source) is SetV:
        return Unknown(ListT(kind_of(source.element)))
    parts = kind.elements if isinstance(kind, TupleT) else (kind,)
    return Unknown(TupleT(tuple(map(kind_of, parts))))


_STAND_INS: dict[type, Callable[[Any, Scope, Evaluate], Value]] = {
    ast.Paren: _paren,
    ast.TemplateWrap: _paren,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.Template: _template,
    ast.Tuple: _tuple,
    ast.Object: _object,
    ast.Conditional: _conditional,
    ast.For: _for,
    ast.Access: _access,
    ast.Ref: _ref,
}
