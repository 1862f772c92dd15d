"""zipmap(keys, values): a map from two lists."""

from __future__ import annotations

from vbrprov.functions._structure import opened, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    STRING,
    ListT,
    MapT,
    MapV,
    Null,
    TupleT,
    Unknown,
    Value,
    mark,
    type_of,
    unmark,
)


def _zipmap(keys: Value, values: Value) -> Value:
    (names, given), marks = opened((keys, values))
    kind = type_of(given)
    if not isinstance(kind, (ListT, TupleT)) and kind is not DYNAMIC:
        raise FunctionError(None, "values argument must be a list or tuple value")
    type_ = MapT(kind.element) if isinstance(kind, ListT) else DYNAMIC
    if isinstance(names, Unknown) or isinstance(given, Unknown):
        return pending((names, given), type_, marks)
    items = sequence(given) or ()
    if len(names.items) != len(items):
        raise FunctionError(
            None, f"number of keys ({len(names.items)}) does not match number of values "
            f"({len(items)})")
    out: dict[str, Value] = {}
    for index, (key, item) in enumerate(zip(names.items, items, strict=True)):
        name, found = unmark(key)
        marks |= found
        if isinstance(name, Unknown):
            return pending((name,), type_, marks)
        if type(name) is Null:
            raise FunctionError(None, f"keys list has null value at index {index}")
        out[name] = item
    return mark(MapV(out, kind.element) if isinstance(kind, ListT) else out, marks)


FUNCTION = Function(
    name="zipmap", group="collection",
    doc="Make a map of a list of keys and a list of the elements that belong to them.",
    params=(
        Param("keys", ListT(STRING), "The keys.", unknown="allow", marked=True),
        Param("values", object, "As many elements.", unknown="allow", marked=True),
    ),
    returns=object, impl=_zipmap, example='zipmap(["a", "b"], [1, 2])',
)
