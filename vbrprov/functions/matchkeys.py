"""matchkeys(values, keys, searchset): values whose keys are wanted."""

from __future__ import annotations

from vbrprov.functions._keys import key_of
from vbrprov.functions._structure import converted, same_type
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, ListT, ListV, Value, unify


def _matchkeys(values: Value, keys: Value, searchset: Value) -> Value:
    if len(values.items) != len(keys.items):
        raise FunctionError(None, "length of keys and values should be equal")
    type_ = unify([keys.element, searchset.element])
    if type_ is None:
        raise FunctionError(None, "keys and searchset must be of the same type")
    wanted = {key_of(v) for v in converted(searchset.items, type_)}
    kept = [
        value for value, key in zip(values.items, converted(keys.items, type_), strict=True)
        if key_of(key) in wanted
    ]
    return ListV(tuple(kept), values.element)


FUNCTION = Function(
    name="matchkeys", group="collection",
    doc="Return those elements of one list whose counterparts in another are among the given ones.",
    params=(
        Param("values", ListT(DYNAMIC), "The list to choose from."),
        Param("keys", ListT(DYNAMIC), "A list of the same length."),
        Param("searchset", ListT(DYNAMIC), "The keys that are wanted."),
    ),
    returns=same_type, impl=_matchkeys,
    example='matchkeys(["a", "b", "c"], ["x", "y", "x"], ["x"])',
)
