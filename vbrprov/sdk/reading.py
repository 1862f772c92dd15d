"""Reading the values of one instance as facts, for the projection into views."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.views import Fact, Link
from vbrprov.values import (
    BOOL,
    NULL,
    NUMBER,
    SENSITIVE,
    STRING,
    ConversionError,
    ListV,
    MapV,
    Null,
    SetV,
    Type,
    Unknown,
    Value,
    bare,
    convert,
    unmark_deep,
)


def read(values: Mapping[str, Value], path: str) -> Value:
    """The value at *path* (``versioning.status``, ``rule[0].id``), marks and all.

    What is not there is null. A name after a list of one block goes into that block.
    """
    current: Value = values
    for part in _parts(path):
        if type(current) is dict and type(part) is str:
            # Nearly always, so it comes first.
            current = current.get(part, NULL)
            continue
        if type(current) is Null:
            return current
        inner = bare(current)
        if isinstance(inner, (Null, Unknown)):
            return inner
        items = _items(inner)
        if isinstance(part, int):
            current = items[part] if items is not None and part < len(items) else NULL
            continue
        if items is not None:
            inner = bare(items[0]) if len(items) == 1 else NULL
            if isinstance(inner, (Null, Unknown)):
                return inner
        holder = inner.items if isinstance(inner, MapV) else inner
        current = holder.get(part, NULL) if isinstance(holder, Mapping) else NULL
    return current


@lru_cache(maxsize=4096)
def _parts(path: str) -> tuple[str | int, ...]:
    """The names and indices of *path*."""
    return tuple(int(part[1:-1]) if part.startswith("[") else part
                 for part in path.replace("[", ".[").split("."))


def _items(value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, (ListV, SetV)):
        return value.items
    return value if isinstance(value, tuple) else None


class Reader:
    """Reads the values of one instance as facts.

    Without *values*, the end state is read: what is planned, or what is live for an object that
    goes away.
    """

    def __init__(self, facts: InstanceFacts, values: Mapping[str, Value] | None = None) -> None:
        self.facts = facts
        self._values: Mapping[str, Value]
        if values is not None:
            self._values = values
        elif facts.planned is not None:
            self._values = facts.planned
        else:
            self._values = facts.live or {}

    def value(self, path: str) -> Value:
        """The bare value at *path*."""
        return bare(read(self._values, path))

    def declared(self, path: str) -> bool:
        """Whether configuration sets it."""
        return not isinstance(bare(read(self.facts.config, path)), Null)

    def has(self, name: str) -> bool:
        """Whether objects of the type have such an attribute at all."""
        return name in self._values

    def first(self, *paths: str) -> str:
        """The first of *paths* that is set, else the first."""
        for path in paths:
            if not isinstance(self.value(path), Null):
                return path
        return paths[0]

    def text(self, path: str) -> Fact[str]:
        """A string."""
        return self._fact(path, STRING, str)

    def flag(self, path: str) -> Fact[bool]:
        """A bool."""
        return self._fact(path, BOOL, bool)

    def whole(self, path: str) -> Fact[int]:
        """A number."""
        return self._fact(path, NUMBER, int)

    def present(self, path: str) -> Fact[bool]:
        """Whether there is anything: not null, false or an empty list or map; a block counts."""
        value = self.value(path)
        if isinstance(value, Unknown):
            return Fact(None, False, path)
        items = value.items if isinstance(value, MapV) else _items(value)
        something = bool(items) if items is not None else value not in ("", False)
        return Fact(something and not isinstance(value, Null), True, path)

    def texts(self, path: str) -> Fact[tuple[str | None, ...]]:
        """A list of strings; ``None`` for an element that is not known yet."""
        value = self.value(path)
        items, known = _items(value), not isinstance(value, Unknown)
        found = None if items is None else tuple(
            v if isinstance(v := bare(i), str) else None for i in items)
        return Fact(found, known, path)

    def blocks(self, path: str) -> tuple[str, ...] | None:
        """The paths of the blocks at *path*; ``None`` when it is not known which there are."""
        value = self.value(path)
        if isinstance(value, Unknown):
            return None
        items = _items(value)
        if items is not None:
            return tuple(f"{path}[{i}]" for i in range(len(items)))
        return () if isinstance(value, Null) else (path,)

    def link(self, path: str) -> Link:
        """A name or id of another object."""
        return Link(self.text(path), self.references(path))

    def links(self, path: str) -> tuple[Link, ...] | None:
        """A list of names or ids; ``None`` when its length is not known."""
        value = self.value(path)
        if isinstance(value, Unknown):
            return None
        return tuple(self.link(f"{path}[{i}]") for i in range(len(_items(value) or ())))

    def references(self, path: str) -> frozenset[str]:
        """The addresses that the attribute at *path*, or the nearest thing around it, refers to."""
        while path:
            if path in self.facts.references:
                return self.facts.references[path]
            path = path.rpartition("[" if path.endswith("]") else ".")[0]
        return frozenset()

    def _fact(self, path: str, type_: Type, plain: type) -> Fact[Any]:
        value = read(self._values, path)
        kind = type(value)
        if kind is plain or kind is Null:
            return Fact(None if kind is Null else value, True, path)
        raw, marks = unmark_deep(value)
        secret = SENSITIVE in marks
        value, known = None, not isinstance(raw, Unknown)
        if known and not isinstance(raw, Null):
            try:
                value = convert(raw, type_)
            except ConversionError:
                # Schema checks report it; a rule has nothing to say of a value of the wrong type.
                known = False
        return Fact(value, known, path, sensitive=secret)
