"""veeam_data_cloud_vault_repository: a folder in a Veeam Data Cloud Vault."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam.repositories.base import DECLARED_ONLY, OnlineRepository
from vbrprov_veeam.repositories.model import OnlineRepositoryModel


class VaultBlock(Model):
    """``vault``: where the backups go."""

    vault_id: str = attribute(doc="Id of the vault, assigned to this server.", required=True,
                              replace_on_change=True)
    folder: str = attribute(doc="Folder in the vault.", required=True, replace_on_change=True)


class DataCloudVaultRepositoryModel(OnlineRepositoryModel):
    """Arguments of ``veeam_data_cloud_vault_repository``."""

    vault: VaultBlock | None = block(doc="Where the backups go.", min_items=1, max_items=1)


class DataCloudVaultRepository(OnlineRepository[DataCloudVaultRepositoryModel]):
    """A repository on Veeam Data Cloud Vault; its immutability is always on."""

    type_name = "veeam_data_cloud_vault_repository"
    model = DataCloudVaultRepositoryModel
    doc = "A folder in a Veeam Data Cloud Vault as a backup repository."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbrdatacloudvaultrepository.html")
    not_applied = DECLARED_ONLY
    wire_types = ("VeeamDataCloudVault",)
    place = "container"
    immutable_by_default = True
    fixed = ("vault.vault_id", "vault.folder")
