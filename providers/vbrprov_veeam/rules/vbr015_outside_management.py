"""VBR015: nobody else moves or copies backups."""

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


class OutsideManagement(StorageRule):
    """Replication, Autoclass, Intelligent-Tiering, tiering by last access."""

    rule_id = "VBR015"
    severity = Severity.REFUSE
    summary = "Backup storage is managed from outside"
    why = """
        Data in object storage repositories are managed by Veeam Backup & Replication alone.
        Replication by the provider and Autoclass of Google are not supported: what they copy or
        move cannot be restored from, or only at a price.

        Intelligent-Tiering of Amazon and tiering by last access of Azure are not named by the
        vendor, so they are warnings.
    """
    hint = "Switch it off; copy backups with a backup copy job or a capacity tier instead."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/s3_compatible_limitations.html"
    phases = ("static", "live")
    bad = """
        resource "google_storage_bucket" "backups" {
          autoclass { enabled = true }
        }
    """
    good = """
        resource "google_storage_bucket" "backups" {
          storage_class = "STANDARD"
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        return self.fact(holder).is_true

    def fact(self, holder: StorageView) -> Fact[Any]:
        if holder.replication.is_true is Truth.YES:
            return holder.replication
        if isinstance(holder, BucketView):
            facts = (holder.automatic_tiering, holder.tiering)
            return next((fact for fact in facts if fact.is_true is Truth.YES), self._open(holder))
        if isinstance(holder, AccountView):
            return holder.last_access_tracking
        return holder.replication

    def says(self, holder: StorageView) -> str:
        return self._words(holder)

    def severity_for(self, holder: StorageView) -> Severity | None:
        if holder.replication.is_true is not Truth.NO:
            return None
        if isinstance(holder, BucketView) and holder.automatic_tiering.is_true is not Truth.NO:
            return None
        return Severity.WARNING

    def _open(self, holder: BucketView) -> Fact[bool]:
        """What is not known, of what a bucket can have; replication where nothing is."""
        facts = (holder.replication, holder.automatic_tiering, holder.tiering)
        return next((fact for fact in facts if fact.is_true is Truth.UNKNOWN), holder.replication)

    def _words(self, holder: StorageView) -> str:
        if holder.replication.is_true is not Truth.NO:
            return "is replicated by the provider"
        if isinstance(holder, AccountView):
            return "tracks the last access, by which blobs can be moved"
        if isinstance(holder, BucketView) and holder.automatic_tiering.is_true is not Truth.NO:
            return "moves objects between classes by itself"
        return "has Intelligent-Tiering configurations"
