"""``for`` expressions and template loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain

from vbrprov.evaluate.budget import Rounds, check_elements
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.hiding import why_not
from vbrprov.evaluate.scope import Local, Scope
from vbrprov.syntax import ast
from vbrprov.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ConversionError,
    Null,
    Unknown,
    Value,
    convert,
    elements,
    mark,
    type_of,
    unknown_from,
    unmark,
    unmark_deep,
)
from vbrprov.values.value import Marks

Evaluate = Callable[[ast.Expr, Scope], Value]


class UnknownLoopError(Exception):
    """The loop cannot run: its collection, a condition or a key is not known."""

    def __init__(self, value: Value, marks: Marks) -> None:
        super().__init__("unknown")
        self.value = value
        self.marks = marks


def rounds(
    collection: ast.Expr, key: str | None, value: str, scope: Scope, evaluate: Evaluate,
) -> tuple[Iterator[Local], Marks]:
    """One scope a round, and the marks of the collection.

    Raises:
        EvalError: Nothing to iterate over.
        UnknownLoopError: The collection is not known.
    """
    source, marks = unmark(evaluate(collection, scope))
    if type(source) is Null:
        raise EvalError("Iteration over null value", "A null value cannot be used as the "
                        "collection in a 'for' expression.", collection.start, collection.end)
    if isinstance(source, Unknown) and source.type not in (STRING, NUMBER, BOOL):
        raise UnknownLoopError(source, marks)
    pairs = elements(source)
    if pairs is None:
        raise EvalError("Iteration over non-iterable value",
                        f"A value of type {type_of(source).friendly()} cannot be used as the "
                        "collection in a 'for' expression.", collection.start, collection.end)

    left = scope.rounds if type(scope) is Local else None
    if left is None:
        left = Rounds()
    else:
        # The value of an outer loop may hold its own value many times, and so on inwards.
        check_elements(source, collection)

    def scopes() -> Iterator[Local]:
        for index, item in pairs:
            left.spend(collection)
            yield Local(scope, {value: item} if key is None else {key: index, value: item}, left)

    return scopes(), marks


def _wanted(node: ast.For, inner: Local, evaluate: Evaluate) -> tuple[bool, Marks]:
    if node.cond is None:
        return True, frozenset()
    cond, marks = unmark_deep(evaluate(node.cond, inner))
    if type(cond) is Null:
        raise EvalError("Condition is null", "The value of the 'if' clause must not be null.",
                        node.cond.start, node.cond.end)
    try:
        cond = convert(cond, BOOL)
    except ConversionError as error:
        raise EvalError("Invalid 'for' condition", "The 'if' clause value is invalid: "
                        f"{why_not(error, cond, marks)}.",
                        node.cond.start, node.cond.end) from None
    if isinstance(cond, Unknown):
        raise UnknownLoopError(cond, marks)
    return bool(cond), marks


def _key(node: ast.For, inner: Local, evaluate: Evaluate) -> tuple[str, Marks]:
    assert node.result_key is not None
    start, end = node.result_key.start, node.result_key.end
    key, marks = unmark_deep(evaluate(node.result_key, inner))
    if type(key) is Null:
        raise EvalError("Invalid object key", "Key expression in 'for' expression must not "
                        "produce a null value.", start, end)
    try:
        key = convert(key, STRING)
    except ConversionError as error:
        raise EvalError("Invalid object key", f"The key expression produced an invalid result: "
                        f"{error}.", start, end) from None
    if isinstance(key, Unknown):
        raise UnknownLoopError(key, marks)
    return str(key), marks


def for_expression(node: ast.For, scope: Scope, evaluate: Evaluate) -> Value:
    """The tuple or object that a ``for`` expression makes.

    Raises:
        EvalError: A part has no value, or a key repeats without ``...``.
    """
    try:
        inner_scopes, marks = rounds(node.collection, node.key, node.value, scope, evaluate)
    except UnknownLoopError as unknown:
        return mark(unknown_from((unknown.value,), DYNAMIC), unknown.marks)
    try:
        if node.cond is not None:
            first = next(inner_scopes, None)
            if first is None:
                return _nothing(node, scope, marks, evaluate)
            inner_scopes = chain((first,), inner_scopes)
        if node.result_key is None:
            out: list[Value] = []
            for inner in inner_scopes:
                wanted, extra = _wanted(node, inner, evaluate)
                marks = marks | extra
                if wanted:
                    out.append(evaluate(node.result, inner))
            return mark(tuple(out), marks)
        return _for_object(node, inner_scopes, marks, evaluate)
    except UnknownLoopError as unknown:
        return mark(unknown_from((unknown.value,), DYNAMIC), marks | unknown.marks)


def _nothing(node: ast.For, scope: Scope, marks: Marks, evaluate: Evaluate) -> Value:
    """The value of a loop without rounds; its condition must be one even so."""
    any_round = Local(scope, {node.value: Unknown(), node.key or node.value: Unknown()}, Rounds())
    with suppress(UnknownLoopError):
        _wanted(node, any_round, evaluate)
    return mark(() if node.result_key is None else {}, marks)


def _for_object(node: ast.For, inner_scopes: Iterator[Local], marks: Marks,
                evaluate: Evaluate) -> Value:
    single: dict[str, Value] = {}
    grouped: dict[str, list[Value]] = {}
    for inner in inner_scopes:
        wanted, extra = _wanted(node, inner, evaluate)
        marks = marks | extra
        if not wanted:
            continue
        key, extra = _key(node, inner, evaluate)
        marks = marks | extra
        value = evaluate(node.result, inner)
        if node.group:
            grouped.setdefault(key, []).append(value)
        elif key in single:
            assert node.result_key is not None
            shown = "same key" if marks else f'key "{key}"'
            raise EvalError(
                "Duplicate object key", f'Two different items produced the {shown} in this '
                "'for' expression. If duplicates are expected, use the ellipsis (...) after the "
                "value expression to enable grouping by key.",
                node.result_key.start, node.result_key.end)
        else:
            single[key] = value
    if node.group:
        return mark({k: tuple(v) for k, v in grouped.items()}, marks)
    return mark(single, marks)
