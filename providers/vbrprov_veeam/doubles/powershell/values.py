"""Values of the language, and how they turn into text, truth and JSON."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any


class ScriptError(Exception):
    """What ``throw``, and every terminating error of a cmdlet, raises."""


class Table:
    """A hash table or an object with properties: names in any case, in the order they came.

    ``kind`` names the type of an object of the server; ``origin`` is what it stands for there.
    """

    def __init__(self, items: dict[str, Any] | None = None, *, kind: str = "",
                 origin: Any = None) -> None:
        self._items: dict[str, tuple[str, Any]] = {}
        self.kind = kind
        self.origin = origin
        for name, value in (items or {}).items():
            self[name] = value

    def __setitem__(self, name: object, value: Any) -> None:
        key = text(name)
        former = self._items.get(key.lower())
        self._items[key.lower()] = (former[0] if former else key, value)

    def __getitem__(self, name: object) -> Any:
        found = self._items.get(text(name).lower())
        return found[1] if found else None

    def __contains__(self, name: object) -> bool:
        return text(name).lower() in self._items

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names as they were written first, and values."""
        return iter(list(self._items.values()))


def text(value: Any) -> str:
    """What ``[string]`` makes of a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, list):
        return " ".join(text(v) for v in value)
    if isinstance(value, datetime.timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return value.kind or "System.Collections.Hashtable" if isinstance(value, Table) else str(value)


def truth(value: Any) -> bool:
    """What a condition makes of a value."""
    if isinstance(value, list):
        return truth(value[0]) if len(value) == 1 else bool(value)
    return bool(value) if isinstance(value, (bool, int, str)) or value is None else True


def same(left: Any, right: Any, *, exact: bool = False) -> bool:
    """``-eq`` (or ``-ceq``) of two single values; the right one turns into the left one's type."""
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, str):
        other = text(right)
        return left == other if exact else left.lower() == other.lower()
    if isinstance(left, bool):
        return left == truth(right)
    if isinstance(left, int) and isinstance(right, str):
        return text(left) == right.strip()
    return bool(left == right)


def collapse(out: list[Any]) -> Any:
    """What a pipeline's output is as a value."""
    if not out:
        return None
    return out[0] if len(out) == 1 else out


def as_list(value: Any) -> list[Any]:
    """What a pipeline passes on of a value, one by one."""
    return list(value) if isinstance(value, list) else [value]


def from_json(data: Any) -> Any:
    """Decoded JSON as objects."""
    if isinstance(data, dict):
        return Table({name: from_json(value) for name, value in data.items()})
    return [from_json(value) for value in data] if isinstance(data, list) else data


def to_json(value: Any) -> str:
    """What ``ConvertTo-Json -Compress`` writes."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Table):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    raise ScriptError(f"cannot be written as JSON: {text(value)}")
