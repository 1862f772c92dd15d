"""abs(num): a number without its sign."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values.number import Number, compare, negate


def _abs(num: Number) -> Number:
    return negate(num) if compare(num, 0) < 0 else num


FUNCTION = Function(
    name="abs", group="number", doc="Return the absolute value of a number.",
    params=(Param("num", float, "The number."),),
    returns=float, impl=_abs, example="abs(-12.4)",
)
