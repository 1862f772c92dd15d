"""trimspace(str): a string without white space at both ends."""

from __future__ import annotations

from vbrprov.functions._text import SPACES, text
from vbrprov.sdk import Function, Param


def _trimspace(value: str) -> str:
    return text(value.strip(SPACES))


FUNCTION = Function(
    name="trimspace", group="text",
    doc="Remove white space, as Unicode defines it, from both ends of a string.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_trimspace, example='trimspace("  hello\\n")',
)
