"""Instances as they are stored: values without secrets, and back.

A sensitive value is stored as ``{"$spent": fingerprint}`` (design: no secret at rest). Reading it
back gives a ``Spent`` value, marked as it was. Where the state is encrypted it is stored as
``{"$sensitive": value}``, but for what a service gives out only once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.sdk.model import Schema
from vbrprov.secrets import SecretBook
from vbrprov.state.model import Instance
from vbrprov.values import (
    SENSITIVE,
    ListV,
    MapV,
    Marked,
    Null,
    OneTime,
    Spent,
    Value,
    bare,
    is_null,
    mark,
    type_of,
    unmark,
    unmark_deep,
)
from vbrprov.values.types import has_dynamic, type_from_json, type_to_json
from vbrprov.values.wire import SENSITIVE_KEY, SPENT_KEY, decode, encode, escape

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def encode_attributes(values: Mapping[str, Value], schema: Schema, book: SecretBook) -> bytes:
    """The values of an instance as one JSON object, secrets replaced by fingerprints."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if type(value) is str:
            spec = schema.attributes.get(name)
            if spec is None or not (spec.sensitive or spec.write_only):
                out[name] = value
                continue
        attribute = schema.attributes.get(name)
        if is_null(value) or (attribute is not None and attribute.write_only):
            continue
        if attribute is not None and attribute.sensitive:
            out[name] = withheld(value, book, one_time=attribute.one_time)
        elif attribute is not None and has_dynamic(attribute.type):
            out[name] = {"value": encode_safe(value, book),
                         "type": type_to_json(type_of(unmark_deep(value)[0]))}
        elif attribute is None and name in schema.blocks:
            out[name] = _encode_block(value, schema.blocks[name].model.schema(), book)
        else:
            out[name] = encode_safe(value, book)
    return _encode(out)


def _encode_block(value: Value, inner: Schema, book: SecretBook) -> Any:
    value, marks = unmark(value)
    if type(value) is Null:
        return None
    # What a block has as a whole, each part of it has.
    if type(value) is dict:
        parts = {name: mark(part, marks) for name, part in value.items()}
        return _decode(encode_attributes(parts, inner, book))
    return [_encode_block(mark(item, marks), inner, book) for item in value.items]


def withheld(value: Value, book: SecretBook, *, one_time: bool = False) -> dict[str, Any]:
    """What is stored in place of a secret."""
    inner = bare(value)
    if isinstance(inner, Spent):
        return {SPENT_KEY: inner.fingerprint}
    known, marks = unmark_deep(value)
    if book.keeps_values and not (one_time or any(isinstance(m, OneTime) for m in marks)):
        return {SENSITIVE_KEY: encode(known)}
    return {SPENT_KEY: book.of(encode(known))}


def encode_safe(value: Value, book: SecretBook) -> Any:
    """JSON data of a value; whatever is marked sensitive in it becomes a fingerprint."""
    if type(value) is Marked:
        if SENSITIVE in value.marks or any(isinstance(m, OneTime) for m in value.marks):
            return None if is_null(value) else withheld(value, book)
        value = value.value
    kind = type(value)
    if kind is tuple:
        return [encode_safe(v, book) for v in value]
    if kind is dict:
        return {escape(k): encode_safe(v, book) for k, v in value.items()}
    if kind is ListV:
        return [encode_safe(v, book) for v in value.items]
    if kind is MapV:
        return {escape(k): encode_safe(v, book) for k, v in value.items.items()}
    return encode(value)


def decode_attributes(raw: bytes | msgspec.Raw, schema: Schema, address: str) -> dict[str, Value]:
    """The values of a stored instance, one a schema name; unknown names in it are dropped."""
    data = _decode(raw)
    out: dict[str, Value] = {}
    for name, spec in schema.attributes.items():
        found = data.get(name)
        if found is None:
            out[name] = Null(spec.type)
            continue
        if type(found) is str and not spec.sensitive:
            out[name] = found
            continue
        if spec.sensitive:
            value: Value = decode(found, spec.type)
        elif has_dynamic(spec.type):
            value = restore(found["value"], type_from_json(found["type"]))
        else:
            value = restore(found, spec.type)
        if spec.one_time:
            value = mark(value, (SENSITIVE, OneTime(address, name)))
        elif spec.sensitive:
            value = mark(value, (SENSITIVE,))
        out[name] = value
    for name, nested in schema.blocks.items():
        out[name] = _decode_block(data.get(name), nested.model.schema(), nested.nesting, address)
    return out


def restore(data: Any, type_: Any) -> Value:
    """As ``wire.decode``; fingerprints come back as spent values marked sensitive."""
    value = decode(data, type_)
    return _mark_spent(value)


def _mark_spent(value: Value) -> Value:
    kind = type(value)
    if kind is Spent:
        return mark(value, (SENSITIVE,))
    if kind is tuple:
        return tuple(_mark_spent(v) for v in value)
    if kind is dict:
        return {k: _mark_spent(v) for k, v in value.items()}
    if kind is ListV:
        return ListV(tuple(_mark_spent(v) for v in value.items), value.element)
    if kind is MapV:
        return MapV({k: _mark_spent(v) for k, v in value.items.items()}, value.element)
    return value


def _decode_block(data: Any, inner: Schema, nesting: str, address: str) -> Value:
    if nesting == "single":
        if data is None:
            return Null(inner.type)
        return decode_attributes(_encode(data), inner, address)
    items = tuple(decode_attributes(_encode(item), inner, address) for item in data or ())
    if nesting == "set":
        from vbrprov.values import make_set

        return make_set(items, inner.type)
    return ListV(items, inner.type)


def mark_by_schema(values: Mapping[str, Value], schema: Schema, address: str) -> dict[str, Value]:
    """Add the marks that the schema says: sensitive attributes, one-time secrets."""
    out = dict(values)
    for name, spec in schema.attributes.items():
        if name in out and spec.sensitive and not spec.write_only:
            marks = (SENSITIVE, OneTime(address, name)) if spec.one_time else (SENSITIVE,)
            out[name] = mark(out[name], marks)
    return out


def attributes_of(instance: Instance, schema: Schema) -> dict[str, Value]:
    """The decoded values of a stored instance."""
    return decode_attributes(instance.attributes, schema, instance.address)
