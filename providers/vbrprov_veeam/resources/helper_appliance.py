"""veeam_helper_appliance: a machine in Azure that the backup server makes for restores."""

from __future__ import annotations

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    ProviderError,
    Recovery,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov_veeam.links import Link, read_fields
from vbrprov_veeam.objects import TimedModel, VbrObject
from vbrprov_veeam.repositories.model import port
from vbrprov_veeam.server import CLOUD_CREDENTIALS, Json, Server, after_creation


class HelperApplianceModel(TimedModel):
    """Arguments and attributes of ``veeam_helper_appliance``."""

    credentials_id: str = attribute(
        doc="Id of the cloud credentials of type azure_compute.", required=True,
        replace_on_change=True)
    subscription_id: str = attribute(
        doc="Id of the subscription as the backup server knows it: see subscriptions of "
            "veeam_cloud_credentials.", required=True, replace_on_change=True)
    location: str = attribute(doc="Azure location, such as westeurope.", required=True,
                              replace_on_change=True)
    storage_account: str | None = attribute(doc="Storage account for the machine's disks.")
    resource_group: str | None = attribute(doc="Resource group.")
    virtual_network: str | None = attribute(doc="Virtual network.")
    subnet: str | None = attribute(doc="Subnet.")
    ssh_port: int = attribute(doc="SSH port.", default=22, validators=(port,))
    vm_name: str | None = computed_attribute(doc="Name of the machine.")


_LINKS = (
    Link("subscription_id", "subscriptionId"), Link("location", "location"),
    Link("storage_account", "storageAccount", optional=True),
    Link("resource_group", "resourceGroup", optional=True),
    Link("virtual_network", "virtualNetwork", optional=True),
    Link("subnet", "subnet", optional=True), Link("ssh_port", "SSHPort"),
)


class HelperAppliance(VbrObject[HelperApplianceModel]):
    """One appliance; there is one in a location of a subscription."""

    type_name = "veeam_helper_appliance"
    model = HelperApplianceModel
    recovery = Recovery.CLIENT_NAMED
    doc = ("A machine in Azure that the backup server makes to restore and to convert disks. Not "
           "the helper_appliance of a repository.")
    source = "https://helpcenter.veeam.com/references/vbr/13/rest/1.3-rev1/tag/Cloud-Credentials"
    path = CLOUD_CREDENTIALS
    noun = "helper appliance"
    local = frozenset({"timeouts"})
    session_types = ("Infrastructure", "AzureAppliance")

    def collection(self, credentials_id: str) -> str:
        """Path of the appliances of a record."""
        return f"{CLOUD_CREDENTIALS}/{credentials_id}/helperAppliances"

    def address(self, state: HelperApplianceModel) -> str:
        """Path of the appliance."""
        return f"{self.collection(state.credentials_id)}/{state.id}"

    def fits(self, raw: Json) -> bool:
        """The one kind that there is."""
        return raw.get("type") == "AzureCompute"

    def names(self, raw: Json) -> set[str]:
        """The name of the machine."""
        return {str(raw.get("vmName"))}

    def identity(self, planned: HelperApplianceModel, ctx: StepContext) -> Identity:
        """Record, subscription and location."""
        return Identity.of(credentials_id=planned.credentials_id,
                           subscription_id=planned.subscription_id, location=planned.location)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether it is in that subscription and location, where none was before."""
        place = (intent.identity["subscription_id"], intent.identity["location"])
        return (raw.get("subscriptionId"), raw.get("location")) == place

    def listed(self, client: Server, intent: OpenIntent) -> list[Json]:
        """The appliances of the record."""
        path = self.collection(intent.identity["credentials_id"])
        return [{**raw, "credentialsId": intent.identity["credentials_id"]}
                for raw in client.objects(path)]

    def taken(self, server: Server, planned: HelperApplianceModel) -> Json | None:
        """An appliance in the same place: to create there would change it."""
        for raw in server.objects(self.collection(planned.credentials_id)):
            if (raw.get("subscriptionId"), raw.get("location")) == (
                    planned.subscription_id, planned.location):
                return {**raw, "id": f"{planned.credentials_id}/{raw['id']}",
                        "name": raw.get("vmName")}
        return None

    def spec(self, server: Server, planned: HelperApplianceModel, ctx: StepContext) -> Json:
        """The body of the creation."""
        body: Json = {"type": "AzureCompute"}
        self.change(server, body, planned)
        return body

    def create(self, server: Server, body: Json, planned: HelperApplianceModel) -> Json:
        """Create in a session, and find what it made."""
        session = server.post(self.collection(planned.credentials_id), body)
        with after_creation():
            server.wait_if_session(session)
            made = self.taken(server, planned)
        if made is None:
            raise ProviderError(
                ErrorClass.LOST, "New object not found",
                f"The session ended well, but {server.label} shows no helper appliance in "
                f"{planned.location}.")
        return {"id": made["id"].rpartition("/")[2]}

    def replace(self, server: Server, state: HelperApplianceModel, body: Json) -> None:
        """There is no PUT: a creation in the same place changes what is there."""
        known = {"type", *(link.wire for link in _LINKS)}
        shown = {k: v for k, v in body.items() if k in known}
        server.wait_if_session(server.post(self.collection(state.credentials_id), shown))

    def change(self, server: Server, raw: Json, planned: HelperApplianceModel) -> None:
        """Set all arguments."""
        for link in _LINKS:
            link.write(raw, planned)

    def found(self, client: Server, import_id: str) -> Json | None:
        """The appliance of the import id ``CREDENTIALS/APPLIANCE``, or of ``name:VM``."""
        record, slash, appliance = import_id.partition("/")
        if slash:
            raw = client.find(f"{self.collection(record)}/{appliance}")
            return None if raw is None else {**raw, "credentialsId": record}
        if import_id.startswith("name:"):
            name = import_id.removeprefix("name:")
            for credentials in client.objects(CLOUD_CREDENTIALS):
                if credentials.get("type") == "AzureCompute":
                    for raw in client.objects(self.collection(credentials["id"])):
                        if raw.get("vmName") == name:
                            return {**raw, "credentialsId": credentials["id"]}
            return None
        raise ProviderError(
            ErrorClass.INVALID, "Invalid import id",
            f"{import_id!r} is neither CREDENTIALS_ID/APPLIANCE_ID nor name:NAME.")

    def shown(self, client: Server, found: Json) -> Json:
        """What was found is the whole of it."""
        return found

    def model_of(
        self, server: Server, raw: Json, state: HelperApplianceModel | None,
    ) -> HelperApplianceModel:
        """The appliance; the record comes from the state, or from where it was found."""
        return HelperApplianceModel(
            id=raw["id"],
            credentials_id=state.credentials_id if state is not None else raw["credentialsId"],
            vm_name=raw.get("vmName"), timeouts=state.timeouts if state is not None else None,
            **read_fields(HelperApplianceModel, _LINKS, raw))
