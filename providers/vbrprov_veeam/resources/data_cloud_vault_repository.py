"""veeam_data_cloud_vault_repository: a folder in a Veeam Data Cloud Vault."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft, StepContext, block
from vbrprov_veeam.api import Feature
from vbrprov_veeam.repositories import vaults
from vbrprov_veeam.repositories.base import OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel
from vbrprov_veeam.server import Json, Server


class DataCloudVaultRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_data_cloud_vault_repository``."""

    vault: vaults.VaultBlock | None = block(doc="Where the backups go.", min_items=1, max_items=1)


class DataCloudVaultRepository(OnlineRepository[DataCloudVaultRepositoryModel]):
    """A repository on Veeam Data Cloud Vault; its immutability is always on."""

    type_name = "veeam_data_cloud_vault_repository"
    model = DataCloudVaultRepositoryModel
    doc = "A folder in a Veeam Data Cloud Vault as a backup repository."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbrdatacloudvaultrepository.html")
    wire_types = ("VeeamDataCloudVault",)
    place = "container"
    immutable_by_default = True
    fixed = ("vault.vault_id", "vault.folder")
    links = vaults.LINKS
    feature = Feature.VAULT_REPOSITORY

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse what no vault has."""
        super().plan_modify(plan)
        vaults.plan(plan)

    def spec(
        self, server: Server, planned: DataCloudVaultRepositoryModel, ctx: StepContext,
    ) -> Json:
        """The body of the creation, with the vault as the server shows it."""
        body = super().spec(server, planned, ctx)
        wanted = body["account"]["vault"]["vaultId"]
        found = vaults.require_vault(server, wanted)
        body["account"]["vault"] = {**found, "vaultId": wanted}
        return body
