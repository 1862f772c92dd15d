"""veeam_s3_compatible_repository: a folder in a bucket of an S3 compatible storage."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import attribute, block
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel, positive
from vbrprov_veeam.server import Json

VENDORS = ("minio", "ceph", "wasabi", "ibm", "eleven_eleven", "cloudian", "storagegrid", "scality",
           "ecs", "flashblade", "generic")


class S3CompatibleBucket(storages.BucketBlock):
    """``bucket`` with what only S3 compatible storages have."""

    enable_auto_provision: bool = attribute(
        doc="Let the server make further buckets by itself, one for so many workloads.",
        default=False)
    workloads_per_bucket_limit: int | None = attribute(
        doc="With enable_auto_provision: how many workloads a bucket takes.",
        validators=(positive,))


class S3CompatibleRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_s3_compatible_repository``."""

    vendor: str | None = attribute(
        doc="What the storage is. The server does not ask for it; some rules do.", choices=VENDORS)
    account: storages.ServicePointAccount | None = block(
        doc="Who logs in where.", min_items=1, max_items=1)
    bucket: S3CompatibleBucket | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    helper_appliance: storages.HelperServerBlock | None = block(
        doc="Managed server near the storage that checks and heals backups.")


class S3CompatibleRepository(OnlineRepository[S3CompatibleRepositoryModel]):
    """A repository on an S3 compatible storage.

    A storage that speaks the vendor's own additions to S3 may read back as another type.
    """

    type_name = "veeam_s3_compatible_repository"
    model = S3CompatibleRepositoryModel
    doc = "A folder in a bucket of an S3 compatible storage as a backup repository."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbramazons3compatiblerepository.html")
    wire_types = ("S3Compatible", "S3Integrated", "SmartObjectS3")
    local = OnlineRepository.local | {"vendor"}
    fixed = ("account.service_point", "account.region_id", "bucket.name", "bucket.folder")
    links = (
        storages.SERVICE_POINT, storages.REGION, storages.CREDENTIALS, *storages.BUCKET,
        Link("bucket.enable_auto_provision", "bucket.enableAutoProvision", optional=True),
        Link("bucket.workloads_per_bucket_limit", "bucket.workloadsPerBucketLimit", optional=True),
        storages.HELPER_SERVER,
    )

    def fields_of(
        self, raw: Json, state: S3CompatibleRepositoryModel | None,
    ) -> dict[str, Any]:
        """The fields; a limit means nothing where the server makes no buckets."""
        fields = super().fields_of(raw, state)
        if fields["bucket"] is not None and not fields["bucket"].enable_auto_provision:
            fields["bucket"].workloads_per_bucket_limit = None
        return fields
