"""azurerm_storage_container: a container that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    InstanceFacts,
    Model,
    ProviderError,
    StepContext,
    View,
    attribute,
    computed_attribute,
)
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.containers import get_container, read_container
from vbrprov_azure.ids import AccountId, ContainerId


class StorageContainerDataModel(Model):
    """Arguments and attributes of ``data.azurerm_storage_container``."""

    name: str = attribute(doc="Name of the container.", required=True)
    storage_account_id: str = attribute(doc="Id of the storage account.", required=True)

    id: str | None = computed_attribute(doc="Id of the container.")
    url: str | None = computed_attribute(doc="URL of the container.")
    container_access_type: str | None = computed_attribute(doc="Who may read without logging in.")
    immutable_storage_with_versioning_enabled: bool | None = computed_attribute(
        doc="Version-level immutability.")
    metadata: dict[str, str] | None = computed_attribute(doc="Metadata of the container.")
    default_encryption_scope: str | None = computed_attribute(
        doc="Encryption scope of blobs that do not name one.")
    encryption_scope_override_enabled: bool | None = computed_attribute(
        doc="Blobs may name another encryption scope.")
    has_immutability_policy: bool | None = computed_attribute(
        doc="Whether the container has an immutability policy of its own.")
    immutability_policy_state: str | None = computed_attribute(doc="Locked or Unlocked.")
    immutability_period_in_days: int | None = computed_attribute(doc="Length of that policy.")
    has_legal_hold: bool | None = computed_attribute(doc="Whether there is a legal hold.")
    immutability_migration_state: str | None = computed_attribute(
        doc="Where a migration to version-level immutability stands.")


_SHARED: Final = tuple(name for name in StorageContainerDataModel.schema().names()
                       if name not in ("name", "storage_account_id"))


class StorageContainerData(DataSource[StorageContainerDataModel, AzureClients]):
    """Reads a container without managing it."""

    type_name = "azurerm_storage_container"
    model = StorageContainerDataModel
    doc = "A container that exists."
    source = "https://learn.microsoft.com/en-us/rest/api/storagerp/blob-containers/get"

    def read(self, client: AzureClients, config: StorageContainerDataModel,
             ctx: StepContext) -> StorageContainerDataModel:
        """Ask Azure."""
        container = ContainerId(AccountId.parse(config.storage_account_id), config.name)
        answer = get_container(client, container)
        if answer is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Container not found",
                                f"There is no {container.shown}.", attribute="name")
        found = read_container(container, answer, None)
        return config.copy(**{name: found[name] for name in _SHARED})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The container as guardrails see it."""
        from vbrprov_azure.views import container_view

        return container_view(facts)
