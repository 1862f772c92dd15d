"""pow(num, power): a number to a power."""

from __future__ import annotations

import math

from vbrprov.functions._numbers import from_double
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, compare, to_float


def _whole_power(base: float, power: int) -> float:
    """By squaring, mantissa and exponent apart: for these, rounding agrees with Terraform's."""
    result, shift = 1.0, 0
    mantissa, exponent = math.frexp(base)
    for bit in reversed(bin(abs(power))[2:]):
        if bit == "1":
            result *= mantissa
            shift += exponent
        mantissa *= mantissa
        exponent *= 2
        if abs(mantissa) < 0.5:
            mantissa += mantissa
            exponent -= 1
    if power < 0:
        result, shift = 1 / result, -shift
    return math.ldexp(result, shift)


def _power(num: Number, power: Number) -> float:
    if isinstance(power, int) and abs(power) < 1 << 16 and compare(num, 0) != 0:
        return _whole_power(to_float(num), power)
    return math.pow(to_float(num), to_float(power))


def _pow(num: Number, power: Number) -> Number:
    try:
        return from_double(_power(num, power))
    except (ValueError, OverflowError):
        raise FunctionError(None, "the result is infinite or not a number") from None


FUNCTION = Function(
    name="pow", group="number", doc="Raise a number to a power, computed with 64-bit floats.",
    params=(Param("num", float, "The number."), Param("power", float, "The power.")),
    returns=float, impl=_pow, example="pow(3, 2)",
)
