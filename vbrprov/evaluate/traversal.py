"""Attribute access, indexes and splats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vbrprov.diag import did_you_mean
from vbrprov.evaluate.errors import EvalError
from vbrprov.syntax import ast
from vbrprov.values import (
    DYNAMIC,
    NUMBER,
    STRING,
    ConversionError,
    ListT,
    ListV,
    MapT,
    MapV,
    Null,
    ObjectT,
    SetT,
    SetV,
    TupleT,
    Type,
    Unknown,
    Value,
    convert,
    mark,
    type_of,
    unknown_from,
    unmark,
    unmark_deep,
)

Evaluate = Callable[[ast.Expr], Value]


def walk(value: Value, steps: list[ast.Step], evaluate: Evaluate, start: int, at: int = 0) -> Value:
    """Follow *steps* from index *at* on, from *value*.

    Raises:
        EvalError: A step does not apply.
    """
    for index in range(at, len(steps)):
        step = steps[index]
        if isinstance(step, ast.AttrStep):
            # Most references are attributes of known objects.
            if type(value) is dict and step.name in value:
                value = value[step.name]
            else:
                value = attribute(value, step, start)
        elif isinstance(step, ast.IndexStep):
            value = index_value(value, evaluate(step.key), step, start)
        else:
            value = splat(value, step, evaluate, start)
    return value


def attribute(value: Value, step: ast.AttrStep, start: int) -> Value:
    """``value.name``."""
    value, marks = unmark(value)
    name = step.name
    if type(value) is dict:
        if name in value:
            return mark(value[name], marks)
        raise EvalError("Unsupported attribute", _no_attribute(name, list(value)),
                        step.start, step.end)
    if type(value) is MapV:
        if name in value.items:
            return mark(value.items[name], marks)
        raise EvalError("Missing map element",
                        f'This map does not have an element with the key "{name}".',
                        step.start, step.end)
    if type(value) is Null:
        raise EvalError(
            "Attempt to get attribute from null value",
            "This value is null, so it does not have any attributes.", step.start, step.end)
    if isinstance(value, Unknown):
        found = value.type
        if isinstance(found, ObjectT):
            if name not in found.attributes:
                raise EvalError("Unsupported attribute",
                                _no_attribute(name, list(found.attributes)),
                                step.start, step.end)
            return mark(value.derive(found.attributes[name]), marks)
        if isinstance(found, MapT):
            return mark(value.derive(found.element), marks)
        if found is DYNAMIC:
            return mark(value.derive(DYNAMIC), marks)
    found = type_of(value)
    if isinstance(found, (ListT, TupleT, SetT)):
        raise EvalError(
            "Unsupported attribute",
            f"Can't access attributes on a {found.friendly()}. Did you mean to access attribute "
            f'"{name}" for a specific element, or across all elements?', step.start, step.end)
    raise EvalError("Unsupported attribute",
                    f"Can't access attributes on a primitive-typed value ({found.friendly()}).",
                    step.start, step.end)


def _no_attribute(name: str, known: list[str]) -> str:
    text = f'This object does not have an attribute named "{name}".'
    return f"{text} {did_you_mean(name, known)}".strip()


def index_value(value: Value, key: Value, step: ast.IndexStep, start: int) -> Value:
    """``value[key]``."""
    value, marks = unmark(value)
    key, key_marks = unmark_deep(key)
    marks = marks | key_marks
    begin, end = step.start, step.end
    if type(value) is Null:
        raise EvalError("Attempt to index null value",
                        "This value is null, so it does not have any indices.", begin, end)
    if type(key) is Null:
        raise EvalError("Invalid index", "Can't use a null value as an indexing key.", begin, end)
    kind: type = type(value)
    if isinstance(value, Unknown):
        # For a known value its type would take a walk through all of it.
        kind = _KINDS.get(type(value.type), kind)
    if kind is SetV:
        raise EvalError(
            "Invalid index", "Elements of a set are identified only by their value and don't have "
            "any separate index or key to select with, so it's only possible to perform operations "
            "across all elements of the set.", begin, end)
    if kind in (tuple, ListV, dict, MapV):
        find = _sequence if kind is tuple or kind is ListV else _mapping
        try:
            return mark(find(value, key, begin, end), marks)
        except EvalError as error:
            if not key_marks and not (marks and kind is MapV):
                raise
            # Why it does not fit would tell what the key is, or what keys there are.
            raise EvalError(error.summary, "The given key does not identify an element in this "
                            "collection value.", begin, end) from None
    if isinstance(value, Unknown) and value.type is DYNAMIC:
        return mark(unknown_from((value, key), DYNAMIC), marks)
    raise EvalError("Invalid index", "This value does not have any indices.", begin, end)


_KINDS: dict[type, type] = {TupleT: tuple, ListT: ListV, SetT: SetV, ObjectT: dict, MapT: MapV}


def _sequence(value: Value, key: Value, begin: int, end: int) -> Value:
    try:
        number = convert(key, NUMBER)
    except ConversionError as error:
        raise EvalError("Invalid index", f"The given key does not identify an element in this "
                        f"collection value: {error}.", begin, end) from None
    if isinstance(number, Unknown):
        return unknown_from((value, number), _element(value))
    if type(number) is not int:
        raise EvalError("Invalid index", "The given key does not identify an element in this "
                        "collection value: indexing a sequence requires a whole number, but the "
                        "given index has a fractional part.", begin, end)
    if isinstance(value, Unknown):
        found: Any = value.type
        if isinstance(found, ListT):
            return value.derive(found.element)
        items = found.elements
        if 0 <= number < len(items):
            return value.derive(items[number])
    else:
        items = value if type(value) is tuple else value.items
        if 0 <= number < len(items):
            return items[number]
    if not items:
        why = "the collection has no elements"
    elif number < 0:
        why = "a negative number is not a valid index for a sequence"
    else:
        why = "the given index is greater than or equal to the length of the collection"
    raise EvalError("Invalid index",
                    f"The given key does not identify an element in this collection value: {why}.",
                    begin, end)


def _element(value: Value) -> Type:
    """The type of whatever element it will be; that of a tuple's or object's depends on which."""
    if type(value) is ListV or type(value) is MapV:
        element: Type = value.element
        return element
    kind = value.type if isinstance(value, Unknown) else None
    return kind.element if isinstance(kind, (ListT, MapT)) else DYNAMIC


def _mapping(value: Value, key: Value, begin: int, end: int) -> Value:
    try:
        text = convert(key, STRING)
    except ConversionError as error:
        raise EvalError("Invalid index", f"The given key does not identify an element in this "
                        f"collection value: {error}.", begin, end) from None
    if isinstance(text, Unknown):
        return unknown_from((value, text), _element(value))
    if isinstance(value, Unknown):
        found: Any = value.type
        if isinstance(found, MapT):
            return value.derive(found.element)
        if text in found.attributes:
            return value.derive(found.attributes[text])
        raise EvalError("Invalid index", _no_attribute(text, list(found.attributes)), begin, end)
    items = value if type(value) is dict else value.items
    if text in items:
        return items[text]
    if type(value) is dict:
        why = f": {_no_attribute(text, list(items))}"
    else:
        why = f". {did_you_mean(text, items)}".rstrip()
    raise EvalError("Invalid index", "The given key does not identify an element in this "
                    f"collection value{why}", begin, end)


def splat(value: Value, step: ast.SplatStep, evaluate: Evaluate, start: int) -> Value:
    """``value[*].steps`` and ``value.*.steps``."""
    value, marks = unmark(value)
    kind = type(value)
    if kind is Null:
        if isinstance(value.type, (ListT, SetT, TupleT)):
            raise EvalError("Splat of null value", "Splat expressions (with the * symbol) cannot "
                            "be applied to null sequences.", step.start, step.end)
        return mark((), marks)
    if isinstance(value, Unknown):
        return mark(_unknown_splat(value, step, evaluate, start), marks)
    if kind is tuple:
        return mark(tuple([walk(v, step.steps, evaluate, start) for v in value]), marks)
    if kind is not ListV and kind is not SetV:
        return mark((walk(value, step.steps, evaluate, start),), marks)
    if not value.items:
        example = walk(Unknown(value.element), step.steps, evaluate, start)
        return mark(ListV((), type_of(example)), marks)
    results = tuple([walk(v, step.steps, evaluate, start) for v in value.items])
    types = [type_of(v) for v in results]
    element = next((t for t in types if t is not DYNAMIC), DYNAMIC)
    if all(t == element for t in types):
        return mark(ListV(results, element), marks)
    if all(t == element or t is DYNAMIC for t in types):
        return mark(ListV(tuple([convert(v, element) for v in results]), element), marks)
    return mark(results, marks)


def _unknown_splat(value: Unknown, step: ast.SplatStep, evaluate: Evaluate, start: int) -> Value:
    found = value.type
    if isinstance(found, TupleT):
        return tuple([walk(value.derive(t), step.steps, evaluate, start) for t in found.elements])
    if isinstance(found, (ListT, SetT)):
        inner = walk(value.derive(found.element), step.steps, evaluate, start)
        return value.derive(ListT(type_of(inner)), not_null=True)
    if found is not DYNAMIC:
        # Whether there is one element or none may not be known, but what follows has to fit it.
        only = walk(value, step.steps, evaluate, start)
        if value.not_null:
            return (only,)
    return value.derive(DYNAMIC)
