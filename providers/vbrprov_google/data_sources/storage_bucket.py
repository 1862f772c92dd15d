"""google_storage_bucket (data): a bucket that exists, with everything guardrails look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
from vbrprov_google.bucket.model import (
    LIFECYCLE_TYPE,
    EncryptionBlock,
    SoftDeleteBlock,
    StorageBucketModel,
    VersioningBlock,
    check_name,
)
from vbrprov_google.bucket.reading import read_bucket
from vbrprov_google.clients import GoogleClients


class StorageBucketDataModel(Model):
    """Arguments and attributes of the data source ``google_storage_bucket``."""

    name: str = attribute(doc="Name of the bucket.", required=True, validators=(check_name,))
    project: str | None = attribute(doc="Id of the project; the provider's when left out.",
                                    default=None, computed=True)
    versioning: VersioningBlock | None = block(doc="Versioning.", computed=True, default=None)
    soft_delete_policy: SoftDeleteBlock | None = block(doc="Soft delete.", computed=True,
                                                       default=None)
    encryption: EncryptionBlock | None = block(
        doc="Default encryption; null with Google's own keys.", computed=True, default=None)
    id: str | None = computed_attribute(doc="Name of the bucket.")
    url: str | None = computed_attribute(doc="The bucket as gs://NAME.")
    self_link: str | None = computed_attribute(doc="URL of the bucket in the API.")
    location: str | None = computed_attribute(doc="Where the bucket is.")
    project_number: str | None = computed_attribute(doc="Number of the project.")
    time_created: str | None = computed_attribute(doc="When the bucket was made (RFC 3339).")
    storage_class: str | None = computed_attribute(doc="Storage class of new objects.")
    enable_object_retention: bool | None = computed_attribute(doc="Whether object retention is on.")
    uniform_bucket_level_access: bool | None = computed_attribute(
        doc="Whether IAM alone decides about access.")
    public_access_prevention: str | None = computed_attribute(
        doc="enforced, or inherited from the organisation.")
    default_event_based_hold: bool | None = computed_attribute(
        doc="Whether every new object gets a hold.")
    requester_pays: bool | None = computed_attribute(doc="Whether who reads is billed.")
    rpo: str | None = computed_attribute(doc="Replication of a dual-region bucket.")
    effective_labels: dict[str, str] | None = computed_attribute(doc="All labels of the bucket.")
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the bucket has; one entry a prefix.", type=LIFECYCLE_TYPE)
    live_retention_period: int | None = computed_attribute(
        doc="Period in seconds of the retention policy; null when there is none.")
    live_autoclass_enabled: bool | None = computed_attribute(doc="Whether Autoclass is on.")
    live_hierarchical_namespace: bool | None = computed_attribute(
        doc="Whether the bucket has a hierarchical namespace.")


_OWN = ("name",)


class StorageBucketData(DataSource[StorageBucketDataModel, GoogleClients]):
    """Reads a bucket without managing it."""

    type_name = "google_storage_bucket"
    model = StorageBucketDataModel
    doc = "A bucket that exists, with all its settings."
    source = "https://docs.cloud.google.com/storage/docs/json_api/v1/buckets/get"

    def read(self, client: GoogleClients, config: StorageBucketDataModel,
             ctx: StepContext) -> StorageBucketDataModel:
        """All settings of the bucket."""
        found = read_bucket(client, StorageBucketModel(name=config.name, location="",
                                                       project=config.project), ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Bucket not found",
                                f'There is no bucket "{config.name}".', attribute="name")
        return config.copy(**{name: getattr(found, name) for name in self.model.schema().names()
                              if name not in _OWN})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_google.bucket.views import bucket_view

        return bucket_view(facts)
