"""VBR062: an account that takes no account keys."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule

#: Type of credentials that are an account key.
ACCOUNT_KEY = "azure_storage"


class SharedKeyDisabled(StorageRule):
    """Credentials by key need an account that takes keys."""

    rule_id = "VBR062"
    severity = Severity.REFUSE
    summary = "Storage account that takes no account keys"
    why = """
        The credentials of the repository are the key of the storage account, and the account does
        not allow access by key.
    """
    hint = "Set shared_access_key_enabled = true on the storage account."
    source = ("https://helpcenter.veeam.com/docs/vbr/userguide/"
              "cloud_credentials_azure_storage.html")
    bad = """
        resource "azurerm_storage_account" "backups" {
          shared_access_key_enabled = false
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          shared_access_key_enabled = true
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView):
            return Truth.NO
        by_key = estate.credentials_hold(repository, lambda found: found.type.equals(ACCOUNT_KEY))
        return by_key & holder.shared_key_access.holds(lambda allowed: not allowed)

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        return holder.shared_key_access

    def says(self, holder: StorageView) -> str:
        return "does not allow access by account key"
