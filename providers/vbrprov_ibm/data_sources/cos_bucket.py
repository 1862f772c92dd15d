"""data ibm_cos_bucket: a bucket of IBM Cloud Object Storage that exists."""

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
)
from vbrprov.sdk.model import computed_attribute
from vbrprov.sdk.views import View
from vbrprov_ibm.bucket.model import LOCATIONS, ObjectVersioningBlock
from vbrprov_ibm.bucket.viewed import in_family_words
from vbrprov_ibm.locations import bucket_crn
from vbrprov_ibm.resources.cos_bucket import CosBucket
from vbrprov_ibm.session import Clients
from vbrprov_s3.bucket.model import LIFECYCLE_TYPE, RETENTION_TYPE, check_name

_READ = (
    "id", "crn", "storage_class", "object_lock", "object_versioning", "hard_quota", "allowed_ip",
    "s3_endpoint_public", "s3_endpoint_private", "s3_endpoint_direct", "endpoint",
    "live_lifecycle_rules", "live_default_retention", "immutable_object_storage",
    "replication_enabled", "versioning_status", "unreadable_facets",
)


class CosBucketDataModel(Model):
    """Arguments and attributes of ``data.ibm_cos_bucket``."""

    bucket_name: str = attribute(doc="Name of the bucket.", required=True, validators=(check_name,))
    resource_instance_id: str = attribute(doc="CRN of the Cloud Object Storage instance.",
                                          required=True)
    bucket_type: str = attribute(doc="Which kind of location it has.", required=True,
                                 choices=tuple(LOCATIONS))
    bucket_region: str = attribute(doc="The location, such as us-south, eu or ams03.",
                                   required=True)
    endpoint_type: str | None = attribute(
        doc="Endpoint that this provider uses; that of the provider when left out.", default=None,
        choices=("public", "private", "direct"))
    object_versioning: ObjectVersioningBlock | None = block(doc="Versioning.", computed=True,
                                                            default=None)
    id: str | None = computed_attribute(doc="CRN of the bucket.")
    crn: str | None = computed_attribute(doc="CRN of the bucket.")
    storage_class: str | None = computed_attribute(doc="Storage class.")
    object_lock: bool | None = computed_attribute(
        doc="Whether object lock is on; null when unreadable.")
    hard_quota: int | None = computed_attribute(doc="Most bytes that it may hold; 0 for no limit.")
    allowed_ip: list[str] | None = computed_attribute(doc="Addresses that may reach it.")
    s3_endpoint_public: str | None = computed_attribute(doc="Public host name of S3.")
    s3_endpoint_private: str | None = computed_attribute(doc="Private host name of S3.")
    s3_endpoint_direct: str | None = computed_attribute(doc="Direct host name of S3.")
    endpoint: str | None = computed_attribute(doc="URL that this provider uses.")
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the bucket has; null when unreadable.", type=LIFECYCLE_TYPE)
    live_default_retention: dict[str, Any] | None = computed_attribute(
        doc="Default retention that the bucket has; null when none or unreadable.",
        type=RETENTION_TYPE)
    immutable_object_storage: bool | None = computed_attribute(
        doc="Whether Immutable Object Storage is on; null when unreadable.")
    replication_enabled: bool | None = computed_attribute(
        doc="Whether the bucket is replicated elsewhere; null when unreadable.")
    versioning_status: str | None = computed_attribute(
        doc="Enabled, Suspended or Disabled; null when unreadable.")
    unreadable_facets: list[str] | None = computed_attribute(
        doc="Settings that the provider's identity may not read, so that nothing is known of them.")


class CosBucketData(DataSource[CosBucketDataModel, Clients]):
    """Reads a bucket without managing it."""

    type_name = "ibm_cos_bucket"
    model = CosBucketDataModel
    doc = "A bucket of IBM Cloud Object Storage that exists, with all its settings."
    source = ("https://registry.terraform.io/providers/IBM-Cloud/ibm/latest/docs/data-sources/"
              "cos_bucket")

    def read(self, client: Clients, config: CosBucketDataModel,
             ctx: StepContext) -> CosBucketDataModel:
        """Every facet of the bucket."""
        crn = bucket_crn(config.resource_instance_id, config.bucket_name)
        found = CosBucket().import_state(
            client, f"{crn}:meta:{LOCATIONS[config.bucket_type]}:{config.bucket_region}", ctx)
        if found is None:
            raise ProviderError(
                ErrorClass.NOT_FOUND, "Bucket not found",
                f'There is no bucket "{config.bucket_name}" in {config.bucket_region} that these '
                "credentials reach.", attribute="bucket_name")
        return config.copy(**{name: getattr(found, name) for name in _READ})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_s3.views import bucket_view

        return bucket_view(in_family_words(facts), "s3c")
