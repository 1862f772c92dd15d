"""concat(seqs...): lists put together."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import check_count, converted, opened, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    ListT,
    ListV,
    TupleT,
    Type,
    Unknown,
    Value,
    mark,
    type_of,
    unify,
)


def _type(args: Sequence[Value]) -> Type:
    types = [type_of(a) for a in args]
    if not types or any(t is DYNAMIC for t in types):
        return DYNAMIC
    if all(isinstance(t, ListT) for t in types):
        unified = unify(types)
        if unified is not None:
            return unified
    parts: list[Type] = []
    for arg, kind in zip(args, types, strict=True):
        if isinstance(kind, TupleT):
            parts += kind.elements
        elif isinstance(kind, ListT) and not isinstance(arg, Unknown):
            parts += [kind.element] * len(arg.items)
        else:
            return DYNAMIC
    return TupleT(tuple(parts))


def _concat(*seqs: Value) -> Value:
    if not seqs:
        raise FunctionError(None, "at least one argument is required")
    values, marks = opened(seqs)
    for index, value in enumerate(values):
        kind = type_of(value)
        if not isinstance(kind, (ListT, TupleT)) and kind is not DYNAMIC:
            raise FunctionError(
                index, f"all arguments must be lists or tuples; got {kind.friendly()}")
    type_ = _type(values)
    if any(isinstance(v, Unknown) for v in values):
        return pending(values, type_, marks)
    items = [item for value in values for item in sequence(value) or ()]
    check_count(len(items))
    if isinstance(type_, ListT):
        return mark(ListV(converted(items, type_.element), type_.element), marks)
    return mark(tuple(items), marks)


FUNCTION = Function(
    name="concat", group="collection", doc="Put lists or tuples together, in order.",
    params=(), variadic=Param("seqs", object, "Lists or tuples.", unknown="allow", marked=True),
    returns=_type, impl=_concat, example='concat(["a"], ["b", "c"])',
)
