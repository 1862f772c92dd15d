"""The bucket as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov_s3.bucket.meaning import (
    access_block,
    encryption_block,
    retention_block,
    retention_data,
    retention_of,
    rule_block,
    rule_data,
    rules_of,
)
from vbrprov_s3.bucket.model import (
    BucketModel,
    LifecycleRuleBlock,
    LockConfigurationBlock,
    OwnershipBlock,
    VersioningBlock,
)
from vbrprov_s3.codes import NO_BUCKET
from vbrprov_s3.errors import code_of
from vbrprov_s3.facets import BucketFacets, FacetReader
from vbrprov_s3.lifecycle import same_rules
from vbrprov_s3.purge import Purge
from vbrprov_s3.store import BucketClients
from vbrprov_s3.tags import own_tags, without_system

T = TypeVar("T")
B = TypeVar("B", bound=BucketModel)

#: Versions whose lock is looked at for a plan; each costs one call.
LOOKED_AT_PLAN: Final = 20


def owner_of(model: BucketModel) -> dict[str, str]:
    """What goes with every call so that another account's bucket is never touched."""
    owner = model.expected_bucket_owner
    return {"ExpectedBucketOwner": owner} if owner else {}


def region_of(head: Mapping[str, Any], otherwise: str) -> str:
    """The region that a ``HeadBucket`` answer names."""
    headers = head.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return str(head.get("BucketRegion") or headers.get("x-amz-bucket-region") or otherwise)


def read_bucket(client: BucketClients, state: B, ctx: StepContext | None = None) -> B | None:
    """The bucket with all its facets; ``None`` when it is gone.

    Raises:
        ProviderError: It cannot be looked at (denied is never gone), or S3 fails.
    """
    bucket = state.bucket or state.id or ""
    store, s3 = client.store, client.s3(state.region)
    reader = FacetReader(store.service, s3, bucket, owner_of(state), ctx)
    head = reader.exists()
    if head is None:
        return None
    try:
        facets = reader.read()
        further = store.further(s3, bucket)
    except ProviderError as error:
        if code_of(error) in NO_BUCKET:
            return None
        raise
    region = region_of(head, state.region or client.region)
    found = project(client, state, facets).copy(**store.names(bucket, region), **further)
    return found.copy(live_lock=_lock(client, found, ctx))


def _lock(client: BucketClients, bucket: BucketModel, ctx: StepContext | None) -> str | None:
    """What a plan that destroys the bucket needs to know; costs calls, so only where it may."""
    may_go = bucket.deletion_policy == "DELETE" and bucket.force_destroy
    if ctx is None or not may_go or not bucket.object_lock_enabled:
        return None
    purge = Purge(client.store.service, client.s3(bucket.region), bucket.bucket or "", ctx,
                  owner_of(bucket))
    try:
        lock = purge.lock(LOOKED_AT_PLAN)
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            # A look that is a courtesy; S3 itself keeps what is locked.
            return None
        raise
    return lock.sentence(f'bucket "{bucket.bucket}"') if lock.locked else None


def live_facets(facets: BucketFacets) -> dict[str, Any]:
    """The read-only attributes that guardrails look at."""
    rules = facets.lifecycle_rules
    return {
        "live_lifecycle_rules": None if rules is None else [rule_data(r) for r in rules],
        "live_default_retention": retention_data(facets.default_retention),
        "replication_enabled": facets.replication_enabled,
        "intelligent_tiering_count": facets.intelligent_tiering_count,
        "versioning_status": facets.versioning_status,
        "unreadable_facets": sorted(facets.unreadable),
    }


def project(client: BucketClients, state: B, facets: BucketFacets) -> B:
    """What was read as a model.

    A facet that could not be read keeps the value in *state*: showing it as absent would plan a
    change for no reason.
    """
    denied = facets.unreadable

    def seen(facet: str, found: T, known: T) -> T:
        return known if facet in denied else found

    status = facets.versioning_status
    live_tags = without_system(facets.tags or {})
    return state.copy(
        **live_facets(facets),
        object_lock_enabled=seen("object_lock", facets.object_lock_enabled,
                                 state.object_lock_enabled),
        object_lock_configuration=_lock_configuration(state, facets),
        versioning=seen("versioning", VersioningBlock(status=status) if status else None,
                        state.versioning),
        server_side_encryption_configuration=seen(
            "encryption",
            encryption_block(facets.encryption, state.server_side_encryption_configuration),
            state.server_side_encryption_configuration),
        public_access_block=seen("public_access_block", access_block(facets.public_access),
                                 state.public_access_block),
        ownership_controls=seen(
            "ownership_controls",
            OwnershipBlock(object_ownership=facets.object_ownership)
            if facets.object_ownership else None,
            state.ownership_controls),
        lifecycle_rule=_lifecycle(state, facets),
        tags=seen("tags", own_tags(client, live_tags, state.tags), state.tags),
        tags_all=seen("tags", live_tags, state.tags_all),
    )


def _lock_configuration(
    state: BucketModel, facets: BucketFacets,
) -> LockConfigurationBlock | None:
    stated = state.object_lock_configuration
    if stated is None or "object_lock" in facets.unreadable:
        return stated
    if retention_of(stated) == facets.default_retention:
        return stated
    return retention_block(facets.default_retention)


def _lifecycle(state: BucketModel, facets: BucketFacets) -> list[LifecycleRuleBlock]:
    # Rules are managed only once one is stated; what others made shows in live_lifecycle_rules.
    if not state.lifecycle_rule or facets.lifecycle_rules is None:
        return state.lifecycle_rule
    if same_rules(rules_of(state), facets.lifecycle_rules):
        return state.lifecycle_rule
    return [rule_block(found) for found in facets.lifecycle_rules]
