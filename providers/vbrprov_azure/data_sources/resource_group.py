"""azurerm_resource_group: a resource group that exists."""

from __future__ import annotations

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    Model,
    ProviderError,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.ids import GroupId
from vbrprov_azure.marks import tags_without
from vbrprov_azure.resources.resource_group import get_group


class ResourceGroupDataModel(Model):
    """Arguments and attributes of ``data.azurerm_resource_group``."""

    name: str = attribute(doc="Name of the group.", required=True)
    id: str | None = computed_attribute(doc="Id of the group.")
    location: str | None = computed_attribute(doc="Region of the group's own data.")
    managed_by: str | None = computed_attribute(doc="Id of the resource that manages the group.")
    tags: dict[str, str] | None = computed_attribute(doc="Tags.")


class ResourceGroupData(DataSource[ResourceGroupDataModel, AzureClients]):
    """Reads a group without managing it."""

    type_name = "azurerm_resource_group"
    model = ResourceGroupDataModel
    doc = "A resource group that exists."
    source = "https://learn.microsoft.com/en-us/rest/api/resources/resource-groups/get"

    def read(self, client: AzureClients, config: ResourceGroupDataModel,
             ctx: StepContext) -> ResourceGroupDataModel:
        """Ask Azure."""
        answer = get_group(client, GroupId(client.subscription_id, config.name))
        if answer is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Resource group not found",
                                f'There is no resource group "{config.name}" in the subscription.',
                                attribute="name")
        return config.copy(id=answer["id"], location=answer["location"],
                           managed_by=answer.get("managedBy"),
                           tags=tags_without(answer.get("tags"), None))
