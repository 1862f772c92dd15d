"""sum(list): the sum of numbers."""

from __future__ import annotations

from vbrprov.functions._structure import sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import NUMBER, ConversionError, Null, Value, convert
from vbrprov.values.number import Number, add


def _sum(values: Value) -> Value:
    items = sequence(values)
    if items is None:
        raise FunctionError(0, "argument must be list, set, or tuple")
    if not items:
        raise FunctionError(0, "cannot sum an empty list")
    total: Number = 0
    for item in items:
        try:
            number = convert(item, NUMBER)
        except ConversionError:
            number = None
        if number is None or type(number) is Null:
            raise FunctionError(0, "argument must be list, set, or tuple of number values")
        total = add(total, number)
    return total


FUNCTION = Function(
    name="sum", group="number", doc="Add up the numbers of a list or set.",
    params=(Param("list", object, "At least one number."),),
    returns=float, impl=_sum, example="sum([10, 13, 6, 4.5])",
)
