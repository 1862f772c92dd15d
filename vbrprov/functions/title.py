"""title(str): the first letter of each word in upper case."""

from __future__ import annotations

from vbrprov.functions._text import SPACES, text, title
from vbrprov.sdk import Function, Param


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return char in SPACES


def _title(value: str) -> str:
    out = []
    before = " "
    for char in value:
        out.append(title(char) if _separates(before) else char)
        before = char
    return text("".join(out))


FUNCTION = Function(
    name="title", group="text",
    doc="Convert the first letter of each word to upper case and leave the others as they are.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_title, example='title("hello world")',
)
