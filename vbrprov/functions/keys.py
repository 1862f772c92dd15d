"""keys(map): the keys of a map."""

from __future__ import annotations

from vbrprov.functions._structure import mapping, opened, pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    STRING,
    ListT,
    ListV,
    MapV,
    ObjectT,
    Unknown,
    Value,
    mark,
    type_of,
)


def _keys(table: Value) -> Value:
    (inner,), marks = opened((table,))
    kind = type_of(inner)
    if isinstance(kind, ObjectT):
        return mark(tuple(sorted(kind.attributes)), marks)
    if isinstance(inner, Unknown):
        if not kind.is_primitive:
            return pending((inner,), DYNAMIC if kind is DYNAMIC else ListT(STRING), marks)
    elif type(inner) is MapV:
        return mark(ListV(tuple(sorted(mapping(inner) or ())), STRING), marks)
    raise FunctionError(0, "must have map or object type")


FUNCTION = Function(
    name="keys", group="collection", doc="Return the keys of a map or object, sorted.",
    params=(Param("inputMap", object, "A map or object.", unknown="allow", marked=True),),
    returns=object, impl=_keys, example="keys({ b = 1, a = 2 })",
)
