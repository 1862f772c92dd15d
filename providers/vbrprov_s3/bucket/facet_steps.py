"""One step per facet, in the order in which S3 takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vbrprov_s3.bucket.meaning import (
    access_of,
    encryption_of,
    retention_data,
    retention_of,
    rule_data,
    rules_of,
)
from vbrprov_s3.bucket.model import BucketModel
from vbrprov_s3.facet_writer import FacetWriter
from vbrprov_s3.facets import NEVER_VERSIONED
from vbrprov_s3.lifecycle import same_rules

Bucket = BucketModel


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet of a bucket.

    ``name`` is as in ``unreadable_facets``; ``due`` decides from the current and the planned
    bucket, ``write`` sets the facet, ``result`` is what the record then says.
    """

    id: str
    name: str
    doc: str
    due: Callable[[Bucket, Bucket], bool]
    write: Callable[[FacetWriter, Bucket], None]
    result: Callable[[Bucket], dict[str, Any]]


def _access_due(now: Bucket, planned: Bucket) -> bool:
    wanted, found = planned.public_access_block, now.public_access_block
    return wanted is not None and (found is None or access_of(found) != access_of(wanted))


def _access_write(writer: FacetWriter, planned: Bucket) -> None:
    if planned.public_access_block is not None:
        writer.public_access(access_of(planned.public_access_block))


def _ownership_due(now: Bucket, planned: Bucket) -> bool:
    wanted, found = planned.ownership_controls, now.ownership_controls
    return wanted is not None and (
        found is None or found.object_ownership != wanted.object_ownership)


def _ownership_write(writer: FacetWriter, planned: Bucket) -> None:
    if planned.ownership_controls is not None:
        writer.ownership(planned.ownership_controls.object_ownership)


def status_of(model: Bucket) -> str:
    """The versioning status; never turned on when nothing is known."""
    return model.versioning.status if model.versioning is not None else NEVER_VERSIONED


def _versioning_due(now: Bucket, planned: Bucket) -> bool:
    wanted = status_of(planned)
    return wanted not in (NEVER_VERSIONED, status_of(now))


def _versioning_write(writer: FacetWriter, planned: Bucket) -> None:
    writer.versioning(status_of(planned))


def _lock_due(now: Bucket, planned: Bucket) -> bool:
    if not planned.object_lock_enabled:
        return False
    managed = (planned.object_lock_configuration is not None
               or now.object_lock_configuration is not None)
    wanted = retention_data(retention_of(planned.object_lock_configuration))
    if ("object_lock" in (now.unreadable_facets or ())
            and planned.object_lock_configuration not in (None, now.object_lock_configuration)):
        # Stated anew, an empty block too: what is there may be something else.
        return True
    return not now.object_lock_enabled or (managed and wanted != now.live_default_retention)


def _lock_write(writer: FacetWriter, planned: Bucket) -> None:
    writer.object_lock(retention_of(planned.object_lock_configuration))


def _encryption_due(now: Bucket, planned: Bucket) -> bool:
    wanted = planned.server_side_encryption_configuration
    found = now.server_side_encryption_configuration
    return wanted is not None and (found is None or encryption_of(found) != encryption_of(wanted))


def _encryption_write(writer: FacetWriter, planned: Bucket) -> None:
    if planned.server_side_encryption_configuration is not None:
        writer.encryption(encryption_of(planned.server_side_encryption_configuration))


def _lifecycle_due(now: Bucket, planned: Bucket) -> bool:
    if not planned.lifecycle_rule and not now.lifecycle_rule:
        return False
    return not same_rules(rules_of(now), rules_of(planned))


def _purge_due(now: Bucket, planned: Bucket) -> bool:
    return bool(planned.purge_lifecycle_rules and now.live_lifecycle_rules
                and not planned.lifecycle_rule and not now.lifecycle_rule)


def _tags_due(now: Bucket, planned: Bucket) -> bool:
    return (now.tags_all or {}) != (planned.tags_all or {})


FACETS: tuple[Facet, ...] = (
    Facet("public_access_block", "public_access_block", "Block public access",
          _access_due, _access_write,
          lambda p: {"public_access_block": p.public_access_block}),
    Facet("ownership_controls", "ownership_controls", "Set object ownership",
          _ownership_due, _ownership_write,
          lambda p: {"ownership_controls": p.ownership_controls}),
    Facet("versioning", "versioning", "Set versioning", _versioning_due, _versioning_write,
          lambda p: {"versioning": p.versioning, "versioning_status": status_of(p)}),
    # After versioning: S3 refuses a lock on a bucket without it.
    Facet("object_lock", "object_lock", "Set object lock", _lock_due, _lock_write,
          lambda p: {
              "object_lock_enabled": True,
              "object_lock_configuration": p.object_lock_configuration,
              "live_default_retention": retention_data(retention_of(p.object_lock_configuration)),
          }),
    Facet("encryption", "encryption", "Set default encryption", _encryption_due, _encryption_write,
          lambda p: {"server_side_encryption_configuration":
                     p.server_side_encryption_configuration}),
    Facet("lifecycle", "lifecycle", "Set lifecycle rules", _lifecycle_due,
          lambda w, p: w.lifecycle(rules_of(p)),
          lambda p: {"lifecycle_rule": p.lifecycle_rule,
                     "live_lifecycle_rules": [rule_data(r) for r in rules_of(p)]}),
    Facet("lifecycle_purge", "lifecycle", "Remove lifecycle rules", _purge_due,
          lambda w, p: w.lifecycle([]), lambda p: {"live_lifecycle_rules": []}),
    Facet("tags", "tags", "Set tags", _tags_due, lambda w, p: w.tags(p.tags_all or {}),
          lambda p: {"tags": p.tags, "tags_all": p.tags_all}),
)

#: Facets that a bucket gets although configuration does not state them; a provider may skip them.
SKIPPABLE = frozenset({"public_access_block", "ownership_controls", "encryption"})

#: Arguments that no call sets: they steer this provider only.
SETTINGS = ("force_destroy", "deletion_policy", "purge_lifecycle_rules", "expected_bucket_owner",
            "tags", "bucket_prefix", "object_lock_configuration")
