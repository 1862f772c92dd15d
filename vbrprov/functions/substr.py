"""substr(str, offset, length): a part of a string."""

from __future__ import annotations

from vbrprov.functions._graphemes import graphemes
from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _substr(value: str, offset: int, length: int) -> str:
    clusters = graphemes(value)
    if offset < 0:
        offset = max(0, len(clusters) + offset)
        # From the end, Terraform takes a length of 0 for "all that follow".
        length = length or -1
    end = len(clusters) if length < 0 else offset + length
    return text("".join(clusters[offset:end]))


FUNCTION = Function(
    name="substr", group="text",
    doc="Take a part of a string, counted in characters (grapheme clusters).",
    params=(
        Param("str", str, "The string."),
        Param("offset", int, "Where to start; a negative number counts from the end."),
        Param("length", int, "How many characters; -1 for all that follow."),
    ),
    returns=str, impl=_substr, example='substr("hello world", 1, 4)',
)
