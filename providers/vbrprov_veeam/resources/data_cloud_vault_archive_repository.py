"""veeam_data_cloud_vault_archive_repository: a vault folder for archive tiers."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft, StepContext, block
from vbrprov_veeam import plans
from vbrprov_veeam.api import Feature
from vbrprov_veeam.repositories import vaults
from vbrprov_veeam.repositories.base import Repository
from vbrprov_veeam.repositories.model import (
    ConnectionBlock,
    ImmutabilityBlock,
    LimitedRepositoryModel,
)
from vbrprov_veeam.server import Json, Server

_SERVICE = "VeeamDataCloudVaultArchive"


class DataCloudVaultArchiveRepositoryModel(LimitedRepositoryModel):
    """Arguments of ``veeam_data_cloud_vault_archive_repository``."""

    vault: vaults.VaultBlock | None = block(doc="Where the backups go.", min_items=1, max_items=1)
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)
    immutability: ImmutabilityBlock | None = block(
        doc="Immutability of backups; it is always on.", computed=True)


class DataCloudVaultArchiveRepository(Repository[DataCloudVaultArchiveRepositoryModel]):
    """A repository for archive tiers; the REST API has it since 1.3-rev2."""

    type_name = "veeam_data_cloud_vault_archive_repository"
    model = DataCloudVaultArchiveRepositoryModel
    doc = "A folder in a Veeam Data Cloud Vault, for the archive tier of a scale-out repository."
    source = "https://helpcenter.veeam.com/references/vbr/13/rest/1.3-rev2/tag/Repositories"
    wire_types = (_SERVICE,)
    place = "container"
    fixed = ("vault.vault_id", "vault.folder")
    links = vaults.LINKS
    feature = Feature.VAULT_ARCHIVE_REPOSITORY

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what an omitted block means."""
        super().plan_modify(plan)
        if plans.is_unset(plan.config.get("immutability")):
            plan.planned["immutability"] = ImmutabilityBlock().to_values()
        vaults.plan(plan)

    def spec(
        self, server: Server, planned: DataCloudVaultArchiveRepositoryModel, ctx: StepContext,
    ) -> Json:
        """The body of the creation, with the vault as the server shows it."""
        body = super().spec(server, planned, ctx)
        wanted = body["account"]["vault"]["vaultId"]
        found = vaults.require_vault(server, wanted, _SERVICE)
        body["account"]["vault"] = {**found, "vaultId": wanted}
        return body
