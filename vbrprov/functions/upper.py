"""upper(str): all letters in upper case."""

from __future__ import annotations

from vbrprov.functions._text import text, upper
from vbrprov.sdk import Function, Param


def _upper(value: str) -> str:
    return text(upper(value))


FUNCTION = Function(
    name="upper", group="text", doc="Convert all letters of a string to upper case.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_upper, example='upper("hello")',
)
