"""join(separator, lists...): one string out of many."""

from __future__ import annotations

from vbrprov.functions._text import check_size, text
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListT, Null, Value


def _join(separator: str, *lists: Value) -> str:
    if not lists:
        raise FunctionError(None, "at least one list is required")
    parts: list[str] = []
    for number, given in enumerate(lists, 1):
        for index, item in enumerate(given.items):
            if type(item) is Null:
                where = f"element {index}" + (f" of list {number}" if len(lists) > 1 else "")
                raise FunctionError(number, f"{where} is null; cannot concatenate null values")
            parts.append(item)
    check_size(sum(map(len, parts)) + len(separator) * max(0, len(parts) - 1))
    return text(separator.join(parts))


FUNCTION = Function(
    name="join", group="text",
    doc="Put the elements of one or more lists together, with a separator between.",
    params=(Param("separator", str, "What to put between two elements."),),
    variadic=Param("lists", ListT(STRING), "Lists of strings."),
    returns=str, impl=_join, example='join(", ", ["a", "b"])',
)
