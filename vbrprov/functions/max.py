"""max(numbers...): the greatest number."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number, compare


def _max(*numbers: Number) -> Number:
    if not numbers:
        raise FunctionError(None, "must pass at least one number")
    best = numbers[0]
    for number in numbers[1:]:
        if compare(number, best) > 0:
            best = number
    return best


FUNCTION = Function(
    name="max", group="number", doc="Return the greatest of the given numbers.",
    params=(), variadic=Param("numbers", float, "At least one number."),
    returns=float, impl=_max, example="max(12, 54, 3)",
)
