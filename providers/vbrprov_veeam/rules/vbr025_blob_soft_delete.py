"""VBR025: no soft delete of blobs under agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class BlobSoftDelete(StorageRule):
    """Soft delete brings back what Veeam deleted."""

    rule_id = "VBR025"
    of_jobs = True
    severity = Severity.REFUSE
    summary = "Soft delete of blobs on backup storage"
    why = """
        Azure Blob repositories that agents back up to must not have soft delete for blobs: it is
        not supported.

        What the agents delete would stay, be paid for and hinder them; and restoring such blobs
        damages the backups.
    """
    hint = ("Set delete_retention_policy { enabled = false } on the account, or leave "
            "blob_properties out.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          blob_properties {
            delete_retention_policy { enabled = true }
          }
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          blob_properties {
            delete_retention_policy { enabled = false }
          }
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView):
            return Truth.NO
        return holder.blob_soft_delete.planned.is_true & estate.agents_use(repository)

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        return holder.blob_soft_delete.planned

    def says(self, holder: StorageView) -> str:
        return "has soft delete for blobs"

    def mend(self, holder: StorageView) -> Mapping[str, str]:
        return {self.fact(holder).at: "false"}
