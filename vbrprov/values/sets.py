"""Sets: their elements unique and in the order that Terraform gives them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vbrprov.values.digits import format_general
from vbrprov.values.number import BigFloat, compare
from vbrprov.values.types import STRING, Type
from vbrprov.values.value import (
    ListV,
    MapV,
    Mark,
    Null,
    SetV,
    Unknown,
    Value,
    equal,
    is_wholly_known,
    mark,
    unmark_deep,
)


def _order(value: Value) -> tuple[Any, ...]:
    """A sort key for set elements: primitives by value, anything else by its text, nulls last."""
    kind = type(value)
    if kind is bool:
        return (1, int(value))
    if kind is int or kind is BigFloat:
        return (2, _NumberKey(value))
    if kind is str:
        return (3, value)
    if kind is Null:
        return (5,)
    return (9,) if isinstance(value, Unknown) else (4, _order_text(value))


def _order_text(value: Value) -> str:
    """The text that Terraform orders structural set elements by."""
    kind = type(value)
    if kind is bool:
        return "T" if value else "F"
    if kind is int or kind is BigFloat:
        return format_general(value, 10)
    if kind is str:
        quoted = value.translate(_ESCAPES)
        if not quoted.isprintable():
            quoted = "".join([c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted])
        return f'"{quoted}"'
    if kind is Null:
        return "~"
    if kind is tuple:
        return "<" + "".join([_order_text(v) + ";" for v in value]) + ">"
    if kind is ListV or kind is SetV:
        return "[" + "".join([_order_text(v) + ";" for v in value.items]) + "]"
    if kind is dict:
        return "<" + "".join([_order_text(value[k]) + ";" for k in sorted(value)]) + ">"
    if kind is MapV:
        return "{" + "".join(
            [f"{_order_text(k)}:{_order_text(value.items[k])};" for k in sorted(value.items)]) + "}"
    return "?"


_ESCAPES = str.maketrans({
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b",
    "\f": "\\f", "\v": "\\v",
})


class _NumberKey:
    __slots__ = ("number",)

    def __init__(self, number: Any) -> None:
        self.number = number

    def __lt__(self, other: _NumberKey) -> bool:
        return compare(self.number, other.number) < 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _NumberKey) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


def make_set(items: Iterable[Value], element: Type) -> Value:
    """A set of *items* (already of type *element*); marks move from the items to the set."""
    plain: list[Value] = []
    found: set[Mark] = set()
    for item in items:
        inner, marks = unmark_deep(item)
        found.update(marks)
        plain.append(inner)
    if element is STRING and all(type(v) is str for v in plain):
        return mark(SetV(tuple(sorted(set(plain))), element), found)
    plain.sort(key=_order)
    unique: list[Value] = []
    for item in plain:
        if not (unique and is_wholly_known(item) and equal(unique[-1], item)):
            unique.append(item)
    return mark(SetV(tuple(unique), element), found)
