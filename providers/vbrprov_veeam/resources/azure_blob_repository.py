"""veeam_azure_blob_repository: a folder in a container of Azure Blob Storage."""

from __future__ import annotations

from vbrprov.sdk import block
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class AzureBlobRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_azure_blob_repository``."""

    account: storages.AzureAccount | None = block(
        doc="Who logs in where.", min_items=1, max_items=1)
    container: storages.ContainerBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    helper_appliance: storages.AzureApplianceBlock | None = block(
        doc="Machine near the storage that checks and heals backups.")


class AzureBlobRepository(OnlineRepository[AzureBlobRepositoryModel]):
    """A repository on Azure Blob Storage. The REST API can neither set nor show the cool tier."""

    type_name = "veeam_azure_blob_repository"
    model = AzureBlobRepositoryModel
    doc = "A folder in a container of Azure Blob Storage as a backup repository."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrazureblobrepository.html"
    wire_types = ("AzureBlob",)
    place = "container"
    fixed = ("account.region_type", "container.name", "container.folder")
    links = (storages.REGION_TYPE, storages.CREDENTIALS, *storages.CONTAINER,
             *storages.AZURE_APPLIANCE)
