"""log(num, base): a logarithm."""

from __future__ import annotations

import math

from vbrprov.functions._numbers import from_double
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, to_float


def _log(num: Number, base: Number) -> Number:
    number, root = to_float(num), to_float(base)
    if number <= 0:
        raise FunctionError(0, "a number greater than zero is required")
    if root < 0 or root == 1:
        raise FunctionError(1, "a base greater than zero and other than one is required")
    return from_double(math.log(number) / math.log(root)) if root else 0


FUNCTION = Function(
    name="log", doc="Return the logarithm of a number to a base, computed with 64-bit floats.",
    params=(Param("num", float, "The number."), Param("base", float, "The base.")),
    returns=float, impl=_log, example="log(16, 2)",
)
