"""trim(str, cutset): a string without certain characters at both ends."""

from __future__ import annotations

from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _trim(value: str, cutset: str) -> str:
    return text(value.strip(cutset)) if cutset else value


FUNCTION = Function(
    name="trim", group="text", doc="Remove all of the given characters from both ends of a string.",
    params=(
        Param("str", str, "The string."),
        Param("cutset", str, "The characters to remove, in any order."),
    ),
    returns=str, impl=_trim, example='trim("?!hello?!", "!?")',
)
