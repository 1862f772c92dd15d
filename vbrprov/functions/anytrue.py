"""anytrue(list): whether an element is true."""

from __future__ import annotations

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, Param
from vbrprov.values import BOOL, ListT, Unknown, Value


def _anytrue(values: Value) -> Value:
    if any(v is True for v in values.items):
        return True
    unsure = [v for v in values.items if isinstance(v, Unknown)]
    return pending(unsure, BOOL) if unsure else False


FUNCTION = Function(
    name="anytrue", group="collection",
    doc="Tell whether an element of a list is true; false for an empty list.",
    params=(Param("list", ListT(BOOL), "A list of bools.", unknown="shallow"),),
    returns=bool, impl=_anytrue, example='anytrue([false, true])',
)
