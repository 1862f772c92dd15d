"""transpose(map): keys and elements of a map of lists, exchanged."""

from __future__ import annotations

from vbrprov.functions._structure import check_count
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListT, ListV, MapT, MapV, Null, Value


def _transpose(table: Value) -> Value:
    out: dict[str, list[str]] = {}
    total = 0
    for key in sorted(table.items):
        given = table.items[key]
        if type(given) is Null:
            raise FunctionError(None, "input must not contain null list")
        total += len(given.items)
        check_count(total)
        for item in given.items:
            if type(item) is Null:
                raise FunctionError(None, "input list must not contain null string")
            out.setdefault(item, []).append(key)
    lists = {key: ListV(tuple(out[key]), STRING) for key in sorted(out)}
    return MapV(lists, ListT(STRING))


FUNCTION = Function(
    name="transpose", group="collection",
    doc="Turn a map of lists of strings round: each string leads to its keys.",
    params=(Param("values", MapT(ListT(STRING)), "A map of lists of strings."),),
    returns=MapT(ListT(STRING)), impl=_transpose,
    example='transpose({ a = ["1", "2"], b = ["2", "3"] })',
)
