"""Data sources of buckets that exist, with everything that guardrails look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    InstanceFacts,
    Model,
    ProviderError,
    StepContext,
    attribute,
    block,
    computed_attribute,
)
from vbrprov.sdk.views import View
from vbrprov_s3.bucket.model import (
    LIFECYCLE_TYPE,
    RETENTION_TYPE,
    BucketModel,
    EncryptionBlock,
    OwnershipBlock,
    PublicAccessBlock,
    VersioningBlock,
    check_name,
)
from vbrprov_s3.bucket.reading import read_bucket
from vbrprov_s3.store import BucketClients


class BucketDataModel(Model):
    """Arguments and attributes of the data source of a bucket."""

    bucket: str = attribute(doc="Name of the bucket.", required=True, validators=(check_name,))
    region: str | None = attribute(doc="Region of the bucket; found out when left out.",
                                   default=None, computed=True)
    expected_bucket_owner: str | None = attribute(doc="Account that must own the bucket.",
                                                  default=None)
    versioning: VersioningBlock | None = block(doc="Versioning.", computed=True, default=None)
    server_side_encryption_configuration: EncryptionBlock | None = block(
        doc="Default encryption.", computed=True, default=None)
    public_access_block: PublicAccessBlock | None = block(
        doc="The public access block; null when the bucket has none.", computed=True, default=None)
    ownership_controls: OwnershipBlock | None = block(doc="Object ownership.", computed=True,
                                                      default=None)
    object_lock_enabled: bool | None = computed_attribute(
        doc="Whether object lock is on; null when unreadable.")
    id: str | None = computed_attribute(doc="Name of the bucket.")
    arn: str | None = computed_attribute(doc="ARN of the bucket.")
    bucket_domain_name: str | None = computed_attribute(doc="Host name of the bucket.")
    bucket_regional_domain_name: str | None = computed_attribute(
        doc="Host name of the bucket in its region.")
    tags: dict[str, str] | None = computed_attribute(doc="All tags of the bucket.")
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the bucket has; null when unreadable.", type=LIFECYCLE_TYPE)
    live_default_retention: dict[str, Any] | None = computed_attribute(
        doc="Default retention that the bucket has; null when none or unreadable.",
        type=RETENTION_TYPE)
    replication_enabled: bool | None = computed_attribute(
        doc="Whether the bucket is replicated elsewhere; null when unreadable.")
    intelligent_tiering_count: int | None = computed_attribute(
        doc="Number of Intelligent-Tiering configurations; null when unreadable.")
    versioning_status: str | None = computed_attribute(
        doc="Enabled, Suspended or Disabled; null when unreadable.")
    unreadable_facets: list[str] | None = computed_attribute(
        doc="Settings that the provider's identity may not read, so that nothing is known of them.")


_SHARED = (
    "region", "versioning", "server_side_encryption_configuration", "public_access_block",
    "ownership_controls", "object_lock_enabled", "id", "arn", "bucket_domain_name",
    "bucket_regional_domain_name", "live_lifecycle_rules", "live_default_retention",
    "replication_enabled", "intelligent_tiering_count", "versioning_status", "unreadable_facets",
)


M = TypeVar("M", bound=BucketDataModel)
C = TypeVar("C", bound=BucketClients)


class BucketData(DataSource[M, C]):
    """Reads a bucket without managing it."""

    #: How guardrails call the kind of storage.
    family: ClassVar[str]
    #: The model of the resource type, and what it has beside the attributes of all.
    bucket_model: ClassVar[type[BucketModel]] = BucketModel
    further: ClassVar[tuple[str, ...]] = ()
    source = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html"

    def read(self, client: C, config: M, ctx: StepContext) -> M:
        """Every facet of the bucket."""
        wanted = self.bucket_model(
            bucket=config.bucket, region=config.region, object_lock_enabled=None,
            expected_bucket_owner=config.expected_bucket_owner)
        found = read_bucket(client, wanted, ctx)
        if found is None:
            raise ProviderError(
                ErrorClass.NOT_FOUND, "Bucket not found",
                f'There is no bucket "{config.bucket}" that these credentials reach.',
                attribute="bucket")
        return config.copy(tags=found.tags_all,
                           **{name: getattr(found, name) for name in (*_SHARED, *self.further)})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_s3.views import bucket_view

        return bucket_view(facts, self.family)
