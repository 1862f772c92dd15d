"""trimsuffix(str, suffix): a string without its end."""

from __future__ import annotations

from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _trimsuffix(value: str, suffix: str) -> str:
    return text(value.removesuffix(suffix))


FUNCTION = Function(
    name="trimsuffix", group="text",
    doc="Remove a suffix, once, from the end of a string. A string without it is returned as is.",
    params=(Param("str", str, "The string."), Param("suffix", str, "What to remove.")),
    returns=str, impl=_trimsuffix, example='trimsuffix("helloworld", "world")',
)
