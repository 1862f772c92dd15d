"""sort(list): strings in order."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListT, ListV, Null, Value


def _sort(values: Value) -> Value:
    for index, item in enumerate(values.items):
        if type(item) is Null:
            raise FunctionError(
                None, f"given list element {index} is null; a null string cannot be sorted")
    return ListV(tuple(sorted(values.items)), STRING)


FUNCTION = Function(
    name="sort", group="collection", doc="Sort strings by their Unicode code points.",
    params=(Param("list", ListT(STRING), "The list."),),
    returns=ListT(STRING), impl=_sort, example='sort(["e", "d", "a", "x"])',
)
