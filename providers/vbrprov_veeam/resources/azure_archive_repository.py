"""veeam_azure_archive_repository: a folder in an Azure container, for archive tiers."""

from __future__ import annotations

from vbrprov.sdk import attribute, block
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import Repository
from vbrprov_veeam.repositories.model import ConnectionBlock, RepositoryModel


class ArchiveContainer(storages.ContainerBlock):
    """``container``: where the backups go."""

    immutability_enabled: bool = attribute(doc="Whether backups are immutable.", default=False)


class AzureArchiveRepositoryModel(RepositoryModel):
    """Arguments of ``veeam_azure_archive_repository``."""

    account: storages.AzureAccount | None = block(
        doc="Who logs in where.", min_items=1, max_items=1)
    container: ArchiveContainer | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)
    helper_appliance: storages.AzureApplianceBlock | None = block(
        doc="Machine near the storage that moves the data.", min_items=1, max_items=1)


class AzureArchiveRepository(Repository[AzureArchiveRepositoryModel]):
    """A repository for archive tiers; jobs cannot write to it."""

    type_name = "veeam_azure_archive_repository"
    model = AzureArchiveRepositoryModel
    doc = "A folder in an Azure container, for the archive tier of a scale-out repository."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrazurearchiverepository.html"
    wire_types = ("AzureArchive",)
    place = "container"
    fixed = ("account.region_type", "container.name", "container.folder")
    links = (
        storages.REGION_TYPE, storages.CREDENTIALS, *storages.CONTAINER,
        Link("container.immutability_enabled", "container.immutabilityEnabled", flag=True),
        *storages.AZURE_APPLIANCE,
    )
