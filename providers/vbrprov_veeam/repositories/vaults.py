"""What the repositories on Veeam Data Cloud Vault share."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import ErrorClass, Model, PlanDraft, ProviderError, attribute
from vbrprov.sdk.values import bare
from vbrprov_veeam import plans
from vbrprov_veeam.links import Link
from vbrprov_veeam.server import Json, Server

BROWSER = "/api/v1/cloudBrowser"
VAULT_SERVICE = "VeeamDataCloudVault"
#: Vaults have no credentials of a user's; the vendor's examples show this id.
NO_CREDENTIALS = "00000000-0000-0000-0000-000000000000"


class VaultBlock(Model):
    """``vault``: where the backups go."""

    vault_id: str = attribute(doc="Id of the vault, assigned to this server.", required=True,
                              replace_on_change=True)
    folder: str = attribute(doc="Folder in the vault.", required=True, replace_on_change=True)


LINKS = (Link("vault.vault_id", "account.vault.vaultId"),
         Link("vault.folder", "container.folder"))


def browse(server: Server, service: str = VAULT_SERVICE) -> list[Json]:
    """The vaults that are assigned to the server."""
    answer: Any = server.post(
        BROWSER, {"serviceType": service, "credentialsId": NO_CREDENTIALS}, reads=True)
    found: list[Json] = (answer or {}).get("vaults") or []
    return found


def vault_of(server: Server, vault_id: str, service: str = VAULT_SERVICE) -> Json | None:
    """The vault with that id."""
    return next((v for v in browse(server, service) if v.get("vaultId") == vault_id), None)


def require_vault(server: Server, vault_id: str, service: str = VAULT_SERVICE) -> Json:
    """The vault with that id, ready for use.

    Raises:
        ProviderError: It is not assigned to the server, or not initialized.
    """
    found = vault_of(server, vault_id, service)
    if found is None:
        raise ProviderError(
            ErrorClass.INVALID, "Vault not found",
            f"No vault with the id {vault_id!r} is assigned to {server.label}. Vaults are ordered "
            "and assigned in Veeam Data Cloud.", attribute="vault")
    if not found.get("isInitialized"):
        raise ProviderError(
            ErrorClass.INVALID, "Vault is not initialized",
            f"The vault {found.get('vaultName') or vault_id!r} is assigned to {server.label} and "
            "not initialized yet.", attribute="vault",
            hint='Declare a resource "veeam_data_cloud_vault" for it, and take vault_id from it.')
    return found


def plan(draft: PlanDraft) -> None:
    """Refuse what no vault has."""
    enabled = plans.part(draft.planned, "immutability.enabled")
    if enabled is not None and bare(enabled) is False:
        draft.error("Argument does not apply",
                    "Backups in Veeam Data Cloud Vault are always immutable.", "immutability")
