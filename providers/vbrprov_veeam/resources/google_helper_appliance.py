"""veeam_google_helper_appliance: the machine near a Google Cloud repository."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import Handwork, Model, StepContext, Steps, attribute, computed_attribute
from vbrprov.sdk.values import Value
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json
from vbrprov_veeam.repositories.model import port
from vbrprov_veeam.server import Server

_SETTINGS = ("region", "zone", "instance_type", "vpc", "subnet", "port")


class GoogleHelperApplianceModel(Model):
    """Arguments of ``veeam_google_helper_appliance``."""

    repository_id: str = attribute(doc="Id of the Google Cloud repository.", required=True,
                                   replace_on_change=True)
    credentials_id: str = attribute(
        doc="Id of cloud credentials of type google_service: with them the machine is made, and a "
            "service account for each agent.", required=True)
    region: str = attribute(doc="Region of the machine, such as europe-west1.", required=True)
    zone: str = attribute(doc="Zone of the machine, such as europe-west1-b.", required=True)
    instance_type: str = attribute(doc="Machine type, such as n1-standard-1.", required=True)
    vpc: str = attribute(doc="Name of its VPC network.", required=True)
    subnet: str = attribute(doc="Name of its subnet.", required=True)
    port: int = attribute(doc="Port at which the server's components reach it.", default=443,
                          validators=(port,))
    id: str | None = computed_attribute(doc="The id of the repository.")


class GoogleHelperAppliance(ScriptedType[GoogleHelperApplianceModel]):
    """One per repository. No cmdlet shows it or takes it away.

    So somebody looks at it in the console and says so with the script's switch -Seen, and
    destroying it only forgets it.
    """

    type_name = "veeam_google_helper_appliance"
    model = GoogleHelperApplianceModel
    script = "google_helper_appliance"
    noun = "helper appliance"
    doc = ("The helper appliance of a Google Cloud repository, which policies need in direct mode; "
           "needs PowerShell and somebody who looks at it. Destroying it only forgets it.")
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "new-vbrgooglecloudcomputeproxyappliance.html")

    def steps(self, client: Server, prior: GoogleHelperApplianceModel | None,
              planned: GoogleHelperApplianceModel | None, ctx: StepContext) -> Steps:
        """One script; none to forget it."""
        if planned is not None:
            yield from super().steps(client, prior, planned, ctx)

    def handwork(self, client: Server | None, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """The script; none to forget it."""
        return None if planned is None else super().handwork(client, prior, planned, ctx)

    def where(self, model: GoogleHelperApplianceModel) -> Json:
        """The repository, and the account to look things up with."""
        return {"repository_id": model.repository_id, "credentials_id": model.credentials_id}

    def wanted(self, model: GoogleHelperApplianceModel, token: str) -> Json:
        """All settings."""
        return {name: getattr(model, name) for name in _SETTINGS}

    def model_of(self, found: Json, state: GoogleHelperApplianceModel,
                 ) -> GoogleHelperApplianceModel:
        """As somebody saw it; what nobody looked at is as it was."""
        return state.copy(id=state.repository_id, **{
            name: found[name] for name in _SETTINGS if name in found})
