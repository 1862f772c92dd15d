"""The model of ``google_storage_bucket``."""

from __future__ import annotations

import re
from typing import Any, Final

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov.sdk.values import BOOL, STRING, ListT, ObjectT

_NAMING = "https://docs.cloud.google.com/storage/docs/buckets#naming"
_LOCK = "https://docs.cloud.google.com/storage/docs/object-lock"
_SOFT = "https://docs.cloud.google.com/storage/docs/soft-delete"
_LIFECYCLE = "https://docs.cloud.google.com/storage/docs/lifecycle"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_LABEL: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE: Final = re.compile(r"[a-z0-9_-]{0,63}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
CLASSES: Final = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL")
#: Bounds of soft delete in seconds: 7 to 90 days.
SOFT_DELETE: Final = (604800, 7776000)
LONGEST_RETENTION: Final = 3155759999

LIFECYCLE_TYPE = ListT(ObjectT({
    "id": STRING, "enabled": BOOL, "prefix": STRING, "only_abort_multipart": BOOL,
    "provider_added": BOOL}))


def check_name(name: Any) -> str | None:
    """What is wrong with the name of a bucket, by Google's rules."""
    if not _NAME.fullmatch(name):
        return ("A bucket name has 3 to 63 lowercase letters, digits, hyphens, underscores and "
                "dots, and begins and ends with a letter or digit.")
    if any(len(part) > 63 for part in name.split(".")):
        return "No part between the dots of a bucket name may have more than 63 characters."
    if name.startswith("goog") or "google" in name.replace("0", "o"):
        return 'A bucket name must not begin with "goog" or hold "google" or a close misspelling.'
    return None


def check_labels(labels: Any) -> str | None:
    """What is wrong with labels."""
    for key, value in labels.items():
        if not _LABEL.fullmatch(key):
            return (f'Label "{key}": a key has at most 63 lowercase letters, digits, hyphens and '
                    "underscores, and begins with a letter.")
        if value is not None and not _LABEL_VALUE.fullmatch(value):
            return (f'Label "{key}": a value has at most 63 lowercase letters, digits, hyphens and '
                    "underscores.")
    return None if len(labels) <= 64 else "There can be 64 labels at most."


def _check_soft_delete(value: Any) -> str | None:
    if value and not SOFT_DELETE[0] <= value <= SOFT_DELETE[1]:
        return f"Soft delete is off (0) or lasts {SOFT_DELETE[0]} to {SOFT_DELETE[1]} seconds."
    return None


def _check_period(value: Any) -> str | None:
    if not 1 <= value <= LONGEST_RETENTION:
        return "A retention period is 1 second to 100 years."
    return None


def _date(value: Any) -> str | None:
    return None if _DATE.fullmatch(value) else "A date has the form 2026-11-28."


def _count(value: Any) -> str | None:
    return None if value >= 0 else "A number of days or versions is not negative."


def _same_location(one: Any, other: Any) -> bool:
    return str(one).upper() == str(other).upper()


class VersioningBlock(Model):
    """Versioning of the bucket."""

    enabled: bool = attribute(doc="Whether objects that are replaced or deleted are kept.",
                              required=True)


class SoftDeleteBlock(Model):
    """How long deleted objects can be brought back."""

    retention_duration_seconds: int = attribute(
        doc="0 switches soft delete off.", unit="seconds", default=0,
        validators=(_check_soft_delete,), source=_SOFT)


class RetentionPolicyBlock(Model):
    """Retention of every object of the bucket. Refused on storage that holds backups (VBR051)."""

    retention_period: int = attribute(doc="How long an object cannot be deleted.", unit="seconds",
                                      required=True, validators=(_check_period,))
    is_locked: bool | None = computed_attribute(
        doc="Whether the policy is locked, so that it only grows. vbrprov never locks one.")


class AutoclassBlock(Model):
    """Moves objects between storage classes. Refused on storage that holds backups (VBR015)."""

    enabled: bool = attribute(doc="Whether Autoclass is on.", required=True)
    terminal_storage_class: str | None = attribute(
        doc="The class in which objects end that are not read.", default=None, computed=True,
        choices=("NEARLINE", "ARCHIVE"))


class HierarchicalNamespaceBlock(Model):
    """Folders as objects of their own; set at creation only, and without versioning."""

    enabled: bool = attribute(doc="Whether the bucket has a hierarchical namespace.", required=True,
                              replace_on_change=True)


class EncryptionBlock(Model):
    """Encryption of new objects by a key of Cloud KMS."""

    default_kms_key_name: str = attribute(
        doc="Name of the key. The service agent of Cloud Storage needs "
            "roles/cloudkms.cryptoKeyEncrypterDecrypter on it before the bucket is made.",
        required=True)


class PlacementBlock(Model):
    """The two regions of a dual-region bucket."""

    data_locations: list[str] = attribute(doc="Two regions.", required=True, replace_on_change=True)


class LifecycleActionBlock(Model):
    """What a lifecycle rule does."""

    type: str = attribute(doc="The action.", required=True,
                          choices=("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"))
    storage_class: str | None = attribute(doc="The class to move to; only with SetStorageClass.",
                                          default=None, choices=CLASSES)


class LifecycleConditionBlock(Model):
    """When a lifecycle rule acts; all conditions must hold."""

    age: int | None = attribute(doc="Age of the object.", unit="days", default=None,
                                validators=(_count,))
    created_before: str | None = attribute(doc="Created before this day.", default=None,
                                           validators=(_date,))
    custom_time_before: str | None = attribute(doc="Custom time before this day.", default=None,
                                               validators=(_date,))
    days_since_custom_time: int | None = attribute(
        doc="Days since the custom time.", unit="days", default=None, validators=(_count,))
    days_since_noncurrent_time: int | None = attribute(
        doc="Days since the version was replaced.", unit="days", default=None, validators=(_count,))
    noncurrent_time_before: str | None = attribute(doc="Replaced before this day.", default=None,
                                                   validators=(_date,))
    num_newer_versions: int | None = attribute(doc="Newer versions that there are.", default=None,
                                               validators=(_count,))
    with_state: str | None = attribute(doc="LIVE, ARCHIVED (noncurrent) or ANY.", default=None,
                                       choices=("LIVE", "ARCHIVED", "ANY"))
    matches_storage_class: list[str] | None = attribute(doc="Storage classes.", default=None)
    matches_prefix: list[str] | None = attribute(doc="Beginnings of the name.", default=None)
    matches_suffix: list[str] | None = attribute(doc="Ends of the name.", default=None)


class LifecycleRuleBlock(Model):
    """A lifecycle rule. Refused on storage that holds backups (VBR014)."""

    action: LifecycleActionBlock | None = block(doc="What it does.", min_items=1, default=None)
    condition: LifecycleConditionBlock | None = block(doc="When it acts.", min_items=1,
                                                      default=None)


class StorageBucketModel(Model):
    """Arguments and attributes of ``google_storage_bucket``."""

    name: str = attribute(doc="Name of the bucket, unique in the world.", required=True,
                          replace_on_change=True, validators=(check_name,), source=_NAMING)
    location: str = attribute(doc="Region, dual-region or multi-region.", required=True,
                              replace_on_change=True, same=_same_location,
                              source="https://docs.cloud.google.com/storage/docs/locations")
    project: str | None = attribute(doc="Project of the bucket; the provider's when left out.",
                                    default=None, computed=True, replace_on_change=True)
    storage_class: str | None = attribute(doc="Storage class of new objects.", default="STANDARD",
                                          choices=CLASSES)
    enable_object_retention: bool | None = attribute(
        doc="Object retention, which immutable backups need. It can be switched on at creation "
            "only.", default=False, replace_on_change=True, source=_LOCK)
    versioning: VersioningBlock | None = block(
        doc="Versioning. On by default with object retention, else off.", computed=True,
        default=None)
    soft_delete_policy: SoftDeleteBlock | None = block(
        doc="Soft delete; switched off when left out, where Google's own default is 7 days.",
        computed=True, default=None, source=_SOFT)
    uniform_bucket_level_access: bool | None = attribute(
        doc="Let IAM alone decide about access, not ACLs of objects.", default=True)
    public_access_prevention: str | None = attribute(
        doc="Whether the bucket can be opened to everybody.", default="enforced",
        choices=("enforced", "inherited"))
    retention_policy: RetentionPolicyBlock | None = block(
        doc="Retention policy of the bucket. When none is stated, one made elsewhere stays.",
        default=None)
    lifecycle_rule: list[LifecycleRuleBlock] = block(
        doc="Lifecycle rules. When any is stated, rules that are not stated are removed; when none "
            "is, rules made elsewhere stay.", default=None, source=_LIFECYCLE)
    purge_lifecycle_rules: bool | None = attribute(
        doc="Remove all lifecycle rules that the bucket has.", default=False)
    autoclass: AutoclassBlock | None = block(
        doc="Autoclass. When left out, one switched on elsewhere stays.", default=None)
    hierarchical_namespace: HierarchicalNamespaceBlock | None = block(
        doc="Hierarchical namespace.", default=None)
    custom_placement_config: PlacementBlock | None = block(doc="Regions of a dual-region bucket.",
                                                           default=None)
    encryption: EncryptionBlock | None = block(
        doc="Default encryption; Google's own keys when left out.", default=None)
    default_event_based_hold: bool | None = attribute(
        doc="Put a hold on every new object.", default=False)
    requester_pays: bool | None = attribute(doc="Bill who reads, not who owns.", default=False)
    rpo: str | None = attribute(
        doc="Replication of a dual-region bucket: DEFAULT, or ASYNC_TURBO within 15 minutes.",
        default=None, computed=True, choices=("DEFAULT", "ASYNC_TURBO"))
    labels: dict[str, str] | None = attribute(
        doc="Labels. Those made elsewhere under other keys stay.", default=None,
        validators=(check_labels,))
    force_destroy: bool | None = attribute(
        doc="Delete all object versions when the bucket is destroyed. Retention is never "
            "bypassed.", default=False)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE deletes the bucket, ABANDON leaves "
            "it and forgets it.", default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))

    id: str | None = computed_attribute(doc="Name of the bucket.")
    url: str | None = computed_attribute(doc="The bucket as gs://NAME.")
    self_link: str | None = computed_attribute(doc="URL of the bucket in the API.")
    project_number: str | None = computed_attribute(doc="Number of the project.")
    time_created: str | None = computed_attribute(doc="When the bucket was made (RFC 3339).")
    effective_labels: dict[str, str] | None = computed_attribute(
        doc="All labels of the bucket, whoever made them.")
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the bucket has, whoever made them; one entry a prefix.",
        type=LIFECYCLE_TYPE)
    live_retention_period: int | None = computed_attribute(
        doc="Period in seconds of the retention policy that the bucket has, whoever made it.")
    live_autoclass_enabled: bool | None = computed_attribute(
        doc="Whether Autoclass is on, whoever switched it on.")
    live_hierarchical_namespace: bool | None = computed_attribute(
        doc="Whether the bucket has a hierarchical namespace.")
