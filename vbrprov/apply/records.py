"""Instances as they are recorded after a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.diff.stored import encode_attributes, encode_safe
from vbrprov.plan.model import Change
from vbrprov.secrets import SecretBook
from vbrprov.state.model import Instance, Output, Status
from vbrprov.values import Unknown, Value, bare, type_of, unmark_deep
from vbrprov.values.types import type_to_json


def known_only(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values without those that are not known (a record holds no unknowns)."""
    from vbrprov.values import is_wholly_known

    return {k: v for k, v in values.items() if is_wholly_known(v) or _spent(v)}


def _spent(value: Value) -> bool:
    from vbrprov.values import Spent

    return isinstance(bare(value), Spent)


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
    from vbrprov.values import is_wholly_known

    if isinstance(bare(value), Unknown) or not (is_wholly_known(value) or _spent(value)):
        return None
    encode = msgspec.json.encode
    return Output(
        value=msgspec.Raw(encode(encode_safe(value, book))),
        type=msgspec.Raw(encode(type_to_json(type_of(unmark_deep(value)[0])))),
        sensitive=sensitive,
    )
