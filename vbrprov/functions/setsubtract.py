"""setsubtract(a, b): what is in one set and not in another."""

from __future__ import annotations

from vbrprov.functions._keys import key_of
from vbrprov.functions._sets import alike, result_type
from vbrprov.sdk import Function, Param
from vbrprov.values import DYNAMIC, SetT, Value, make_set


def _setsubtract(first: Value, second: Value) -> Value:
    (kept, dropped), element = alike((first, second))
    keys = {key_of(item) for item in dropped}
    return make_set([item for item in kept if key_of(item) not in keys], element)


FUNCTION = Function(
    name="setsubtract", group="collection",
    doc="Return the elements of the first set that are not in the second.",
    params=(
        Param("a", SetT(DYNAMIC), "A set."),
        Param("b", SetT(DYNAMIC), "What to leave out."),
    ),
    returns=result_type, impl=_setsubtract, example='setsubtract(["a", "b", "c"], ["b"])',
)
