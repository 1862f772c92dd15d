"""values(map): the elements of a map."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import mapping, opened, pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    ListT,
    ListV,
    MapT,
    MapV,
    ObjectT,
    TupleT,
    Type,
    Unknown,
    Value,
    mark,
    type_of,
)


def _type(args: Sequence[Value]) -> Type:
    kind = type_of(args[0])
    if isinstance(kind, MapT):
        return ListT(kind.element)
    if isinstance(kind, ObjectT):
        return TupleT(tuple([kind.attributes[name] for name in sorted(kind.attributes)]))
    return DYNAMIC


def _values(table: Value) -> Value:
    (inner,), marks = opened((table,))
    kind = type_of(inner)
    if not isinstance(kind, (MapT, ObjectT)) and kind is not DYNAMIC:
        raise FunctionError(None, "values() requires a map as the first argument")
    if isinstance(inner, Unknown):
        return pending((inner,), _type((inner,)), marks)
    entries = mapping(inner) or {}
    items = tuple([entries[key] for key in sorted(entries)])
    return mark(ListV(items, inner.element) if type(inner) is MapV else items, marks)


FUNCTION = Function(
    name="values", group="collection",
    doc="Return the elements of a map or object, in the order of their keys.",
    params=(Param("values", object, "A map or object.", unknown="allow", marked=True),),
    returns=_type, impl=_values, example="values({ b = 1, a = 2 })",
)
