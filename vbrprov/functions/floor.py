"""floor(num): a number rounded down."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values.number import Number, floor


def _floor(num: Number) -> int:
    return floor(num)


FUNCTION = Function(
    name="floor", group="number",
    doc="Return the greatest whole number that is not greater than the given one.",
    params=(Param("num", float, "The number."),),
    returns=float, impl=_floor, example="floor(4.9)",
)
