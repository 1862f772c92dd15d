"""lookup(map, key, default): an element of a map, or something else."""

from __future__ import annotations

from vbrprov.functions._structure import mapping, object_or_map_element, opened, pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    STRING,
    ConversionError,
    MapT,
    ObjectT,
    Unknown,
    Value,
    convert,
    mark,
    type_of,
)
from vbrprov.values.value import marks_deep


def _named(key: Value) -> str:
    """The key for a message; one that is marked is not shown."""
    return f'key "{key}"' if isinstance(key, str) else "such key"


def _lookup(table: Value, key: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise FunctionError(
            None, f"lookup() takes two or three arguments, got {2 + len(default)}")
    (inner, wanted), marks = opened((table, key))
    kind = type_of(inner)
    fallback = default[0] if default else None
    if isinstance(kind, MapT):
        if default:
            try:
                fallback = convert(fallback, kind.element)
            except ConversionError:
                raise FunctionError(
                    2, "the default value must have the same type as the map elements") from None
    elif not isinstance(kind, ObjectT) and kind is not DYNAMIC:
        raise FunctionError(0, "lookup() requires a map as the first argument")
    if isinstance(wanted, Unknown):
        return pending((inner, wanted), kind.element if isinstance(kind, MapT) else DYNAMIC,
                       marks | marks_deep(inner))
    if isinstance(kind, ObjectT) and wanted not in kind.attributes:
        if not default:
            raise FunctionError(0, f"the given object has no {_named(key)}")
        if isinstance(inner, Unknown):
            # It may turn out to be null, which is wrong.
            return pending((inner,), type_of(fallback), marks)
        return mark(fallback, marks)
    if isinstance(inner, Unknown):
        return pending((inner,), object_or_map_element(kind, wanted), marks)
    entries = mapping(inner) or {}
    if wanted in entries:
        return mark(entries[wanted], marks)
    if not default:
        raise FunctionError(None, f"lookup failed to find {_named(key)}")
    return mark(fallback, marks)


FUNCTION = Function(
    name="lookup", group="collection",
    doc="Return the element of a map or object with a key, or else a default.",
    params=(
        Param("inputMap", object, "A map or object.", unknown="allow", marked=True),
        Param("key", STRING, "The key.", unknown="allow", marked=True),
    ),
    variadic=Param("default", object, "What to return without such a key; an error if not given.",
                   null=True, unknown="allow", marked=True),
    returns=object, impl=_lookup, example='lookup({ a = "ay", b = "bee" }, "c", "what?")',
)
