"""distinct(list): a list without repetitions."""

from __future__ import annotations

from vbrprov.functions._structure import same_type
from vbrprov.sdk import Function, Param
from vbrprov.values import DYNAMIC, ListT, ListV, Value


def _distinct(values: Value) -> Value:
    from vbrprov.functions._keys import key_of

    seen = set()
    out = []
    for item in values.items:
        key = key_of(item)
        if key not in seen:
            seen.add(key)
            out.append(item)
    return ListV(tuple(out), values.element)


FUNCTION = Function(
    name="distinct", group="collection", doc="Drop each element of a list that occurred before.",
    params=(Param("list", ListT(DYNAMIC), "The list."),),
    returns=same_type, impl=_distinct, example='distinct(["a", "b", "a"])',
)
