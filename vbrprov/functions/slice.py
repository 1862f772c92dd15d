"""slice(list, start, end): a part of a list."""

from __future__ import annotations

from vbrprov.functions._structure import opened, pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    ListT,
    ListV,
    SetT,
    TupleT,
    Unknown,
    Value,
    mark,
    type_of,
)


def _slice(values: Value, start: int, end: int) -> Value:
    (inner,), marks = opened((values,))
    kind = type_of(inner)
    if isinstance(kind, SetT):
        raise FunctionError(
            0, "cannot slice a set, because its elements do not have indices; explicitly convert "
            "to a list if the ordering of the result is not important")
    if not isinstance(kind, (ListT, TupleT)) and kind is not DYNAMIC:
        raise FunctionError(0, "must be a list or tuple value")
    if start < 0:
        raise FunctionError(1, "start index must not be less than zero")
    if isinstance(inner, Unknown) and not isinstance(kind, TupleT):
        return pending((inner,), kind, marks)
    items = kind.elements if isinstance(kind, TupleT) else inner.items
    if start > len(items):
        raise FunctionError(1, "start index must not be greater than the length of the list")
    if end > len(items):
        raise FunctionError(2, "end index must not be greater than the length of the list")
    if start > end:
        raise FunctionError(1, "start index must not be greater than end index")
    if isinstance(inner, Unknown):
        return pending((inner,), TupleT(items[start:end]), marks)
    if type(inner) is ListV:
        return mark(ListV(inner.items[start:end], inner.element), marks)
    return mark(inner[start:end], marks)


FUNCTION = Function(
    name="slice", group="collection",
    doc="Return the elements from a start index up to, not including, an end index.",
    params=(
        Param("list", object, "A list or tuple.", unknown="allow", marked=True),
        Param("start_index", int, "The first index."),
        Param("end_index", int, "The index after the last."),
    ),
    returns=object, impl=_slice, example='slice(["a", "b", "c", "d"], 1, 3)',
)
