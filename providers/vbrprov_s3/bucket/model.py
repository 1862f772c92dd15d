"""The model that all buckets of the S3 family share."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, ClassVar

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov.sdk.values import BOOL, NUMBER, STRING, ListT, ObjectT

_NAMING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
_LOCK = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9.-]*")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--table-s3")
MAX_PREFIX = 37

LIFECYCLE_TYPE = ListT(ObjectT(
    {"id": STRING, "enabled": BOOL, "prefix": STRING, "only_abort_multipart": BOOL}))
RETENTION_TYPE = ObjectT({"mode": STRING, "days": NUMBER, "years": NUMBER})


def check_name(name: Any) -> str | None:
    """What is wrong with a bucket name, by Amazon's rules."""
    if name.endswith("--x-s3"):
        return ("A name that ends in --x-s3 is a directory bucket, which has no versioning and no "
                "object lock; use a general purpose bucket.")
    if not _NAME.fullmatch(name) or ".." in name:
        return ("A bucket name has 3 to 63 lowercase letters, digits, hyphens and dots, begins and "
                "ends with a letter or digit, and has no two dots in a row.")
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        pass
    else:
        return "A bucket name must not look like an IP address."
    for text in _RESERVED_STARTS:
        if name.startswith(text):
            return f'Names that begin with "{text}" are reserved by Amazon.'
    for text in _RESERVED_ENDS:
        if name.endswith(text):
            return f'Names that end in "{text}" are reserved by Amazon.'
    return None


def _check_prefix(prefix: Any) -> str | None:
    if len(prefix) > MAX_PREFIX or not _PREFIX.fullmatch(prefix):
        return (f"A bucket prefix has 1 to {MAX_PREFIX} lowercase letters, digits, hyphens and "
                "dots and begins with a letter or digit; 26 characters are added to it.")
    return None


def _positive(value: Any) -> str | None:
    return None if value >= 1 else "A number of days or years is at least 1."


class VersioningBlock(Model):
    """Versioning of the bucket."""

    status: str = attribute(
        doc="Enabled, Suspended, or Disabled (never turned on). Disabled cannot be reached again "
            "once versioning was enabled.",
        required=True, choices=("Enabled", "Suspended", "Disabled"))


class EncryptionBlock(Model):
    """Default encryption of new objects."""

    sse_algorithm: str = attribute(doc="How new objects are encrypted.", default="AES256",
                                   choices=("AES256", "aws:kms", "aws:kms:dsse"))
    kms_master_key_id: str | None = attribute(
        doc="Id or ARN of the KMS key; only with aws:kms and aws:kms:dsse. Who reads and writes "
            "backups then needs kms:Decrypt and kms:GenerateDataKey.", default=None)
    bucket_key_enabled: bool | None = attribute(
        doc="Use a bucket key, which saves calls to KMS. On by default with KMS.",
        default=None, computed=True)


class PublicAccessBlock(Model):
    """The four switches that block public access; on by default."""

    block_public_acls: bool | None = attribute(doc="Refuse public ACLs.", default=True)
    block_public_policy: bool | None = attribute(doc="Refuse public bucket policies.", default=True)
    ignore_public_acls: bool | None = attribute(doc="Ignore public ACLs.", default=True)
    restrict_public_buckets: bool | None = attribute(
        doc="Let only the account itself use a bucket with a public policy.", default=True)


class OwnershipBlock(Model):
    """Who owns new objects."""

    object_ownership: str = attribute(
        doc="BucketOwnerEnforced turns ACLs off.", default="BucketOwnerEnforced",
        choices=("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"))


class LifecycleRuleBlock(Model):
    """A lifecycle rule. Refused on storage that holds backups (VBR014)."""

    id: str = attribute(doc="Name of the rule, unique in the bucket.", required=True)
    enabled: bool | None = attribute(doc="Whether the rule is in force.", default=True)
    status: str | None = attribute(doc="The same as Enabled or Disabled; wins over enabled.",
                                   default=None, choices=("Enabled", "Disabled"))
    prefix: str | None = attribute(doc="Objects whose key begins so; all when left out.",
                                   default=None)
    expiration_days: int | None = attribute(
        doc="Age at which objects are deleted.", unit="days", default=None, validators=(_positive,))
    abort_incomplete_multipart_upload_days: int | None = attribute(
        doc="Age at which unfinished uploads are removed.", unit="days", default=None,
        validators=(_positive,))


class DefaultRetentionBlock(Model):
    """Retention of every new object version."""

    mode: str = attribute(doc="GOVERNANCE or COMPLIANCE.", required=True,
                          choices=("GOVERNANCE", "COMPLIANCE"))
    days: int | None = attribute(doc="Length in days; or years.", unit="days", default=None,
                                 validators=(_positive,))
    years: int | None = attribute(doc="Length in years; or days.", unit="years", default=None,
                                  validators=(_positive,))


class LockRuleBlock(Model):
    """The rule of an object lock configuration."""

    default_retention: DefaultRetentionBlock | None = block(
        doc="Default retention. Refused on storage that holds backups (VBR051).", default=None)


class LockConfigurationBlock(Model):
    """Object lock beyond being on. An empty block removes a default retention that is there."""

    rule: LockRuleBlock | None = block(doc="The rule.", default=None)


class BucketModel(Model):
    """Arguments and attributes of a bucket."""

    #: Further arguments that no call changes later: they are only recorded.
    recorded: ClassVar[tuple[str, ...]] = ()


    bucket: str | None = attribute(
        doc="Name of the bucket, unique in the world. Made up when neither it nor bucket_prefix "
            "is set.",
        default=None, computed=True, replace_on_change=True, validators=(check_name,),
        source=_NAMING)
    bucket_prefix: str | None = attribute(
        doc="Beginning of a name that is made up.", default=None, replace_on_change=True,
        validators=(_check_prefix,), source=_NAMING)
    region: str | None = attribute(doc="Region of the bucket; the provider's when left out.",
                                   default=None, computed=True, replace_on_change=True)
    object_lock_enabled: bool | None = attribute(
        doc="Object lock, which immutable backups need. It can be turned on later on Amazon S3 "
            "and never off; Veeam forbids a change once a repository uses the bucket.",
        default=False, source=_LOCK)
    versioning: VersioningBlock | None = block(
        doc="Versioning. Enabled by default with object lock, else not turned on.", computed=True,
        default=None)
    object_lock_configuration: LockConfigurationBlock | None = block(
        doc="Default retention of new objects; an empty block states that there is none.",
        default=None, source=_LOCK)
    server_side_encryption_configuration: EncryptionBlock | None = block(
        doc="Default encryption; AES256 on new buckets.", computed=True, default=None)
    public_access_block: PublicAccessBlock | None = block(
        doc="Blocks public access; all four on when left out.", computed=True, default=None)
    ownership_controls: OwnershipBlock | None = block(
        doc="Object ownership; BucketOwnerEnforced on new buckets.", computed=True, default=None)
    lifecycle_rule: list[LifecycleRuleBlock] = block(
        doc="Lifecycle rules. When any is stated, rules that are not stated are removed; when none "
            "is, rules made elsewhere stay.", default=None)
    purge_lifecycle_rules: bool | None = attribute(
        doc="Remove all lifecycle rules that the bucket has.", default=False)
    tags: dict[str, str] | None = attribute(doc="Tags of the bucket.", default=None)
    force_destroy: bool | None = attribute(
        doc="Delete all objects, versions and unfinished uploads when the bucket is destroyed. "
            "Retention is never bypassed.", default=False)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE deletes the bucket, ABANDON leaves "
            "it and forgets it.", default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))
    expected_bucket_owner: str | None = attribute(
        doc="Account that must own the bucket; every call fails when another one does.",
        default=None)

    id: str | None = computed_attribute(doc="Name of the bucket.")
    arn: str | None = computed_attribute(doc="ARN of the bucket.")
    bucket_domain_name: str | None = computed_attribute(doc="Host name of the bucket.")
    bucket_regional_domain_name: str | None = computed_attribute(
        doc="Host name of the bucket in its region.")
    tags_all: dict[str, str] | None = computed_attribute(
        doc="Tags of the bucket, default_tags of the provider included.")
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the bucket has, whoever made them; null when unreadable.",
        type=LIFECYCLE_TYPE)
    live_default_retention: dict[str, Any] | None = computed_attribute(
        doc="Default retention that the bucket has, whoever made it; null when none or unreadable.",
        type=RETENTION_TYPE)
    replication_enabled: bool | None = computed_attribute(
        doc="Whether the bucket is replicated elsewhere; null when unreadable.")
    intelligent_tiering_count: int | None = computed_attribute(
        doc="Number of Intelligent-Tiering configurations; null when unreadable.")
    versioning_status: str | None = computed_attribute(
        doc="Enabled, Suspended or Disabled as the bucket says; null when unreadable.")
    live_lock: str | None = computed_attribute(
        doc="What keeps the bucket from being emptied: locked versions among the newest, and until "
            "when. Looked at only when destroying it would delete its objects.")
    unreadable_facets: list[str] | None = computed_attribute(
        doc="Settings that the provider's identity may not read, so that nothing is known of them.")

    def location(self) -> str | None:
        """The location constraint that the configuration itself states."""
        return None
