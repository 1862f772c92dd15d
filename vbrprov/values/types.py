"""Types of values: primitives, collections, structural types and ``any``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Type:
    """A type; compare with ``==``. Subclasses are immutable."""

    __slots__ = ()

    @property
    def is_primitive(self) -> bool:
        """Whether this is string, number or bool."""
        return False

    def friendly(self) -> str:
        """The name that error messages use, as Terraform prints it."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.friendly()

    def __repr__(self) -> str:
        return f"<{self.constraint()}>"

    def constraint(self) -> str:
        """The type as a type constraint expression."""
        raise NotImplementedError


class Primitive(Type):
    """``string``, ``number``, ``bool``, or the placeholder ``any`` (dynamic)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def is_primitive(self) -> bool:
        return self.name != "dynamic"

    def friendly(self) -> str:
        return self.name

    def constraint(self) -> str:
        return "any" if self.name == "dynamic" else self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return (_primitive, (self.name,))


def _primitive(name: str) -> Primitive:
    return PRIMITIVES[name]


STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
DYNAMIC = Primitive("dynamic")
PRIMITIVES = {kind.name: kind for kind in (STRING, NUMBER, BOOL, DYNAMIC)}


class _Collection(Type):
    __slots__ = ("element",)
    word = ""

    def __init__(self, element: Type) -> None:
        self.element = element

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.element == other.element

    def __hash__(self) -> int:
        return hash((self.word, self.element))

    def friendly(self) -> str:
        if self.element == DYNAMIC:
            return f"{self.word} of dynamic"
        return f"{self.word} of {self.element.friendly()}"

    def constraint(self) -> str:
        return f"{self.word}({self.element.constraint()})"


class ListT(_Collection):
    """``list(element)``."""

    __slots__ = ()
    word = "list"


class SetT(_Collection):
    """``set(element)``."""

    __slots__ = ()
    word = "set"


class MapT(_Collection):
    """``map(element)``."""

    __slots__ = ()
    word = "map"


class TupleT(Type):
    """``tuple([...])``."""

    __slots__ = ("elements",)

    def __init__(self, elements: tuple[Type, ...]) -> None:
        self.elements = elements

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TupleT) and self.elements == other.elements

    def __hash__(self) -> int:
        return hash(("tuple", self.elements))

    def friendly(self) -> str:
        return "tuple"

    def constraint(self) -> str:
        return f"tuple([{', '.join(e.constraint() for e in self.elements)}])"


class ObjectT(Type):
    """``object({...})``; names in ``optional`` may be missing; a constraint has ``defaults``."""

    __slots__ = ("attributes", "defaults", "optional")

    def __init__(
        self, attributes: Mapping[str, Type], optional: frozenset[str] = frozenset(),
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.attributes = dict(attributes)
        self.optional = optional
        self.defaults = dict(defaults or {})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ObjectT)
            and self.attributes == other.attributes
            and self.optional == other.optional
        )

    def __hash__(self) -> int:
        return hash(("object", frozenset(self.attributes.items())))

    def friendly(self) -> str:
        return "object"

    def constraint(self) -> str:
        parts = []
        for name in sorted(self.attributes):
            inner = self.attributes[name].constraint()
            parts.append(f"{name} = {f'optional({inner})' if name in self.optional else inner}")
        return "object({" + ", ".join(parts) + "})"


EMPTY_OBJECT = ObjectT({})


def has_dynamic(type_: Type) -> bool:
    """Whether ``any`` occurs anywhere in the type."""
    if type_ is DYNAMIC:
        return True
    if isinstance(type_, (ListT, SetT, MapT)):
        return has_dynamic(type_.element)
    if isinstance(type_, TupleT):
        return any(has_dynamic(e) for e in type_.elements)
    if isinstance(type_, ObjectT):
        return any(has_dynamic(e) for e in type_.attributes.values())
    return False


def may_equal(left: Type, right: Type) -> bool:
    """Whether the types are the same once each ``any`` in them is replaced by some type."""
    if left is DYNAMIC or right is DYNAMIC:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, (ListT, SetT, MapT)) and isinstance(right, (ListT, SetT, MapT)):
        return may_equal(left.element, right.element)
    if isinstance(left, TupleT) and isinstance(right, TupleT):
        return len(left.elements) == len(right.elements) and all(
            map(may_equal, left.elements, right.elements))
    if isinstance(left, ObjectT) and isinstance(right, ObjectT):
        return left.attributes.keys() == right.attributes.keys() and all(
            may_equal(t, right.attributes[k]) for k, t in left.attributes.items())
    return left == right


def type_to_json(type_: Type) -> Any:
    """The JSON form that Terraform uses for types (``"string"``, ``["list", "string"]``)."""
    if isinstance(type_, Primitive):
        return type_.name
    if isinstance(type_, (ListT, SetT, MapT)):
        return [type_.word, type_to_json(type_.element)]
    if isinstance(type_, TupleT):
        return ["tuple", [type_to_json(e) for e in type_.elements]]
    if isinstance(type_, ObjectT):
        body = {k: type_to_json(v) for k, v in sorted(type_.attributes.items())}
        return ["object", body]
    raise TypeError(type_)


def type_from_json(data: Any) -> Type:
    """The inverse of ``type_to_json``.

    Raises:
        ValueError: Not the JSON form of a type.
    """
    if isinstance(data, str) and data in PRIMITIVES:
        return PRIMITIVES[data]
    if isinstance(data, list) and len(data) >= 2:
        word, body = data[0], data[1]
        if word in ("list", "set", "map"):
            return {"list": ListT, "set": SetT, "map": MapT}[word](type_from_json(body))
        if word == "tuple" and isinstance(body, list):
            return TupleT(tuple(type_from_json(e) for e in body))
        if word == "object" and isinstance(body, dict):
            return ObjectT({k: type_from_json(v) for k, v in body.items()})
    raise ValueError(f"not a type: {data!r}")
