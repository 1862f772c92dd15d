"""reverse(list): a list backwards."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import opened, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    ListT,
    ListV,
    SetT,
    TupleT,
    Type,
    Unknown,
    Value,
    mark,
    type_of,
)


def _type(args: Sequence[Value]) -> Type:
    kind = type_of(args[0])
    if isinstance(kind, TupleT):
        return TupleT(kind.elements[::-1])
    return ListT(kind.element) if isinstance(kind, (ListT, SetT)) else DYNAMIC


def _reverse(values: Value) -> Value:
    (inner,), marks = opened((values,))
    kind = type_of(inner)
    if not isinstance(kind, (ListT, SetT, TupleT)) and kind is not DYNAMIC:
        raise FunctionError(0, f"can only reverse list or tuple values, not {kind.friendly()}")
    if isinstance(inner, Unknown):
        return pending((inner,), _type((inner,)), marks)
    items = (sequence(inner) or ())[::-1]
    if isinstance(kind, (ListT, SetT)):
        return mark(ListV(items, kind.element), marks)
    return mark(items, marks)


FUNCTION = Function(
    name="reverse", group="collection", doc="Return the elements of a list in the opposite order.",
    params=(Param("list", object, "A list, tuple or set.", unknown="allow", marked=True),),
    returns=_type, impl=_reverse, example="reverse([1, 2, 3])",
)
