"""VBR030: general-purpose v1 accounts and agents that write directly."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class GeneralPurposeV1(StorageRule):
    """Agents need an account of a newer kind."""

    rule_id = "VBR030"
    of_jobs = True
    severity = Severity.REFUSE
    summary = "General-purpose v1 account under agents that write directly"
    why = """
        Agents cannot back up directly to an Azure Blob repository in a general-purpose v1 storage
        account.

        Other uses of such an account are refused by VBR060. Azure can turn the account into
        general-purpose v2 in place; that cannot be undone.
    """
    hint = 'Set account_kind = "StorageV2".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          account_kind = "Storage"
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          account_kind = "StorageV2"
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView):
            return Truth.NO
        return holder.kind.equals("Storage") & estate.written_directly(repository)

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        return holder.kind

    def says(self, holder: StorageView) -> str:
        return "is a general-purpose v1 account"
