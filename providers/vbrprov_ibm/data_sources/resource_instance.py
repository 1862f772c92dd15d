"""data ibm_resource_instance: an instance of Cloud Object Storage that exists."""

from __future__ import annotations

from vbrprov.sdk import DataSource, ErrorClass, Model, ProviderError, StepContext, attribute
from vbrprov.sdk.model import computed_attribute
from vbrprov_ibm.listing import pages
from vbrprov_ibm.rest import CONTROLLER
from vbrprov_ibm.session import Clients


class ResourceInstanceDataModel(Model):
    """Arguments and attributes of ``data.ibm_resource_instance``."""

    name: str = attribute(doc="Name of the instance.", required=True)
    id: str | None = computed_attribute(doc="CRN of the instance.")
    crn: str | None = computed_attribute(doc="CRN of the instance.")
    guid: str | None = computed_attribute(doc="GUID of the instance.")
    status: str | None = computed_attribute(doc="State, such as active.")
    resource_group_id: str | None = computed_attribute(doc="Resource group of the instance.")


class ResourceInstanceData(DataSource[ResourceInstanceDataModel, Clients]):
    """Finds the one instance of a name."""

    type_name = "ibm_resource_instance"
    model = ResourceInstanceDataModel
    doc = "An instance of Cloud Object Storage that exists."
    source = "https://cloud.ibm.com/apidocs/resource-controller/resource-controller"

    def read(self, client: Clients, config: ResourceInstanceDataModel,
             ctx: StepContext) -> ResourceInstanceDataModel:
        """The instance; two of one name are an error."""
        found = [entry for entry in pages(
            client, CONTROLLER, "/v2/resource_instances", "resources",
            f'instances named "{config.name}"', {"name": config.name})
            if entry["name"] == config.name and entry.get("state") == "active"]
        if len(found) != 1:
            raise ProviderError(
                ErrorClass.NOT_FOUND if not found else ErrorClass.INVALID, "Instance not found",
                f'There are {len(found)} active instances named "{config.name}".',
                attribute="name")
        one = found[0]
        return config.copy(id=one["crn"], crn=one["crn"], guid=one["guid"], status=one["state"],
                           resource_group_id=one.get("resource_group_id"))
