"""pow(num, power): a number to a power."""

from __future__ import annotations

import math

from vbrprov.functions._numbers import from_double
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, to_float


def _pow(num: Number, power: Number) -> Number:
    try:
        return from_double(math.pow(to_float(num), to_float(power)))
    except (ValueError, OverflowError):
        raise FunctionError(None, "the result is infinite or not a number") from None


FUNCTION = Function(
    name="pow", doc="Raise a number to a power, computed with 64-bit floats.",
    params=(Param("num", float, "The number."), Param("power", float, "The power.")),
    returns=float, impl=_pow, example="pow(3, 2)",
)
