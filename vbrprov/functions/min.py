"""min(numbers...): the least number."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, compare


def _min(*numbers: Number) -> Number:
    if not numbers:
        raise FunctionError(None, "must pass at least one number")
    best = numbers[0]
    for number in numbers[1:]:
        if compare(number, best) < 0:
            best = number
    return best


FUNCTION = Function(
    name="min", group="number", doc="Return the least of the given numbers.",
    params=(), variadic=Param("numbers", float, "At least one number."),
    returns=float, impl=_min, example="min(12, 54, 3)",
)
