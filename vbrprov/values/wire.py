"""Values to JSON and back.

``encode`` loses types that JSON lacks; ``decode`` gets them back from a type. ``encode_typed`` is
for positions typed ``any``: it keeps the type beside the value, as Terraform's state does.
"""

from __future__ import annotations

from typing import Any

import msgspec

from vbrprov.values.convert import ConversionError, convert, number_to_string
from vbrprov.values.number import BigFloat, from_float, normal, to_float
from vbrprov.values.sets import make_set
from vbrprov.values.types import (
    DYNAMIC,
    ListT,
    MapT,
    ObjectT,
    SetT,
    TupleT,
    Type,
    type_from_json,
    type_to_json,
)
from vbrprov.values.value import (
    NULL,
    SENSITIVE,
    ListV,
    MapV,
    Null,
    SetV,
    Spent,
    Unknown,
    Value,
    bare,
    mark,
    type_of,
)

#: Key of the object that stands for a value of which only a fingerprint is kept.
SPENT_KEY = "$spent"
#: Key of the object that stands for a sensitive value; only where what is written is encrypted.
SENSITIVE_KEY = "$sensitive"


class NotEncodableError(ValueError):
    """The value is unknown, or holds an unknown."""


def escape(key: str) -> str:
    """A key of a user's object: what begins with "$" must not be taken for a mark of ours."""
    return f"${key}" if key.startswith("$") else key


def unescape(key: str) -> str:
    """The inverse of ``escape``."""
    return key[1:] if key.startswith("$$") else key


def encode(value: Value) -> Any:
    """A known value as JSON data; marks are ignored.

    Whole numbers beyond 63 bits and fractions that a double cannot hold exactly become
    ``{"$number": "..."}``.

    Raises:
        NotEncodableError: Something in it is unknown.
    """
    value = bare(value)
    kind = type(value)
    if kind is str or kind is bool:
        return value
    if kind is int:
        return value if -(1 << 63) < value < 1 << 63 else {"$number": number_to_string(value)}
    if kind is BigFloat:
        as_float = to_float(value)
        shortest = number_to_string(value)
        return as_float if repr(as_float) == shortest else {"$number": shortest}
    if kind is Null:
        return None
    if kind is tuple:
        return [encode(v) for v in value]
    if kind is dict:
        return {escape(k): encode(v) for k, v in value.items()}
    if kind is ListV or kind is SetV:
        return [encode(v) for v in value.items]
    if kind is MapV:
        return {escape(k): encode(v) for k, v in value.items.items()}
    if isinstance(value, Spent):
        return {SPENT_KEY: value.fingerprint}
    if isinstance(value, Unknown):
        raise NotEncodableError("the value is known only after apply")
    raise TypeError(f"not a value: {value!r}")


def published(value: Value) -> Any:
    """A known value as JSON data for other programs: every digit of a number, keys as they are.

    Fractions that a double cannot hold are ``msgspec.Raw``. There is no way back.
    """
    value = bare(value)
    if type(value) is int:
        return int(number_to_string(value))
    if type(value) is BigFloat:
        text = number_to_string(value)
        return float(text) if repr(float(text)) == text else msgspec.Raw(text.encode())
    if isinstance(value, (tuple, ListV, SetV)):
        return [published(v) for v in (value if isinstance(value, tuple) else value.items)]
    if isinstance(value, (dict, MapV)):
        items = value if isinstance(value, dict) else value.items
        return {k: published(v) for k, v in items.items()}
    return encode(value)


def _number(data: Any) -> Value:
    if isinstance(data, int):
        return normal(data)
    if isinstance(data, float):
        from vbrprov.values.number import parse_number

        text = repr(data)
        return from_float(data) if "n" in text else parse_number(text)
    from vbrprov.values.number import parse_number

    return parse_number(data["$number"])


def decode(data: Any, type_: Type) -> Value:
    """JSON data as a value of *type_*; ``any`` positions become what the JSON shows.

    Raises:
        ConversionError: The data do not fit the type.
    """
    if data is None:
        return Null(type_) if type_ is not DYNAMIC else NULL
    if isinstance(data, dict):
        if SPENT_KEY in data and len(data) == 1:
            return Spent(type_, str(data[SPENT_KEY]))
        if SENSITIVE_KEY in data and len(data) == 1:
            return mark(decode(data[SENSITIVE_KEY], type_), (SENSITIVE,))
        if "$number" in data and len(data) == 1:
            return convert(_number(data), type_)
    if type_ is DYNAMIC:
        return _infer(data)
    if isinstance(type_, ListT) and isinstance(data, list):
        return ListV(tuple([decode(v, type_.element) for v in data]), type_.element)
    if isinstance(type_, SetT) and isinstance(data, list):
        return make_set([decode(v, type_.element) for v in data], type_.element)
    if isinstance(type_, MapT) and isinstance(data, dict):
        return MapV({unescape(k): decode(v, type_.element) for k, v in data.items()},
                    type_.element)
    if isinstance(type_, ObjectT) and isinstance(data, dict):
        return {k: decode(data.get(escape(k)), t) for k, t in type_.attributes.items()}
    if isinstance(type_, TupleT) and isinstance(data, list) and len(data) == len(type_.elements):
        return tuple([decode(v, t) for v, t in zip(data, type_.elements, strict=True)])
    if type_.is_primitive and not isinstance(data, (list, dict)):
        return convert(_infer(data), type_)
    raise ConversionError(f"stored data do not fit the type {type_.constraint()}")


def _infer(data: Any) -> Value:
    if isinstance(data, (bool, str)):
        return data
    if isinstance(data, (int, float)):
        return _number(data)
    if isinstance(data, list):
        return tuple([_infer(v) for v in data])
    if isinstance(data, dict):
        if SPENT_KEY in data and len(data) == 1:
            return Spent(DYNAMIC, str(data[SPENT_KEY]))
        if SENSITIVE_KEY in data and len(data) == 1:
            return mark(_infer(data[SENSITIVE_KEY]), (SENSITIVE,))
        if "$number" in data and len(data) == 1:
            return _number(data)
        return {unescape(str(k)): _infer(v) for k, v in data.items()}
    return NULL


def encode_typed(value: Value) -> Any:
    """A known value with its type: ``{"value": ..., "type": ...}``."""
    return {"value": encode(value), "type": type_to_json(type_of(value))}


def decode_typed(data: Any) -> Value:
    """The inverse of ``encode_typed``."""
    return decode(data["value"], type_from_json(data["type"]))
