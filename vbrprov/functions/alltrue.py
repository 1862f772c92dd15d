"""alltrue(list): whether all elements are true."""

from __future__ import annotations

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, Param
from vbrprov.values import BOOL, ListT, Unknown, Value


def _alltrue(values: Value) -> Value:
    unsure = [v for v in values.items if isinstance(v, Unknown)]
    if any(v is not True and not isinstance(v, Unknown) for v in values.items):
        return False
    return pending(unsure, BOOL) if unsure else True


FUNCTION = Function(
    name="alltrue", group="collection",
    doc="Tell whether all elements of a list are true; true for an empty list.",
    params=(Param("list", ListT(BOOL), "A list of bools.", unknown="shallow"),),
    returns=bool, impl=_alltrue, example='alltrue(["true", true])',
)
