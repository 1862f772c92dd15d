"""Type conversion and unification, as the language defines them.

Messages follow Terraform's: "a string is required", "attribute \\"x\\": a number is required".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vbrprov.values.number import BigFloat, Number, NumberError, format_number, parse_number
from vbrprov.values.sets import make_set
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
    has_dynamic,
)
from vbrprov.values.value import (
    ListV,
    MapV,
    Marked,
    Null,
    SetV,
    Unknown,
    Value,
    mark,
    type_of,
    unmark_deep,
)


class ConversionError(ValueError):
    """A value that does not convert. ``path`` leads to the part at fault."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def at(self, step: str | int) -> ConversionError:
        """The same error seen from one level further out."""
        return ConversionError(self.message, (step, *self.path))

    def __str__(self) -> str:
        if not self.path:
            return self.message
        where = ""
        for step in self.path:
            if isinstance(step, int):
                where += f"[{step}]" if where else f"element {step}"
            else:
                where += f".{step}" if where else f'attribute "{step}"'
        return f"{where}: {self.message}"


def required(type_: Type) -> str:
    """``a string is required`` and its relatives."""
    if type_.is_primitive:
        return f"{'a' if type_ is not DYNAMIC else 'any'} {type_.friendly()} is required"
    if isinstance(type_, ObjectT):
        return "object required"
    if isinstance(type_, TupleT):
        return "tuple required"
    return f"{type_.friendly()} required"


def number_to_string(value: Number) -> str:
    """A number as the language prints it."""
    return str(value) if type(value) is int and abs(value) < 1 << 512 else format_number(value)


def to_string(value: Value) -> str:
    """A known primitive as a string.

    Raises:
        ConversionError: Not a primitive.
    """
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is BigFloat:
        return number_to_string(value)
    raise ConversionError("string required")


def _primitive(value: Value, target: Type) -> Value:
    kind = type(value)
    if target is STRING:
        if kind is str:
            return value
        if kind is bool or kind is int or kind is BigFloat:
            return to_string(value)
    elif target is NUMBER:
        if kind is int or kind is BigFloat:
            return value
        if kind is str:
            try:
                if value[:1] in ("-", "+") or value[:1].isdigit() or value[:1] == ".":
                    return parse_number(value)
            except NumberError:
                pass
            raise ConversionError("a number is required")
    elif target is BOOL:
        if kind is bool:
            return value
        if kind is str:
            if value in ("true", "1"):
                return True
            if value in ("false", "0"):
                return False
            if value.lower() in ("true", "false"):
                raise ConversionError(
                    f'a bool is required; to convert from string, use lowercase "{value.lower()}"')
            raise ConversionError("a bool is required")
    raise ConversionError(required(target))


def convert(value: Value, target: Type) -> Value:
    """*value* as a value of type *target*, keeping marks.

    Raises:
        ConversionError: There is no conversion; the path leads to the part at fault.
    """
    if target is DYNAMIC:
        return value
    kind = type(value)
    if kind is Marked:
        return mark(convert(value.value, target), value.marks)
    if kind is Null:
        return Null(plain(target))
    if isinstance(value, Unknown):
        if value.type == target or value.type is DYNAMIC:
            return value if value.type == target else value.derive(plain(target),
                                                                   not_null=value.not_null)
        if not convertible(value.type, target):
            raise ConversionError(required(target))
        return value.derive(plain(target), not_null=value.not_null)
    if target.is_primitive:
        return _primitive(value, target)
    if isinstance(target, (ListT, SetT)):
        return _to_sequence(value, target)
    if isinstance(target, MapT):
        return _to_map(value, target)
    if isinstance(target, ObjectT):
        return _to_object(value, target)
    if isinstance(target, TupleT):
        return _to_tuple(value, target)
    raise ConversionError(required(target))


def plain(target: Type) -> Type:
    """A type constraint as a type: optional markers gone."""
    if isinstance(target, ObjectT) and (target.optional or target.defaults):
        return ObjectT({k: plain(v) for k, v in target.attributes.items()})
    if isinstance(target, (ListT, SetT, MapT)):
        return type(target)(plain(target.element))
    return target


def _each(items: Iterable[tuple[str | int, Value]], target: Type) -> list[tuple[Any, Value]]:
    out = []
    for key, item in items:
        try:
            out.append((key, convert(item, target)))
        except ConversionError as error:
            raise error.at(key) from None
    return out


def _element_type(values: list[Value], target: Type) -> Type:
    """What ``any`` in an element position stands for, given the converted elements."""
    if not has_dynamic(target):
        return plain(target)
    if not values:
        return DYNAMIC
    types = [type_of(v) for v in values]
    # Nulls have no say, but they do not make the others fit together either.
    typed = [t for t in types if t is not DYNAMIC]
    unified = unify(types) if not typed or unify(typed) is not None else None
    if unified is None:
        raise ConversionError("all elements must have the same type")
    return unified


def _to_sequence(value: Value, target: ListT | SetT) -> Value:
    kind = type(value)
    if kind is ListV or kind is SetV:
        if value.element == target.element and (kind is ListV) == isinstance(target, ListT):
            return value
        source = value.items
    elif kind is tuple:
        source = value
    else:
        raise ConversionError(required(target))
    done = [v for _, v in _each(enumerate(source), target.element)]
    element = _element_type(done, target.element)
    if target.element is DYNAMIC and not element.is_primitive and element is not DYNAMIC and any(
            isinstance(v, Null) and v.type is DYNAMIC for v in done):
        # Terraform types untyped nulls only beside primitives here.
        raise ConversionError("all elements must have the same type")
    if has_dynamic(target.element):
        done = [v for _, v in _each(enumerate(done), element)]
    if isinstance(target, SetT):
        return make_set(done, element)
    return ListV(tuple(done), element)


def _to_map(value: Value, target: MapT) -> Value:
    kind = type(value)
    if kind is MapV:
        if value.element == target.element:
            return value
        source = value.items
    elif kind is dict:
        source = value
    else:
        raise ConversionError(required(target))
    done = _each(((k, source[k]) for k in sorted(source)), target.element)
    element = _element_type([v for _, v in done], target.element)
    if has_dynamic(target.element):
        done = _each(done, element)
    return MapV(dict(done), element)


def _to_object(value: Value, target: ObjectT) -> Value:
    kind = type(value)
    if kind is MapV:
        source = value.items
    elif kind is dict:
        source = value
    else:
        raise ConversionError(required(target))
    missing = [
        name for name in sorted(target.attributes)
        if name not in source and name not in target.optional
    ]
    if missing:
        if len(missing) == 1:
            raise ConversionError(f'attribute "{missing[0]}" is required')
        quoted = ", ".join(f'"{name}"' for name in missing[:-1])
        raise ConversionError(f'attributes {quoted} and "{missing[-1]}" are required')
    out: dict[str, Value] = {}
    for name, wanted in target.attributes.items():
        given = source.get(name)
        if given is None:
            out[name] = default_of(target, name)
            continue
        try:
            converted = convert(given, wanted)
        except ConversionError as error:
            raise error.at(name) from None
        if name in target.defaults and type(converted) is Null:
            converted = default_of(target, name)
        out[name] = converted
    return out


def default_of(target: ObjectT, name: str) -> Value:
    """The value of an optional attribute that was not given."""
    wanted = target.attributes[name]
    if name in target.defaults:
        return convert(target.defaults[name], wanted)
    return Null(plain(wanted))


def _to_tuple(value: Value, target: TupleT) -> Value:
    kind = type(value)
    source = value if kind is tuple else value.items if kind is ListV else None
    if source is None:
        raise ConversionError(required(target))
    if len(source) != len(target.elements):
        raise ConversionError(f"tuple with {len(target.elements)} elements is required")
    out = []
    for index, (item, wanted) in enumerate(zip(source, target.elements, strict=True)):
        try:
            out.append(convert(item, wanted))
        except ConversionError as error:
            raise error.at(index) from None
    return tuple(out)


def convertible(source: Type, target: Type) -> bool:
    """Whether some value of type *source* converts to *target*."""
    if source == target or target is DYNAMIC or source is DYNAMIC:
        return True
    if source.is_primitive and target.is_primitive:
        return STRING in (source, target)
    if isinstance(target, (ListT, SetT)):
        if isinstance(source, (ListT, SetT)):
            return convertible(source.element, target.element)
        return isinstance(source, TupleT) and all(
            convertible(e, target.element) for e in source.elements)
    if isinstance(target, MapT):
        if isinstance(source, MapT):
            return convertible(source.element, target.element)
        return isinstance(source, ObjectT) and all(
            convertible(e, target.element) for e in source.attributes.values())
    if isinstance(target, ObjectT):
        if isinstance(source, MapT):
            return all(convertible(source.element, e) for e in target.attributes.values())
        return isinstance(source, ObjectT) and all(
            name in target.optional if name not in source.attributes
            else convertible(source.attributes[name], wanted)
            for name, wanted in target.attributes.items()
        )
    if isinstance(target, TupleT):
        return (
            isinstance(source, TupleT)
            and len(source.elements) == len(target.elements)
            and all(map(convertible, source.elements, target.elements))
        )
    return False


def unify(types: list[Type]) -> Type | None:
    """The one type that all of *types* convert to, or ``None``."""
    first = types[0]
    if all(t == first for t in types):
        return first
    if any(t is DYNAMIC for t in types):
        known = [t for t in types if t is not DYNAMIC]
        # An untyped value decides nothing; but it may turn out to be anything, so the result is
        # known only when the rest agree.
        unified = unify(known) if known else DYNAMIC
        if unified is None and any(isinstance(t, ObjectT) for t in known) and any(
                isinstance(t, TupleT) for t in known):
            return None
        return DYNAMIC if unified is None else unified
    if all(t.is_primitive for t in types):
        return STRING if STRING in types else None
    return _unify_structural(types)


def _unify_structural(types: list[Type]) -> Type | None:
    if all(isinstance(t, ObjectT) for t in types):
        objects = [t for t in types if isinstance(t, ObjectT)]
        names = objects[0].attributes.keys()
        if all(t.attributes.keys() == names for t in objects):
            out: dict[str, Type] = {}
            for name in names:
                unified = unify([t.attributes[name] for t in objects])
                if unified is None:
                    return None
                out[name] = unified
            return ObjectT(out)
    if all(isinstance(t, TupleT) for t in types):
        tuples = [t for t in types if isinstance(t, TupleT)]
        if all(len(t.elements) == len(tuples[0].elements) for t in tuples):
            parts = [unify([t.elements[i] for t in tuples])
                     for i in range(len(tuples[0].elements))]
            if all(p is not None for p in parts):
                return TupleT(tuple(p for p in parts if p is not None))
    for wanted, made in ((MapT, _map_element), (SetT, _sequence_element), (ListT, _sequence_element)):
        if wanted is SetT and not any(isinstance(t, SetT) for t in types):
            continue
        found = [made(t) for t in types]
        if all(f is not None for f in found):
            flat = [e for f in found if f is not None for e in f]
            element = unify(flat) if flat else DYNAMIC
            return wanted(element) if element is not None else None
    return None


def _map_element(type_: Type) -> list[Type] | None:
    if isinstance(type_, MapT):
        return [type_.element]
    return list(type_.attributes.values()) if isinstance(type_, ObjectT) else None


def _sequence_element(type_: Type) -> list[Type] | None:
    if isinstance(type_, (ListT, SetT)):
        return [type_.element]
    return list(type_.elements) if isinstance(type_, TupleT) else None


Converter = Callable[[Value], Value]


def strict_bool(value: Value) -> bool:
    """A known condition as a Python bool.

    Raises:
        ConversionError: Not convertible to bool.
    """
    return bool(convert(unmark_deep(value)[0], BOOL))
