"""Numbers of functions that compute with 64-bit floats."""

from __future__ import annotations

import math

from vbrprov.sdk import FunctionError
from vbrprov.values.number import Number, parse_number


def from_double(value: float) -> Number:
    """A 64-bit float as a number: its shortest decimal, as Terraform prints it.

    Raises:
        FunctionError: It is infinite or not a number.
    """
    if not math.isfinite(value):
        raise FunctionError(None, "the result is infinite or not a number")
    return parse_number(repr(value))
