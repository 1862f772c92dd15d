"""veeam_google_cloud_repository: a folder in a bucket of Google Cloud Storage."""

from __future__ import annotations

from vbrprov.sdk import attribute, block
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class GoogleCloudBucket(storages.BucketBlock):
    """``bucket`` with what only Google has."""

    nearline: bool = attribute(doc="Store backups in the class Nearline.", default=False)


class GoogleCloudRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_google_cloud_repository``."""

    account: storages.RegionAccount | None = block(
        doc="Who logs in where; with cloud credentials of type google.", min_items=1, max_items=1)
    bucket: GoogleCloudBucket | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)


class GoogleCloudRepository(OnlineRepository[GoogleCloudRepositoryModel]):
    """A repository on Google Cloud Storage. The REST API knows no helper appliance for it."""

    type_name = "veeam_google_cloud_repository"
    model = GoogleCloudRepositoryModel
    doc = "A folder in a bucket of Google Cloud Storage as a backup repository."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrgooglecloudrepository.html"
    wire_types = ("GoogleCloud",)
    fixed = ("account.region_id", "bucket.name", "bucket.folder")
    links = (storages.REGION, storages.CREDENTIALS, *storages.BUCKET,
             Link("bucket.nearline", "bucket.nearlineStorageEnabled", optional=True))
