"""setintersection(sets...): what is in all of the sets."""

from __future__ import annotations

from vbrprov.functions._keys import key_of
from vbrprov.functions._sets import alike, result_type
from vbrprov.sdk import Function, Param
from vbrprov.values import DYNAMIC, SetT, Value, make_set


def _setintersection(*sets: Value) -> Value:
    groups, element = alike(sets)
    keys = [{key_of(item) for item in group} for group in groups[1:]]
    kept = [item for item in groups[0] if all(key_of(item) in known for known in keys)]
    return make_set(kept, element)


FUNCTION = Function(
    name="setintersection", group="collection",
    doc="Return the elements that are in all of the sets.",
    params=(Param("first_set", SetT(DYNAMIC), "A set."),),
    variadic=Param("other_sets", SetT(DYNAMIC), "More sets."),
    returns=result_type, impl=_setintersection, example='setintersection(["a", "b"], ["b", "c"])',
)
