"""coalescelist(vals...): the first list that is not empty."""

from __future__ import annotations

from vbrprov.functions._structure import pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, ListT, Null, TupleT, Unknown, Value, type_of


def _coalescelist(*vals: Value) -> Value:
    if not vals:
        raise FunctionError(None, "at least one argument is required")
    types = [type_of(v) for v in vals]
    for value, kind in zip(vals, types, strict=True):
        if not isinstance(kind, (ListT, TupleT)) and not (
                isinstance(value, Unknown) and kind is DYNAMIC):
            raise FunctionError(None, "coalescelist arguments must be lists or tuples")
    for value in vals:
        if isinstance(value, Unknown):
            alike = all(kind == types[0] for kind in types)
            return pending((value,), types[0] if alike else DYNAMIC)
        if type(value) is not Null and sequence(value):
            return value
    raise FunctionError(None, "no non-null arguments")


FUNCTION = Function(
    name="coalescelist", group="collection",
    doc="Return the first argument that is neither null nor empty.",
    params=(),
    variadic=Param("vals", object, "Lists or tuples.", null=True, unknown="allow"),
    returns=object, impl=_coalescelist, example='coalescelist([], ["c", "d"])',
)
