"""veeam_amazon_s3_repository: a folder in an Amazon S3 bucket as a backup repository."""

from __future__ import annotations

from vbrprov.sdk import attribute, block
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class AmazonS3Bucket(storages.BucketBlock):
    """``bucket``: where the backups go."""

    region_id: str = attribute(doc="Region of the bucket, such as eu-central-1.", required=True,
                               replace_on_change=True)
    infrequent_access: bool = attribute(
        doc="Store backups in S3 Standard-Infrequent Access.", default=False)
    one_zone: bool = attribute(
        doc="With infrequent_access, store them in S3 One Zone-Infrequent Access.", default=False)


class AmazonS3RepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_amazon_s3_repository``."""

    account: storages.AwsAccount | None = block(doc="Who logs in where.", min_items=1, max_items=1)
    bucket: AmazonS3Bucket | None = block(doc="Where the backups go.", min_items=1, max_items=1)
    helper_appliance: storages.AmazonApplianceBlock | None = block(
        doc="Machine near the storage that checks and heals backups.")


class AmazonS3Repository(OnlineRepository[AmazonS3RepositoryModel]):
    """A repository on Amazon S3."""

    type_name = "veeam_amazon_s3_repository"
    model = AmazonS3RepositoryModel
    doc = "A folder in an Amazon S3 bucket as a backup repository."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbramazons3repository.html"
    wire_types = ("AmazonS3",)
    fixed = ("account.region_type", "bucket.name", "bucket.region_id", "bucket.folder")
    links = (
        storages.CREDENTIALS, storages.REGION_TYPE, *storages.BUCKET,
        Link("bucket.region_id", "bucket.regionId"),
        Link("bucket.infrequent_access", "bucket.infrequentAccessStorage.isEnabled", optional=True),
        Link("bucket.one_zone", "bucket.infrequentAccessStorage.singleZoneEnabled", optional=True),
        *storages.AMAZON_APPLIANCE,
    )
