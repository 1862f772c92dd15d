"""chomp(str): a string without newlines at its end."""

from __future__ import annotations

from vbrprov.sdk import Function, Param


def _chomp(value: str) -> str:
    return value.rstrip("\r\n")


FUNCTION = Function(
    name="chomp", group="text", doc="Remove all newline characters from the end of a string.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_chomp, example='chomp("hello\\n")',
)
