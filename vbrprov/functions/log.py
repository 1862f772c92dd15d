"""log(num, base): a logarithm."""

from __future__ import annotations

import math

from vbrprov.functions._numbers import from_double
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, to_float

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_L1 = 6.666666666666735130e-01
_L2 = 3.999999999940941908e-01
_L3 = 2.857142874366239149e-01
_L4 = 2.222219843214978396e-01
_L5 = 1.818357216161805012e-01
_L6 = 1.531383769920937332e-01
_L7 = 1.479819860511658591e-01


def _log(num: Number, base: Number) -> Number:
    number, root = to_float(num), to_float(base)
    if number <= 0:
        raise FunctionError(0, "a number greater than zero is required")
    if root < 0 or root == 1:
        raise FunctionError(1, "a base greater than zero and other than one is required")
    return from_double(_natural(number) / _natural(root)) if root else 0


def _natural(value: float) -> float:
    """The natural logarithm to the same last bit as Go's, whatever the C library does.

    The method is FreeBSD's, as in https://go.dev/src/math/log.go.
    """
    fraction, exponent = math.frexp(value)
    if fraction < math.sqrt(2) / 2:
        fraction, exponent = fraction * 2, exponent - 1
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_L1 + s4 * (_L3 + s4 * (_L5 + s4 * _L7)))
    even = s4 * (_L2 + s4 * (_L4 + s4 * _L6))
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * _LN2_LOW)) - f)


FUNCTION = Function(
    name="log", group="number",
    doc="Return the logarithm of a number to a base, computed with 64-bit floats.",
    params=(Param("num", float, "The number."), Param("base", float, "The base.")),
    returns=float, impl=_log, example="log(16, 2)",
)
