"""data ibm_resource_group: a resource group by name, or the default one."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import DataSource, ErrorClass, Model, ProviderError, StepContext, attribute
from vbrprov.sdk.model import computed_attribute
from vbrprov_ibm.rest import CONTROLLER
from vbrprov_ibm.session import Clients


class ResourceGroupModel(Model):
    """Arguments and attributes of ``data.ibm_resource_group``."""

    name: str | None = attribute(doc="Name; the default group when left out.", default=None,
                                 computed=True)
    is_default: bool | None = attribute(doc="The default group.", default=None, computed=True)
    id: str | None = computed_attribute(doc="Id of the group.")
    crn: str | None = computed_attribute(doc="CRN of the group.")
    account_id: str | None = computed_attribute(doc="Account of the group.")


class ResourceGroup(DataSource[ResourceGroupModel, Clients]):
    """Looks in the account of the API key."""

    type_name = "ibm_resource_group"
    model = ResourceGroupModel
    doc = "A resource group of IBM Cloud."
    source = "https://cloud.ibm.com/apidocs/resource-controller/resource-manager"

    def read(self, client: Clients, config: ResourceGroupModel,
             ctx: StepContext) -> ResourceGroupModel:
        """The group that the arguments name."""
        query = {"account_id": client.rest.account()}
        wanted = f'"{config.name}"' if config.name else "the default one"
        query.update({"name": config.name} if config.name else {"default": "true"})
        groups: list[dict[str, Any]] = client.rest.call(
            CONTROLLER, "GET", "/v2/resource_groups", f"resource group {wanted}",
            query=query).data.get("resources") or []
        if not groups:
            raise ProviderError(ErrorClass.NOT_FOUND, "Resource group not found",
                                f"The account has no resource group {wanted} that may be seen.",
                                attribute="name")
        found = groups[0]
        return config.copy(name=found["name"], is_default=bool(found.get("default")),
                           id=found["id"], crn=found.get("crn"), account_id=found["account_id"])
