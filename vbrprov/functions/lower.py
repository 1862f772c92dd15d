"""lower(str): all letters in lower case."""

from __future__ import annotations

from vbrprov.functions._text import lower, text
from vbrprov.sdk import Function, Param


def _lower(value: str) -> str:
    return text(lower(value))


FUNCTION = Function(
    name="lower", group="text", doc="Convert all letters of a string to lower case.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_lower, example='lower("HELLO")',
)
