"""data veeam_data_cloud_vaults: the vaults that are assigned to the server."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, computed_attribute
from vbrprov_veeam.repositories import vaults
from vbrprov_veeam.server import Server


class VaultItem(Model):
    """One vault."""

    vault_id: str | None = computed_attribute(doc="Id.")
    name: str | None = computed_attribute(doc="Name.")
    storage_container: str | None = computed_attribute(doc="Name of the container behind it.")
    is_initialized: bool | None = computed_attribute(doc="Whether repositories can use it.")
    folders: list[str] = computed_attribute(doc="Folders in it.")


class DataCloudVaultsModel(Model):
    """Attributes of ``data.veeam_data_cloud_vaults``."""

    vaults: list[VaultItem] = computed_attribute(doc="The vaults, in the order of their names.")


class DataCloudVaults(DataSource[DataCloudVaultsModel, Server]):
    """The vaults of Veeam Data Cloud, ready for use or not."""

    type_name = "veeam_data_cloud_vaults"
    model = DataCloudVaultsModel
    doc = "The vaults of Veeam Data Cloud that are assigned to the backup server."
    source = "https://helpcenter.veeam.com/docs/vdc/userguide/vault_considerations.html"

    def read(
        self, client: Server, config: DataCloudVaultsModel, ctx: StepContext,
    ) -> DataCloudVaultsModel:
        """Ask the cloud browser."""
        from vbrprov_veeam.api import Feature

        client.require(Feature.VAULT_REPOSITORY)
        return config.copy(vaults=[
            VaultItem(vault_id=v["vaultId"], name=v.get("vaultName"),
                      storage_container=v.get("storageContainerName"),
                      is_initialized=v.get("isInitialized"), folders=list(v.get("folders") or []))
            for v in sorted(vaults.browse(client), key=lambda v: str(v.get("vaultName")))])
