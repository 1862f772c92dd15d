"""merge(maps...): maps or objects put together."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import check_count, mapping, opened, pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    MapT,
    MapV,
    Null,
    ObjectT,
    Type,
    Unknown,
    Value,
    mark,
    type_of,
)


def _type(args: Sequence[Value]) -> Type:
    types = [type_of(a) for a in args]
    if any(t is DYNAMIC for t in types):
        return DYNAMIC
    if types and all(t == types[0] for t in types):
        return types[0]
    attributes: dict[str, Type] = {}
    for arg, kind in zip(args, types, strict=True):
        if isinstance(kind, ObjectT):
            if type(arg) is not Null:
                attributes.update(kind.attributes)
        elif isinstance(arg, Unknown):
            return DYNAMIC
        else:
            known = mapping(arg) or {}
            attributes.update({key: type_of(value) for key, value in known.items()})
    return ObjectT(attributes)


def _merge(*maps: Value) -> Value:
    values, marks = opened(maps)
    for index, value in enumerate(values):
        kind = type_of(value)
        if not isinstance(kind, (MapT, ObjectT)) and kind is not DYNAMIC:
            raise FunctionError(
                index, f'arguments must be maps or objects, got "{kind.friendly()}"')
    type_ = _type(values)
    if any(isinstance(v, Unknown) for v in values):
        return pending(values, type_, marks)
    out: dict[str, Value] = {}
    for value in values:
        out.update(mapping(value) or {})
    check_count(len(out))
    return mark(MapV(out, type_.element) if isinstance(type_, MapT) else out, marks)


FUNCTION = Function(
    name="merge", group="collection",
    doc="Put maps or objects together; where a key occurs more than once, the last one wins. "
        "Nulls count as empty.",
    params=(),
    variadic=Param("maps", object, "Maps or objects.", null=True, unknown="allow", marked=True),
    returns=_type, impl=_merge, example='merge({ a = "b" }, { c = "d" })',
)
