"""What is known of each vendor's S3 as data; everything else is found out by probing.

A fact stands here only with a source. ``None`` means that only the store itself can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

#: How identities are made: AWS's IAM API, MinIO's admin API, or the vendor's own means.
Identities = Literal["aws", "minio", "none"]

Policies = Literal["both", "inline", "managed"]

_RCLONE = "https://github.com/rclone/rclone/tree/master/backend/s3/provider"
_TRY = "The vendor documents no API for this that could be called here."


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor.

    ``endpoint``, ``iam`` and ``sts`` are URL patterns with ``{region}``; empty when configuration
    must say them. ``location`` is whether a new bucket names its region. ``lock_later`` and
    ``world`` are as in ``Store``. ``how`` says what to do by hand when ``identities`` is "none".
    ``policies`` is which kinds somebody can write: inline ones of users, managed ones, or both.
    """

    title: str
    identities: Identities = "none"
    endpoint: str = ""
    iam: str = ""
    sts: str = ""
    region: str = "us-east-1"
    path_style: bool = True
    location: bool = False
    lock_later: bool | None = None
    world: bool = False
    lacks: Mapping[str, str] = field(default_factory=dict)
    how: str = ""
    policies: Policies = "both"
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether nothing but a person can make identities."""
        return self.identities == "none" and not self.how.startswith("Use the provider ")


VENDORS: Final[dict[str, Vendor]] = {
    "minio": Vendor(
        "MinIO", identities="minio", lock_later=False,
        notes=("MinIO has no AWS-like IAM API: users and policies are s3_minio_user and "
               "s3_minio_policy.",
               "Prefixes that are excluded from versioning cannot hold immutable backups."),
        sources=("https://github.com/minio/minio/blob/master/docs/bucket/retention/README.md",
                 "https://github.com/minio/minio/issues/14298")),
    "ceph": Vendor(
        "Ceph RGW", identities="aws", lock_later=None, policies="inline",
        notes=("The IAM API exists from Squid on, for users of an account; the root of the account "
               "is made with radosgw-admin. Managed policies are those that Ceph brings along.",
               "Object lock on a bucket that exists needs Tentacle or later."),
        sources=("https://docs.ceph.com/en/latest/radosgw/iam/",
                 "https://github.com/ceph/ceph/pull/61946", f"{_RCLONE}/Ceph.yaml")),
    "wasabi": Vendor(
        "Wasabi", identities="aws", endpoint="https://s3.{region}.wasabisys.com",
        iam="https://iam.wasabisys.com", sts="https://sts.wasabisys.com", location=True,
        lock_later=False, world=True,
        notes=("Object lock and Wasabi's own compliance mode exclude each other.",
               "Every object is billed for at least 90 days (30 with reserved capacity)."),
        sources=("https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions",
                 "https://docs.wasabi.com/apidocs/iam-and-sts-support",
                 "https://knowledgebase.wasabi.com/hc/en-us/articles/"
                 "360059651291-Wasabi-Object-Lock")),
    "ibm": Vendor(
        "IBM Cloud Object Storage",
        endpoint="https://s3.{region}.cloud-object-storage.appdomain.cloud", region="us-south",
        lock_later=True, world=True,
        lacks={"server_side_encryption_configuration":
               "IBM encrypts with its own keys, or with kms_key_crn of ibm_cos_bucket."},
        how="Use the provider ibm: ibm_iam_service_id, ibm_iam_service_policy and ibm_resource_key "
            "with role NONE.",
        notes=("Immutable Object Storage excludes versioning and so object lock.",
               "Settings of a bucket show up to 5 minutes late."),
        sources=("https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-"
                 "ol-overview", f"{_RCLONE}/IBMCOS.yaml")),
    "eleven_eleven": Vendor(
        "11:11 Cloud Object Storage",
        how="Make the user and its keys in the 11:11 console. " + _TRY,
        notes=("No document of the vendor is public; everything is probed.",)),
    "cloudian": Vendor(
        "Cloudian HyperStore", identities="aws",
        notes=("IAM has an address of its own: set endpoints.iam.",
               "An operation that Cloudian's reference does not list is not supported."),
        sources=("https://github.com/hashicorp/terraform-provider-aws/issues/36714",)),
    "storagegrid": Vendor(
        "NetApp StorageGRID", lock_later=False,
        how="In the Tenant Manager make a group with the rendered group policy (at most 5120 "
            "bytes) and a user in it, then create S3 access keys for the user.",
        notes=("Buckets need the consistency strong-site or strong-global: Veeam does not support "
               "eventually consistent storage.",
               "The tenant must be allowed COMPLIANCE mode."),
        sources=("https://github.com/NetAppDocs/storagegrid-119/blob/main/s3/"
                 "use-s3-api-for-s3-object-lock.adoc",)),
    "scality": Vendor(
        "Scality RING or ARTESCA", identities="aws", policies="managed",
        notes=("Use managed policies and attach them; inline user policies are not listed.",),
        sources=("https://github.com/scality/Arsenal", f"{_RCLONE}/Scality.yaml")),
    "ecs": Vendor(
        "Dell ECS or ObjectScale", identities="aws",
        notes=("IAM lies at https://HOST:4443/iam: set endpoints.iam.",
               "Users are urn:ecs:iam::NAMESPACE:user/NAME, and paths are / only.",
               "Stale reads during an outage must be off."),
        sources=("https://github.com/dell/terraform-provider-objectscale",)),
    "flashblade": Vendor(
        "Pure FlashBlade",
        lacks={"lifecycle_rule": "Lifecycle rules are set with FlashBlade's own management."},
        how="On the array make an object store user with an access policy of the rendered rules "
            "(pureobjaccess, or purefb_s3user of the Ansible collection) and a key for it.",
        notes=("freeze_locked_objects must stay off: it blocks new versions.",
               "The default retention of the bucket must stay empty."),
        sources=("https://github.com/Pure-Storage-Ansible/FlashBlade-Collection",
                 f"{_RCLONE}/FlashBlade.yaml")),
    "generic": Vendor(
        "S3-compatible storage", identities="aws",
        how="Make the user, its policy and its keys with the means of the vendor.",
        sources=(f"{_RCLONE}/Other.yaml",)),
}


def endpoint_of(pattern: str, region: str) -> str | None:
    """The URL of a region, or ``None`` when the vendor has none that follows from it."""
    return pattern.format(region=region) if pattern else None
