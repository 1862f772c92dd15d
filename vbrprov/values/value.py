"""Values of the language.

| value              | Python                                                        |
|--------------------|---------------------------------------------------------------|
| string, bool       | ``str`` (NFC), ``bool``                                        |
| number             | ``int``, or ``BigFloat`` when not whole                        |
| tuple, object      | ``tuple``, ``dict`` (never mutated after it was made)          |
| list, set, map     | ``ListV``, ``SetV``, ``MapV``: they know their element type    |
| null               | ``Null``, which knows its type (``NULL`` is the untyped one)   |
| known after apply  | ``Unknown``                                                    |
| gone for good      | ``Spent``, an ``Unknown`` that no apply will ever make known   |
| marked             | ``Marked`` around any of these, also inside containers         |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vbrprov.values.number import BigFloat
from vbrprov.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListT,
    MapT,
    ObjectT,
    SetT,
    TupleT,
    Type,
)

#: Any value of the language, as the table above says.
Value = Any

SENSITIVE: Final = "sensitive"
EPHEMERAL: Final = "ephemeral"


@dataclass(frozen=True, slots=True)
class OneTime:
    """The mark of a secret that its cloud returns once: where it came from."""

    address: str
    attribute: str


Mark = str | OneTime
Marks = frozenset[Mark]
NO_MARKS: Final[Marks] = frozenset()


class Null:
    """A null of some type; every null equals every other."""

    __slots__ = ("type",)

    def __init__(self, type_: Type = DYNAMIC) -> None:
        self.type = type_

    def __repr__(self) -> str:
        return "null"


NULL: Final = Null()


class Unknown:
    """A value that is known after apply. ``not_null``: it will not be null."""

    __slots__ = ("not_null", "type")

    def __init__(self, type_: Type = DYNAMIC, *, not_null: bool = False) -> None:
        self.type = type_
        self.not_null = not_null

    def derive(self, type_: Type, *, not_null: bool = False) -> Unknown:
        """An unknown that came out of an operation on this one."""
        return Unknown(type_, not_null=not_null)

    def __repr__(self) -> str:
        return f"(known after apply {self.type.constraint()})"


class Spent(Unknown):
    """A value that existed once; only a fingerprint is left (none once it was changed)."""

    __slots__ = ("fingerprint",)

    def __init__(self, type_: Type = DYNAMIC, fingerprint: str = "") -> None:
        super().__init__(type_, not_null=True)
        self.fingerprint = fingerprint

    def derive(self, type_: Type, *, not_null: bool = False) -> Unknown:
        return Spent(type_)

    def __repr__(self) -> str:
        return "(spent)"


class ListV:
    """A list: items of one type."""

    __slots__ = ("element", "items")

    def __init__(self, items: tuple[Value, ...], element: Type) -> None:
        self.items = items
        self.element = element

    def __repr__(self) -> str:
        return f"list{self.items!r}"


class SetV:
    """A set: unmarked items of one type, unique, in canonical order."""

    __slots__ = ("element", "items")

    def __init__(self, items: tuple[Value, ...], element: Type) -> None:
        self.items = items
        self.element = element

    def __repr__(self) -> str:
        return f"set{self.items!r}"


class MapV:
    """A map: string keys, values of one type."""

    __slots__ = ("element", "items")

    def __init__(self, items: Mapping[str, Value], element: Type) -> None:
        self.items = items
        self.element = element

    def __repr__(self) -> str:
        return f"map{self.items!r}"


class Marked:
    """A value with marks. Never nested directly, never without marks."""

    __slots__ = ("marks", "value")

    def __init__(self, value: Value, marks: Marks) -> None:
        self.value = value
        self.marks = marks

    def __repr__(self) -> str:
        return "(sensitive)" if SENSITIVE in self.marks else f"marked({self.value!r})"


def mark(value: Value, marks: Iterable[Mark]) -> Value:
    """*value* with *marks* added; itself when there are none."""
    added = frozenset(marks)
    if not added:
        return value
    if type(value) is Marked:
        return value if added <= value.marks else Marked(value.value, value.marks | added)
    return Marked(value, added)


def unmark(value: Value) -> tuple[Value, Marks]:
    """The value without its own marks (those inside containers stay), and the marks."""
    if type(value) is Marked:
        return value.value, value.marks
    return value, NO_MARKS


def bare(value: Value) -> Value:
    """The value without its own marks."""
    return value.value if type(value) is Marked else value


def _has_marks(value: Value) -> bool:
    kind = type(value)
    if kind is Marked:
        return True
    if kind is tuple:
        return any(_has_marks(v) for v in value)
    if kind is dict:
        return any(_has_marks(v) for v in value.values())
    if kind is ListV:
        return any(_has_marks(v) for v in value.items)
    if kind is MapV:
        return any(_has_marks(v) for v in value.items.values())
    return False


def unmark_deep(value: Value) -> tuple[Value, Marks]:
    """The value with no mark anywhere, and the union of all marks."""
    if not _has_marks(value):
        return value, NO_MARKS
    found: set[Mark] = set()

    def strip(item: Value) -> Value:
        kind = type(item)
        if kind is Marked:
            found.update(item.marks)
            return strip(item.value)
        if kind is tuple:
            return tuple(strip(v) for v in item)
        if kind is dict:
            return {k: strip(v) for k, v in item.items()}
        if kind is ListV:
            return ListV(tuple(strip(v) for v in item.items), item.element)
        if kind is MapV:
            return MapV({k: strip(v) for k, v in item.items.items()}, item.element)
        return item

    return strip(value), frozenset(found)


def marks_deep(value: Value) -> Marks:
    """The union of all marks anywhere in the value."""
    return unmark_deep(value)[1]


def is_known(value: Value) -> bool:
    """Whether the value itself is known (its elements may not be)."""
    return not isinstance(bare(value), Unknown)


def is_wholly_known(value: Value) -> bool:
    """Whether nothing in the value is unknown."""
    value = bare(value)
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return True
    if kind is tuple:
        return all(is_wholly_known(v) for v in value)
    if kind is dict:
        return all(is_wholly_known(v) for v in value.values())
    if kind is ListV or kind is SetV:
        return all(is_wholly_known(v) for v in value.items)
    if kind is MapV:
        return all(is_wholly_known(v) for v in value.items.values())
    return not isinstance(value, Unknown)


def is_null(value: Value) -> bool:
    """Whether the value is null, marked or not."""
    return type(bare(value)) is Null


def unknown_from(values: Iterable[Value], type_: Type, *, not_null: bool = False) -> Unknown:
    """The unknown result of an operation on *values*: spent when any of them is spent."""
    for value in values:
        inner = bare(value)
        if type(inner) is Spent:
            return Spent(type_)
    return Unknown(type_, not_null=not_null)


def type_of(value: Value) -> Type:
    """The type of a value."""
    kind = type(value)
    if kind is str:
        return STRING
    if kind is bool:
        return BOOL
    if kind is int or kind is BigFloat:
        return NUMBER
    if kind is tuple:
        return TupleT(tuple([type_of(v) for v in value]))
    if kind is dict:
        return ObjectT({k: type_of(v) for k, v in value.items()})
    if kind is ListV:
        return ListT(value.element)
    if kind is SetV:
        return SetT(value.element)
    if kind is MapV:
        return MapT(value.element)
    if kind is Marked:
        return type_of(value.value)
    if isinstance(value, (Unknown, Null)):
        return value.type
    raise TypeError(f"not a value: {value!r}")


def equal(left: Value, right: Value) -> bool:
    """Deep equality of types and values; marks do not count, an unknown equals nothing.

    Two nulls are equal, but inside tuples and objects their types count too.
    """
    if type(left) is Marked:
        left = left.value
    if type(right) is Marked:
        right = right.value
    return (type(left) is Null and type(right) is Null) or _equal(left, right)


def _equal(left: Value, right: Value) -> bool:
    if type(left) is Marked:
        left = left.value
    if type(right) is Marked:
        right = right.value
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is str or kind is int or kind is bool or kind is BigFloat:
        return bool(left == right)
    if kind is Null:
        return bool(left.type == right.type)
    if kind is tuple:
        return len(left) == len(right) and all(map(_equal, left, right))
    if kind is dict:
        return left.keys() == right.keys() and all(_equal(v, right[k]) for k, v in left.items())
    if kind is ListV or kind is SetV:
        return (
            len(left.items) == len(right.items)
            and left.element == right.element
            and all(map(equal, left.items, right.items))
        )
    if kind is MapV:
        return (
            left.items.keys() == right.items.keys()
            and left.element == right.element
            and all(equal(v, right.items[k]) for k, v in left.items.items())
        )
    return False


def same(left: Value, right: Value) -> bool:
    """As ``equal``, but marks must agree and two unknowns of one type are the same."""
    if type(left) is Marked or type(right) is Marked:
        (left, left_marks), (right, right_marks) = unmark(left), unmark(right)
        return left_marks == right_marks and same(left, right)
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is Unknown:
        return bool(left.type == right.type)
    if kind is Spent:
        return bool(left.type == right.type and left.fingerprint == right.fingerprint)
    if kind is tuple:
        return len(left) == len(right) and all(map(same, left, right))
    if kind is dict:
        return left.keys() == right.keys() and all(same(v, right[k]) for k, v in left.items())
    if kind is ListV or kind is SetV:
        return len(left.items) == len(right.items) and all(map(same, left.items, right.items))
    if kind is MapV:
        return left.items.keys() == right.items.keys() and all(
            same(v, right.items[k]) for k, v in left.items.items())
    return equal(left, right)


def elements(value: Value) -> list[tuple[Value, Value]] | None:
    """Key and value pairs of a known, unmarked container in iteration order, else ``None``.

    Keys are numbers for sequences, strings for maps and objects, the element itself for sets.
    """
    kind = type(value)
    if kind is tuple:
        return list(enumerate(value))
    if kind is ListV:
        return list(enumerate(value.items))
    if kind is SetV:
        return [(v, v) for v in value.items]
    if kind is dict:
        return [(k, value[k]) for k in sorted(value)]
    if kind is MapV:
        return [(k, value.items[k]) for k in sorted(value.items)]
    return None
