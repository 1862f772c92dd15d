"""What guardrails know of a bucket, with IBM's names put into those of the S3 family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from vbrprov.sdk import InstanceFacts
from vbrprov.sdk.values import STRING, Null, Unknown, Value, bare

T = TypeVar("T")

#: IBM's name, and the family's.
_NAMES: Final = {"bucket_name": "bucket", "object_lock": "object_lock_enabled",
                 "object_versioning": "versioning", "force_delete": "force_destroy"}
_PATHS: Final = {**_NAMES, "object_versioning.enable": "versioning.status"}


def in_family_words(facts: InstanceFacts) -> InstanceFacts:
    """The same facts under the family's names."""
    return replace(
        facts, planned=_values(facts.planned), live=_values(facts.live),
        config=_values(facts.config) or {}, prior=_values(facts.prior),
        ranges={_PATHS.get(path, path): place for path, place in facts.ranges.items()},
        references=_keys(facts.references),
        changed=frozenset(_NAMES.get(name, name) for name in facts.changed))


def _keys(values: Mapping[str, T]) -> dict[str, T]:
    return {_NAMES.get(name, name): value for name, value in values.items()}


def _values(values: Mapping[str, Value] | None) -> Mapping[str, Value] | None:
    if values is None:
        return None
    out = _keys(values)
    block = bare(out.get("versioning"))
    if isinstance(block, dict):
        enabled = bare(block.get("enable"))
        status: Value = Null(STRING)
        if isinstance(enabled, Unknown):
            status = Unknown(STRING)
        elif isinstance(enabled, bool):
            # Off is Suspended where versions were kept before; rules ask for Enabled or not.
            status = "Enabled" if enabled else "Disabled"
        out["versioning"] = {"status": status}
    return out
