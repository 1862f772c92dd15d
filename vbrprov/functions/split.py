"""split(separator, str): the parts of a string."""

from __future__ import annotations

from vbrprov.functions._structure import check_count
from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param
from vbrprov.values import STRING, ListT, ListV, Value


def _split(separator: str, value: str) -> Value:
    check_count(value.count(separator) if separator else len(value))
    parts = value.split(separator) if separator else list(value)
    return ListV(tuple([text(part) for part in parts]), STRING)


FUNCTION = Function(
    name="split", group="text", doc="Cut a string at each occurrence of a separator.",
    params=(
        Param("separator", str, "Where to cut; an empty one cuts between all characters."),
        Param("str", str, "The string."),
    ),
    returns=ListT(STRING), impl=_split, example='split(",", "a,b,c")',
)
