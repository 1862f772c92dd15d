"""index(list, value): where a value first occurs in a list."""

from __future__ import annotations

from vbrprov.functions._structure import compare, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import NUMBER, SetV, Value


def _index(values: Value, wanted: Value) -> Value:
    items = sequence(values)
    if items is None or type(values) is SetV:
        raise FunctionError(None, "argument must be a list or tuple")
    if not items:
        raise FunctionError(None, "cannot search an empty list")
    for position, item in enumerate(items):
        result = compare(item, wanted)
        if result is None:
            return pending((item, wanted), NUMBER)
        if result:
            return position
    raise FunctionError(None, "item not found")


FUNCTION = Function(
    name="index", group="collection",
    doc="Return the index of the first element that equals a value.",
    params=(
        Param("list", object, "A list or tuple.", unknown="shallow"),
        Param("value", object, "The value to find.", unknown="shallow"),
    ),
    returns=float, impl=_index, example='index(["a", "b", "c"], "b")',
)
