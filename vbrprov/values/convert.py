"""Type conversion and unification, as the language defines them.

Messages follow Terraform's: "a string is required", "attribute 'x': a number is required".
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
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
from vbrprov.values.unify import common_element, convertible, fill, unify
from vbrprov.values.value import (
    ListV,
    MapV,
    Marked,
    Null,
    SetV,
    Spent,
    Unknown,
    Value,
    is_wholly_known,
    mark,
    type_of,
    unknown_from,
)

_UNALIKE = "all elements must have the same type"


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
    kind = type(value)
    if (target is STRING and kind is str) or target is DYNAMIC:
        return value
    if kind is Marked:
        return mark(convert(value.value, target), value.marks)
    if kind is Null or kind is Unknown or kind is Spent:
        return _typed_only(value, target)
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


def _typed_only(value: Null | Unknown, target: Type) -> Value:
    """A null or unknown: nothing but its type says whether it converts."""
    if value.type == target:
        return value
    if not convertible(value.type, target):
        raise ConversionError(required(target))
    result = plain(target)
    if value.type is not DYNAMIC:
        result = fill(value.type, result)
    if isinstance(value, Unknown):
        return value.derive(result, not_null=value.not_null)
    return Null(result)


def plain(target: Type) -> Type:
    """A type constraint as a type: optional markers gone."""
    if isinstance(target, ObjectT):
        attributes = {k: plain(v) for k, v in target.attributes.items()}
        if not target.optional and all(attributes[k] is v for k, v in target.attributes.items()):
            return target
        return ObjectT(attributes)
    if isinstance(target, (ListT, SetT, MapT)):
        element = plain(target.element)
        return target if element is target.element else type(target)(element)
    if isinstance(target, TupleT):
        elements = tuple(map(plain, target.elements))
        return target if all(map(operator.is_, elements, target.elements)) else TupleT(elements)
    return target


def _each(items: Iterable[tuple[str | int, Value]], target: Type) -> list[tuple[Any, Value]]:
    out = []
    for key, item in items:
        try:
            out.append((key, convert(item, target)))
        except ConversionError as error:
            raise error.at(key) from None
    return out


def _elements(items: list[tuple[Any, Value]], target: Type, container: Type,
              *, alike: bool) -> tuple[list[tuple[Any, Value]], Type]:
    """The elements of a collection converted to *target*, and their type once ``any`` is filled in.

    *alike*: they come from a collection, so that they have one type already.
    """
    wanted: Type | None = target
    is_map = isinstance(container, MapT)
    if target is DYNAMIC and not alike:
        types = [type_of(v) for _, v in items]
        wanted = unify(types) if is_map else common_element(types)
    if wanted is None:
        raise ConversionError(_UNALIKE)
    done = _each(items, wanted)
    if not has_dynamic(wanted):
        return done, plain(wanted)
    types = [type_of(v) for _, v in done]
    if (isinstance(container, ListT) and not alike) or (
            is_map and isinstance(wanted, (ListT, SetT, MapT, ObjectT))):
        unified = unify(types)
        if unified is None:
            raise ConversionError(_UNALIKE)
        done = _each(done, unified)
        types = [type_of(v) for _, v in done]
    element = next((t for t in types if t is not DYNAMIC), DYNAMIC)
    if any(t != element and t is not DYNAMIC for t in types):
        raise ConversionError(_UNALIKE)
    if element is not DYNAMIC and any(t is DYNAMIC for t in types):
        # Nulls and unknowns that had no type get that of their neighbours.
        done = _each(done, element)
    return done, element


def _to_sequence(value: Value, target: ListT | SetT) -> Value:
    kind = type(value)
    if kind is ListV or kind is SetV:
        if value.element == target.element:
            if (kind is ListV) == isinstance(target, ListT):
                return value
        elif not convertible(value.element, target.element):
            raise ConversionError(required(target))
        source = value.items
        if (kind is SetV and isinstance(target, ListT) and len(source) > 1
                and not is_wholly_known(value)):
            # Elements that turn out to be equal would make the list shorter.
            return unknown_from(source, fill(type_of(value), plain(target)), not_null=True)
    elif kind is tuple:
        source = value
    else:
        raise ConversionError(required(target))
    if not source:
        element = target.element
        if element is DYNAMIC and kind is not tuple:
            element = value.element
        done: list[tuple[Any, Value]] = []
        element = plain(element)
    else:
        done, element = _elements(list(enumerate(source)), target.element, target,
                                  alike=kind is not tuple)
    if isinstance(target, SetT):
        return make_set([v for _, v in done], element)
    return ListV(tuple([v for _, v in done]), element)


def _to_map(value: Value, target: MapT) -> Value:
    kind = type(value)
    if kind is MapV:
        if value.element == target.element:
            return value
        if not convertible(value.element, target.element):
            raise ConversionError(required(target))
        source = value.items
    elif kind is dict:
        source = value
    else:
        raise ConversionError(required(target))
    if not source:
        element = target.element
        if element is DYNAMIC and kind is MapV:
            element = value.element
        return MapV({}, plain(element))
    items = [(k, source[k]) for k in sorted(source)]
    done, element = _elements(items, target.element, target, alike=kind is MapV)
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
    if type(value) is not tuple:
        raise ConversionError(required(target))
    if len(value) != len(target.elements):
        raise ConversionError(f"tuple with {len(target.elements)} elements is required")
    out = []
    for index, (item, wanted) in enumerate(zip(value, target.elements, strict=True)):
        try:
            out.append(convert(item, wanted))
        except ConversionError as error:
            raise error.at(index) from None
    return tuple(out)
