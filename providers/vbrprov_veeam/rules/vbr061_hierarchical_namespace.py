"""VBR061: no hierarchical namespace."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class HierarchicalNamespace(StorageRule):
    """Data Lake accounts are no backup storage."""

    rule_id = "VBR061"
    severity = Severity.REFUSE
    summary = "Hierarchical namespace on backup storage"
    why = """
        Storage accounts with a hierarchical namespace (Azure Data Lake Storage Gen2) cannot be used
        for backups.

        The namespace is chosen when the account is made and cannot be taken away.
    """
    hint = "Use an account with is_hns_enabled = false."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/cloud_credentials_azure_storage.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          is_hns_enabled = true
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          is_hns_enabled = false
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView):
            return Truth.NO
        return holder.hierarchical_namespace.is_true

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        return holder.hierarchical_namespace

    def says(self, holder: StorageView) -> str:
        return "has a hierarchical namespace"
