"""compact(list): strings that say something."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values import STRING, ListT, ListV, Null, Value


def _compact(values: Value) -> Value:
    kept = [v for v in values.items if v and type(v) is not Null]
    return ListV(tuple(kept), STRING)


FUNCTION = Function(
    name="compact", group="collection", doc="Drop nulls and empty strings from a list of strings.",
    params=(Param("list", ListT(STRING), "The list."),),
    returns=ListT(STRING), impl=_compact, example='compact(["a", "", "b", null])',
)
