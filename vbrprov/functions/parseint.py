"""parseint(number, base): a whole number written in some base."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import Value, type_of
from vbrprov.values.number import MAX_DIGITS, normal

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _parseint(number: Value, base: int) -> Value:
    if not isinstance(number, str):
        raise FunctionError(
            0, f"first argument must be a string, not {type_of(number).friendly()}")
    if not 2 <= base <= 62:
        raise FunctionError(1, "base must be a whole number between 2 and 62 inclusive")
    digits = number[1:] if number[:1] in ("-", "+") else number
    if len(digits) > MAX_DIGITS:
        raise FunctionError(0, f"the number has more than {MAX_DIGITS} digits")
    known = _DIGITS[:base]
    total = 0
    for digit in digits if base > 36 else digits.lower():
        worth = known.find(digit)
        if worth < 0:
            digits = ""
            break
        total = total * base + worth
    if not digits:
        raise FunctionError(0, f'cannot parse "{number}" as a base {base} integer')
    return normal(-total if number[0] == "-" else total)


FUNCTION = Function(
    name="parseint", group="number", doc="Read a whole number that is written in some base.",
    params=(
        Param("number", object, "The digits, as a string."),
        Param("base", int, "The base, 2 to 62. Above 36, capitals follow small letters."),
    ),
    returns=float, impl=_parseint, example='parseint("FF", 16)',
)
