"""Values as hashable keys, for sets and lookups by equality."""

from __future__ import annotations

from collections.abc import Hashable

from vbrprov.values import ListV, MapV, Null, SetV, Value


def key_of(value: Value) -> Hashable:
    """A key that two known, unmarked values share exactly when they are equal."""
    kind = type(value)
    if kind is tuple or kind is ListV or kind is SetV:
        items = value if kind is tuple else value.items
        return (kind, tuple([key_of(v) for v in items]))
    if kind is dict or kind is MapV:
        entries = value if kind is dict else value.items
        return (kind, frozenset((k, key_of(v)) for k, v in entries.items()))
    if kind is Null:
        return (kind,)
    return (kind, value)
