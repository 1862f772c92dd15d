"""setunion(sets...): what is in any of the sets."""

from __future__ import annotations

from vbrprov.functions._sets import alike, result_type
from vbrprov.functions._structure import check_count
from vbrprov.sdk import Function, Param
from vbrprov.values import DYNAMIC, SetT, Value, make_set


def _setunion(*sets: Value) -> Value:
    groups, element = alike(sets)
    check_count(sum(map(len, groups)))
    return make_set([item for group in groups for item in group], element)


FUNCTION = Function(
    name="setunion", group="collection",
    doc="Return all elements that are in at least one of the sets.",
    params=(Param("first_set", SetT(DYNAMIC), "A set."),),
    variadic=Param("other_sets", SetT(DYNAMIC), "More sets."),
    returns=result_type, impl=_setunion, example='setunion(["a", "b"], ["b", "c"], ["d"])',
)
