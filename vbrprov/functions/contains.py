"""contains(list, value): whether a value is among others."""

from __future__ import annotations

from vbrprov.functions._structure import compare, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import BOOL, Value


def _contains(values: Value, wanted: Value) -> Value:
    items = sequence(values)
    if items is None:
        raise FunctionError(None, "argument must be list, tuple, or set")
    unsure = []
    for item in items:
        result = compare(item, wanted)
        if result:
            return True
        if result is None:
            unsure += [item, wanted]
    return pending(unsure, BOOL) if unsure else False


FUNCTION = Function(
    name="contains", group="collection",
    doc="Tell whether a list or set holds a value. Types count: `1` is not `\"1\"`.",
    params=(
        Param("list", object, "A list, tuple or set.", unknown="shallow"),
        Param("value", object, "The value to find.", unknown="shallow"),
    ),
    returns=bool, impl=_contains, example='contains(["a", "b"], "a")',
)
