"""strrev(str): a string backwards."""

from __future__ import annotations

from vbrprov.functions._graphemes import graphemes
from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _strrev(value: str) -> str:
    return text("".join(reversed(graphemes(value))))


FUNCTION = Function(
    name="strrev", group="text", doc="Reverse the characters (grapheme clusters) of a string.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_strrev, example='strrev("hello")',
)
