"""Values in answers: what has another type than the document says is refused, never taken as is."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Model
from vbrprov.sdk.values import BOOL, NUMBER, STRING, ListT, MapT, SetT, Type


def flag(value: Any) -> bool:
    """A flag; one that is missing is off.

    Raises:
        TypeError: It is none.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    raise TypeError(f"a {type(value).__name__} where a boolean was expected")


def whole(value: Any) -> int | None:
    """A whole number, ``None`` for one that is missing.

    Raises:
        TypeError: It is none.
    """
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"a {type(value).__name__} where a whole number was expected")


def check_types(model: Model) -> None:
    """See that every value of *model* is of the type that the schema gives it.

    Raises:
        TypeError: One is not; the message names the argument.
    """
    schema = type(model).schema()
    for name, spec in schema.attributes.items():
        value = getattr(model, name)
        if value is not None and not _fits(value, spec.type):
            raise TypeError(f"{name}: a {type(value).__name__} was not expected")
    for name, nested in schema.blocks.items():
        value = getattr(model, name)
        for item in ([] if value is None else [value]) if nested.nesting == "single" else value:
            check_types(item)


def _fits(value: Any, wanted: Type) -> bool:
    if wanted is STRING:
        return isinstance(value, str)
    if wanted is BOOL:
        return isinstance(value, bool)
    if wanted is NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(wanted, ListT | SetT):
        return isinstance(value, list | set | tuple) and all(
            _fits(item, wanted.element) for item in value)
    if isinstance(wanted, MapT):
        return isinstance(value, dict) and all(
            isinstance(k, str) and _fits(v, wanted.element) for k, v in value.items())
    return True
