"""veeam_data_box_repository: a container on an Azure Data Box device."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import Repository
from vbrprov_veeam.repositories.model import ConnectionBlock, LimitedRepositoryModel


class DataBoxAccount(Model):
    """``account``: who logs in where."""

    credentials_id: str = attribute(
        doc="Id of cloud credentials of type azure_storage.", required=True)
    service_endpoint: str = attribute(doc="Address of the device.", required=True,
                                      replace_on_change=True)


class DataBoxRepositoryModel(LimitedRepositoryModel):
    """Arguments of ``veeam_data_box_repository``."""

    account: DataBoxAccount | None = block(doc="Who logs in where.", min_items=1, max_items=1)
    container: storages.ContainerBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)


class DataBoxRepository(Repository[DataBoxRepositoryModel]):
    """A seeding device; no agent can write to it."""

    type_name = "veeam_data_box_repository"
    model = DataBoxRepositoryModel
    doc = "A container on an Azure Data Box device, to seed a capacity tier."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrazuredataboxrepository.html"
    wire_types = ("AzureDataBox",)
    place = "container"
    fixed = ("account.service_endpoint", "container.name", "container.folder")
    links = (Link("account.service_endpoint", "account.serviceEndpoint"), storages.CREDENTIALS,
             *storages.CONTAINER)
