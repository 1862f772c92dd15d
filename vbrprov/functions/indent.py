"""indent(spaces, str): all lines but the first moved to the right."""

from __future__ import annotations

from vbrprov.functions._text import check_size, text
from vbrprov.sdk import Function, FunctionError, Param


def _indent(spaces: int, value: str) -> str:
    if spaces < 0:
        raise FunctionError(0, "the number of spaces must not be negative")
    breaks = value.count("\n")
    if not breaks:  # then the spaces need no memory, however many they are
        return value
    check_size(len(value) + spaces * breaks)
    return text(value.replace("\n", "\n" + " " * spaces))


FUNCTION = Function(
    name="indent", group="text",
    doc="Put spaces at the start of each line of a string but the first.",
    params=(
        Param("spaces", int, "How many spaces, zero or more."),
        Param("str", str, "The string."),
    ),
    returns=str, impl=_indent, example='indent(2, "a\\nb")',
)
