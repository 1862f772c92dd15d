"""veeam_s3_glacier_repository: a folder in an Amazon S3 Glacier bucket, for archive tiers."""

from __future__ import annotations

from vbrprov.sdk import attribute, block
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import Repository
from vbrprov_veeam.repositories.model import ConnectionBlock, RepositoryModel


class GlacierBucket(storages.BucketBlock):
    """``bucket``: where the backups go."""

    region_id: str = attribute(doc="Region of the bucket.", required=True, replace_on_change=True)
    immutability_enabled: bool = attribute(doc="Whether backups are immutable.", default=False)
    deep_archive: bool = attribute(
        doc="Use S3 Glacier Deep Archive for what is kept for longer than 180 days.",
        default=False)


class S3GlacierRepositoryModel(RepositoryModel):
    """Arguments of ``veeam_s3_glacier_repository``."""

    account: storages.AwsAccount | None = block(doc="Who logs in where.", min_items=1, max_items=1)
    bucket: GlacierBucket | None = block(doc="Where the backups go.", min_items=1, max_items=1)
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)
    helper_appliance: storages.AmazonApplianceBlock | None = block(
        doc="Machine near the storage that moves the data.")


class S3GlacierRepository(Repository[S3GlacierRepositoryModel]):
    """A repository for archive tiers; jobs cannot write to it."""

    type_name = "veeam_s3_glacier_repository"
    model = S3GlacierRepositoryModel
    doc = "A folder in an Amazon S3 Glacier bucket, for the archive tier of a scale-out repository."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbramazons3glacierrepository.html")
    wire_types = ("AmazonS3Glacier",)
    fixed = ("account.region_type", "bucket.name", "bucket.region_id", "bucket.folder")
    links = (
        storages.CREDENTIALS, storages.REGION_TYPE, *storages.BUCKET,
        Link("bucket.region_id", "bucket.regionId"),
        Link("bucket.immutability_enabled", "bucket.immutabilityEnabled", flag=True),
        Link("bucket.deep_archive", "bucket.useDeepArchive", flag=True),
        *storages.AMAZON_APPLIANCE,
    )
