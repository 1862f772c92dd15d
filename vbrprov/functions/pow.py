"""pow(num, power): a number to a power."""

from __future__ import annotations

import math

from vbrprov.functions._numbers import from_double
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, to_float

#: Up to here whole powers are computed exactly and rounded once.
_EXACT_BITS = 1100


def _power(num: Number, power: Number) -> float:
    if isinstance(num, int) and num and isinstance(power, int) and (
            num.bit_length() * abs(power) <= _EXACT_BITS):
        return float(num**power) if power >= 0 else 1 / num**-power
    return math.pow(to_float(num), to_float(power))


def _pow(num: Number, power: Number) -> Number:
    try:
        return from_double(_power(num, power))
    except (ValueError, OverflowError):
        raise FunctionError(None, "the result is infinite or not a number") from None


FUNCTION = Function(
    name="pow", doc="Raise a number to a power, computed with 64-bit floats.",
    params=(Param("num", float, "The number."), Param("power", float, "The power.")),
    returns=float, impl=_pow, example="pow(3, 2)",
)
