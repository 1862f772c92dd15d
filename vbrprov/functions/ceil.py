"""ceil(num): a number rounded up."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values.number import Number, floor, negate


def _ceil(num: Number) -> int:
    return -floor(negate(num))


FUNCTION = Function(
    name="ceil", group="number",
    doc="Return the least whole number that is not less than the given one.",
    params=(Param("num", float, "The number."),),
    returns=float, impl=_ceil, example="ceil(5.1)",
)
