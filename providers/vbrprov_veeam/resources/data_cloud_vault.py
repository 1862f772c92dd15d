"""veeam_data_cloud_vault: a vault of Veeam Data Cloud, made ready for repositories."""

from __future__ import annotations

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov_veeam.objects import ObjectModel
from vbrprov_veeam.repositories import vaults
from vbrprov_veeam.server import Json, Server, only

_INITIALIZE = "/api/v1/cloudBrowser/initializeVault"


class DataCloudVaultModel(ObjectModel):
    """Arguments and attributes of ``veeam_data_cloud_vault``."""

    vault_id: str | None = attribute(
        doc="Id of the vault; or set name.", computed=True, replace_on_change=True)
    name: str | None = attribute(
        doc="Name of the vault, in place of its id.", computed=True, replace_on_change=True)
    storage_container: str | None = computed_attribute(doc="Name of the container behind it.")
    region_id: str | None = computed_attribute(doc="Region; from revision 1.3-rev2.")


class DataCloudVault(ResourceType[DataCloudVaultModel, Server]):
    """A vault that was ordered and assigned to the server outside of it.

    Destroying forgets it: the API cannot give a vault back.
    """

    type_name = "veeam_data_cloud_vault"
    model = DataCloudVaultModel
    recovery = Recovery.DETERMINISTIC_ID
    doc = ("A vault of Veeam Data Cloud that is assigned to the backup server, made ready for use. "
           "Destroying it only forgets it.")
    source = "https://helpcenter.veeam.com/docs/vdc/userguide/vault_considerations.html"

    def steps(self, client: Server, prior: DataCloudVaultModel | None,
              planned: DataCloudVaultModel | None, ctx: StepContext) -> Steps:
        """Make it ready, unless it is."""
        if planned is None or prior is not None:
            return
        wanted = planned
        yield Step("initialize", Identity.of(vault_id=wanted.vault_id, name=wanted.name),
                   creates=True, run=lambda: self._initialize(client, wanted),
                   doc="Make the vault ready for use.")

    def _initialize(self, server: Server, planned: DataCloudVaultModel) -> DataCloudVaultModel:
        found = _find(server, planned.vault_id, planned.name)
        if found is None:
            what = planned.vault_id or planned.name
            raise ProviderError(
                ErrorClass.INVALID, "Vault not found",
                f"No vault {what!r} is assigned to {server.label}. Vaults are ordered and "
                "assigned in Veeam Data Cloud.", attribute="vault_id")
        if not found.get("isInitialized"):
            server.post(_INITIALIZE, {"vaultId": found["vaultId"]})
            found = _find(server, found["vaultId"], None) or found
        return _model(found)

    def read(self, client: Server, state: DataCloudVaultModel,
             ctx: StepContext) -> DataCloudVaultModel | None:
        """The vault, while it is assigned and ready."""
        found = _find(client, state.vault_id, None)
        return _model(found) if found is not None and found.get("isInitialized") else None

    def import_state(self, client: Server, import_id: str,
                     ctx: StepContext) -> DataCloudVaultModel | None:
        """The vault with that id, or after ``name:`` with that name."""
        name = import_id.removeprefix("name:") if import_id.startswith("name:") else None
        found = _find(client, None if name else import_id, name)
        return _model(found) if found is not None and found.get("isInitialized") else None

    def probe(self, client: Server, intent: OpenIntent,
              ctx: StepContext) -> Probe[DataCloudVaultModel]:
        """Whether it is ready; to make it ready again is no harm."""
        found = _find(client, intent.identity["vault_id"], intent.identity["name"])
        if found is None or not found.get("isInitialized"):
            return Probe(ProbeVerdict.ABSENT)
        return Probe(ProbeVerdict.OURS, _model(found))


def _find(server: Server, vault_id: str | None, name: str | None) -> Json | None:
    from vbrprov_veeam.api import Feature

    server.require(Feature.VAULT_REPOSITORY)
    fitting = [{**v, "id": v["vaultId"]} for v in vaults.browse(server)
               if (v.get("vaultId") == vault_id if vault_id else v.get("vaultName") == name)]
    return only(fitting, f"the vault {vault_id or name!r}",
                lambda v: f"{v.get('vaultName')}  {v.get('storageContainerName') or ''}")


def _model(raw: Json) -> DataCloudVaultModel:
    return DataCloudVaultModel(
        id=raw["vaultId"], vault_id=raw["vaultId"], name=raw.get("vaultName"),
        storage_container=raw.get("storageContainerName"), region_id=raw.get("regionId"))
