"""Instances as they are recorded after a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.diff.stored import encode_attributes, encode_safe
from vbrprov.plan.model import Change
from vbrprov.secrets import SecretBook
from vbrprov.state.model import Instance, Output, Status
from vbrprov.values import (
    ListV,
    MapV,
    SetV,
    Spent,
    Unknown,
    Value,
    bare,
    type_of,
    unmark_deep,
)
from vbrprov.values.types import type_to_json


def known_only(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values without those that are not known (a record holds no unknowns)."""
    return {k: v for k, v in values.items() if _recordable(v)}


def _recordable(value: Value) -> bool:
    """Whether nothing in the value is unknown; a secret of which a fingerprint is left is not."""
    value = bare(value)
    if isinstance(value, Unknown):
        return isinstance(value, Spent)
    if isinstance(value, tuple):
        return all(map(_recordable, value))
    if isinstance(value, dict):
        return all(map(_recordable, value.values()))
    if isinstance(value, (ListV, SetV)):
        return all(map(_recordable, value.items))
    if isinstance(value, MapV):
        return all(map(_recordable, value.items.values()))
    return True


def make_instance(
    change: Change, values: Mapping[str, Value], book: SecretBook, *, status: Status,
    private: dict[str, Any], token: str, deposed: str = "",
) -> Instance:
    """The record of an instance."""
    return Instance(
        address=change.address,
        provider=change.provider,
        attributes=msgspec.Raw(encode_attributes(known_only(values), change.schema, book)),
        private=private,
        status=status,
        deposed=deposed,
        dependencies=list(change.dependencies),
        create_before_destroy=change.create_before_destroy,
        prevent_destroy=change.prevent_destroy,
        skip_destroy=change.skip_destroy,
        token=token,
    )


def make_output(value: Value, sensitive: bool, book: SecretBook) -> Output | None:
    """The record of an output value; ``None`` while it is not known."""
    if not _recordable(value):
        return None
    encode = msgspec.json.encode
    return Output(
        value=msgspec.Raw(encode(encode_safe(value, book))),
        type=msgspec.Raw(encode(type_to_json(type_of(unmark_deep(value)[0])))),
        sensitive=sensitive,
    )
