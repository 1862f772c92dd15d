"""The model of ``ibm_cos_bucket``, and its meaning as a bucket of the S3 family."""

from __future__ import annotations

from typing import Any, Final

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_ibm.locations import CLASSES
from vbrprov_ibm.session import Clients, Place
from vbrprov_s3.bucket.model import (
    LIFECYCLE_TYPE,
    RETENTION_TYPE,
    BucketModel,
    VersioningBlock,
    check_name,
)

_DOCS: Final = ("https://registry.terraform.io/providers/IBM-Cloud/ibm/latest/docs/resources/"
                "cos_bucket")
_LOCK: Final = ("https://cloud.ibm.com/docs/cloud-object-storage?topic="
                "cloud-object-storage-ol-overview")
#: Arguments that say where a bucket lies; exactly one is set. Letters as in IBM's import ids.
LOCATIONS: Final = {"region_location": "rl", "cross_region_location": "crl",
                    "single_site_location": "ssl"}


def _quota(value: Any) -> str | None:
    return None if value >= 0 else "A quota is not negative."


class ObjectVersioningBlock(Model):
    """Versioning of the bucket."""

    enable: bool | None = attribute(doc="Whether versions are kept.", default=False)


class RefusedRuleBlock(Model):
    """A rule that changes or deletes objects behind Veeam's back."""

    rule_id: str | None = attribute(doc="Name of the rule.", default=None)
    enable: bool | None = attribute(doc="Whether the rule is in force.", default=True)
    days: int | None = attribute(doc="Age of the objects.", unit="days", default=None)
    default: int | None = attribute(doc="Default retention.", unit="days", default=None)
    minimum: int | None = attribute(doc="Shortest retention.", unit="days", default=None)
    maximum: int | None = attribute(doc="Longest retention.", unit="days", default=None)
    permanent: bool | None = attribute(doc="Retention without end is possible.", default=None)


class CosBucketModel(Model):
    """Arguments and attributes of ``ibm_cos_bucket``."""

    bucket_name: str = attribute(doc="Name of the bucket, unique in the world.", required=True,
                                 replace_on_change=True, validators=(check_name,), source=_DOCS)
    resource_instance_id: str = attribute(
        doc="CRN of the Cloud Object Storage instance. Object lock needs the plan Standard.",
        required=True, replace_on_change=True, source=_LOCK)
    region_location: str | None = attribute(doc="Region, such as us-south.", default=None,
                                            replace_on_change=True)
    cross_region_location: str | None = attribute(doc="Cross region: us, eu or ap.", default=None,
                                                  replace_on_change=True)
    single_site_location: str | None = attribute(doc="Data centre, such as ams03.", default=None,
                                                 replace_on_change=True)
    storage_class: str = attribute(doc="Storage class.", required=True, replace_on_change=True,
                                   choices=CLASSES)
    endpoint_type: str | None = attribute(
        doc="Endpoint that this provider uses; that of the provider when left out.", default=None,
        choices=("public", "private", "direct"))
    kms_key_crn: str | None = attribute(
        doc="CRN of the root key that encrypts the bucket; the key of a bucket with object lock "
            "cannot be deleted.", default=None, replace_on_change=True)
    object_lock: bool | None = attribute(
        doc="Object lock, which immutable backups need; never off again.", default=False,
        source=_LOCK)
    object_versioning: ObjectVersioningBlock | None = block(
        doc="Versioning. On by default with object lock, else not turned on.", computed=True,
        default=None)
    hard_quota: int | None = attribute(doc="Most bytes that the bucket may hold; 0 for no limit.",
                                       unit="bytes", default=None, validators=(_quota,))
    allowed_ip: list[str] | None = attribute(
        doc="Addresses that may reach the bucket; all when left out. VBR, its gateways and agents "
            "in direct mode must be among them.", default=None)
    force_delete: bool | None = attribute(
        doc="Delete all objects, versions and unfinished uploads when the bucket is destroyed. "
            "Retention is never bypassed.", default=False)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE deletes the bucket, ABANDON leaves "
            "it and forgets it.", default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))
    retention_rule: RefusedRuleBlock | None = block(
        doc="Immutable Object Storage; refused, since it excludes versioning and object lock.",
        default=None, source=_LOCK)
    archive_rule: RefusedRuleBlock | None = block(
        doc="Refused: Veeam does not support lifecycle rules.", default=None)
    expire_rule: list[RefusedRuleBlock] = block(
        doc="Refused: Veeam does not support lifecycle rules.", default=None)
    noncurrent_version_expiration: list[RefusedRuleBlock] = block(
        doc="Refused: Veeam does not support lifecycle rules.", default=None)

    id: str | None = computed_attribute(doc="CRN of the bucket.")
    crn: str | None = computed_attribute(doc="CRN of the bucket.")
    s3_endpoint_public: str | None = computed_attribute(doc="Public host name of S3.")
    s3_endpoint_private: str | None = computed_attribute(doc="Private host name of S3.")
    s3_endpoint_direct: str | None = computed_attribute(doc="Direct host name of S3.")
    endpoint: str | None = computed_attribute(doc="URL that this provider uses.")
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the bucket has, whoever made them; null when unreadable.",
        type=LIFECYCLE_TYPE)
    live_default_retention: dict[str, Any] | None = computed_attribute(
        doc="Default retention that the bucket has, whoever made it; null when none or unreadable.",
        type=RETENTION_TYPE)
    immutable_object_storage: bool | None = computed_attribute(
        doc="Whether Immutable Object Storage is on; null when unreadable.")
    live_lock: str | None = computed_attribute(
        doc="Why the versions in the bucket keep it from being emptied; read only when it may be "
            "destroyed.")
    replication_enabled: bool | None = computed_attribute(
        doc="Whether the bucket is replicated elsewhere; null when unreadable.")
    versioning_status: str | None = computed_attribute(
        doc="Enabled, Suspended or Disabled as the bucket says; null when unreadable.")
    unreadable_facets: list[str] | None = computed_attribute(
        doc="Settings that the provider's identity may not read, so that nothing is known of them.")

    def where(self) -> str:
        """The location, whichever argument says it."""
        return next((str(value) for name in LOCATIONS if (value := getattr(self, name))), "")


#: What both models call the same.
SHARED: Final = ("live_lifecycle_rules", "live_default_retention", "replication_enabled",
                 "versioning_status", "unreadable_facets", "deletion_policy", "live_lock")


def place_of(client: Clients, model: CosBucketModel) -> Place:
    """Where the bucket lies."""
    location = model.where()
    return Place(location=location, constraint=f"{location}-{model.storage_class}",
                 instance=model.resource_instance_id,
                 endpoint_type=model.endpoint_type or client.settings.endpoint_type,
                 kms_key_crn=model.kms_key_crn)


def status_of(model: CosBucketModel, before: str | None) -> str:
    """The versioning status that is meant; *before* is what the bucket has."""
    if model.object_lock or (model.object_versioning is not None
                             and model.object_versioning.enable):
        return "Enabled"
    if before in ("Enabled", "Suspended"):
        return before if model.object_versioning is None else "Suspended"
    return "Disabled"


def to_family(model: CosBucketModel) -> BucketModel:
    """The bucket in the words of the S3 family."""
    status = status_of(model, model.versioning_status)
    return BucketModel(
        bucket=model.bucket_name, region=model.where(), object_lock_enabled=model.object_lock,
        versioning=VersioningBlock(status=status), force_destroy=model.force_delete,
        **{name: getattr(model, name) for name in SHARED})


def from_family(model: CosBucketModel, found: BucketModel) -> CosBucketModel:
    """*model* with what was *found*."""
    status = found.versioning.status if found.versioning is not None else found.versioning_status
    versions = model.object_versioning
    if status is not None and (versions is None or bool(versions.enable) != (status == "Enabled")):
        versions = ObjectVersioningBlock(enable=status == "Enabled")
    return model.copy(
        object_lock=found.object_lock_enabled, object_versioning=versions,
        **{name: getattr(found, name) for name in SHARED if name != "deletion_policy"})
