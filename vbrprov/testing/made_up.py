"""Values for computed attributes of what has no provider."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator, Mapping

from vbrprov.sdk.model import Schema
from vbrprov.values import (
    BOOL,
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
    Spent,
    TupleT,
    Type,
    Unknown,
    Value,
    bare,
    convert,
    is_null,
    make_set,
)

#: How long a made-up string is, as Terraform's are.
LENGTH = 8
_LETTERS = string.ascii_lowercase + string.digits


def is_open(value: Value) -> bool:
    """Whether nobody has decided on a value yet."""
    inner = bare(value)
    return isinstance(inner, Unknown) and not isinstance(inner, Spent)


def fill(values: dict[str, Value], schema: Schema, given: Mapping[str, Value],
         config: Mapping[str, Value], missing: Callable[[Value], bool]) -> list[tuple[str, str]]:
    """Put values in the place of *missing* computed ones that *config* does not set.

    Returns:
        Attributes whose given value does not fit, with the reason.
    """
    return list(_fill(values, schema, given, config, missing))


def _fill(values: dict[str, Value], schema: Schema, given: Mapping[str, Value],
          config: Mapping[str, Value], missing: Callable[[Value], bool],
          ) -> Iterator[tuple[str, str]]:
    for name, spec in schema.attributes.items():
        if not spec.computed or not missing(values[name]) or not is_null(config.get(name, Null())):
            continue
        values[name] = made_up(spec.type)
        if name in given:
            try:
                values[name] = convert(given[name], spec.type)
            except ConversionError as error:
                yield name, str(error)
    for name, nested in schema.blocks.items():
        inner = nested.model.schema()
        value, extra = bare(values[name]), bare(given.get(name, {}))
        extra = extra if type(extra) is dict else {}
        if type(value) is dict:
            values[name] = body = dict(value)
            yield from _fill(body, inner, extra, {}, missing)
        elif isinstance(value, (ListV, SetV)):
            bodies = [dict(item) for item in value.items if type(item) is dict]
            for body in bodies:
                yield from _fill(body, inner, extra, {}, missing)
            if len(bodies) == len(value.items):
                values[name] = (make_set(bodies, value.element) if isinstance(value, SetV)
                                else ListV(tuple(bodies), value.element))
        elif missing(value) and nested.computed:
            values[name] = body = made_up(nested.type)
            if type(body) is dict:
                yield from _overlay(body, inner, extra)


def _overlay(body: dict[str, Value], schema: Schema,
             given: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Put given values into a block that was made up whole."""
    for name in schema.attributes.keys() & given.keys():
        try:
            body[name] = convert(given[name], schema.attributes[name].type)
        except ConversionError as error:
            yield name, str(error)


def made_up(type_: Type) -> Value:
    """A value for what nobody gave one: Terraform's choice for each type."""
    if type_ is STRING:
        return "".join(random.choices(_LETTERS, k=LENGTH))  # noqa: S311  # no secret
    if type_ is NUMBER:
        return 0
    if type_ is BOOL:
        return False
    if isinstance(type_, ListT):
        return ListV((), type_.element)
    if isinstance(type_, SetT):
        return make_set([], type_.element)
    if isinstance(type_, MapT):
        return MapV({}, type_.element)
    if isinstance(type_, ObjectT):
        return {name: made_up(inner) for name, inner in type_.attributes.items()}
    if isinstance(type_, TupleT):
        return tuple(made_up(inner) for inner in type_.elements)
    return Null(type_)
