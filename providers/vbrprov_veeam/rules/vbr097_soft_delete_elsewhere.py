"""VBR097: soft delete of buckets and containers."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    AccountView,
    BucketView,
    Estate,
    Fact,
    RepositoryView,
    Severity,
    StorageView,
    Truth,
)
from vbrprov_veeam.rules._storage import StorageRule


class SoftDeleteElsewhere(StorageRule):
    """It is left alone, but nothing must be restored by it."""

    rule_id = "VBR097"
    severity = Severity.WARNING
    summary = "Soft delete on backup storage"
    why = """
        Soft delete keeps what Veeam deleted and lets it be paid for. Objects that are brought back
        by it damage backups: never restore them.

        On Google Cloud soft delete is on by default for 7 days, so this is only noted. For
        containers of Azure it is drawn from what holds for blobs (VBR025).
    """
    hint = ("Switch it off: soft_delete_policy { retention_duration_seconds = 0 }, or "
            "container_delete_retention_policy { enabled = false }.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/google_limitations.html"
    phases = ("static", "live")
    bad = """
        resource "azurerm_storage_account" "backups" {
          blob_properties {
            container_delete_retention_policy { enabled = true }
          }
        }
    """
    good = """
        resource "google_storage_bucket" "backups" {
          soft_delete_policy { retention_duration_seconds = 0 }
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, (AccountView, BucketView)):
            return Truth.NO
        if isinstance(holder, BucketView) and holder.family != "google":
            return Truth.NO
        return self.fact(holder).is_true

    def fact(self, holder: StorageView) -> Fact[Any]:
        if isinstance(holder, AccountView):
            return holder.container_soft_delete.planned
        assert isinstance(holder, BucketView)
        return holder.soft_delete.planned

    def says(self, holder: StorageView) -> str:
        return "has soft delete"

    def severity_for(self, holder: StorageView) -> Severity | None:
        return Severity.NOTE if isinstance(holder, BucketView) else None
