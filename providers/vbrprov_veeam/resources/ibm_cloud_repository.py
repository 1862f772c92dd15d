"""veeam_ibm_cloud_repository: a folder in a bucket of IBM Cloud Object Storage."""

from __future__ import annotations

from vbrprov.sdk import block
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class IbmCloudRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_ibm_cloud_repository``."""

    account: storages.ServicePointAccount | None = block(
        doc="Who logs in where; with cloud credentials of type amazon.", min_items=1, max_items=1)
    bucket: storages.BucketBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    helper_appliance: storages.HelperServerBlock | None = block(
        doc="Managed server near the storage that checks and heals backups.")


class IbmCloudRepository(OnlineRepository[IbmCloudRepositoryModel]):
    """A repository on IBM Cloud Object Storage."""

    type_name = "veeam_ibm_cloud_repository"
    model = IbmCloudRepositoryModel
    doc = "A folder in a bucket of IBM Cloud Object Storage as a backup repository."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbribmcloudrepository.html"
    wire_types = ("IBMCloud",)
    fixed = ("account.service_point", "account.region_id", "bucket.name", "bucket.folder")
    links = (storages.SERVICE_POINT, storages.REGION, storages.CREDENTIALS, *storages.BUCKET,
             storages.HELPER_SERVER)
