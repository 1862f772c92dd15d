"""VBR015: nobody else moves or copies backups."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    AccountView,
    BucketView,
    Estate,
    Fact,
    Finding,
    Rule,
    Severity,
    StorageInUse,
    StorageView,
    Truth,
    View,
)
from vbrprov_veeam.rules._storage import holders, keeping


class OutsideManagement(Rule):
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

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each setting of each storage that a repository uses."""
        for use in estate.storage_in_use():
            for holder, certain in holders(estate, use):
                for fact, says, severity in _settings(holder):
                    violated = use.sure & certain & fact.is_true
                    if violated is not Truth.NO:
                        yield self._finding(use, holder, violated, fact, says, severity)

    def _finding(self, use: StorageInUse, holder: StorageView, violated: Truth, fact: Fact[bool],
                 says: str, severity: Severity | None) -> Finding:
        said = f"{holder.address} {says}, and {keeping(use)} there."
        places: list[tuple[str, View, str]] = [
            ("the repository that uses it", repository, repository.storage.value.at)
            for repository in use.named]
        return self.finding(
            violated, holder, said if violated is Truth.YES else f"It is not known whether {said}",
            at=fact.at, related=places, key=f"{fact.at}:{use.storage.address}", severity=severity,
            involves=[use.storage, *use.repositories], before=use.repositories,
            final=bool(fact.missing) and use.sure is Truth.YES, needs=fact.missing)


def _settings(holder: StorageView) -> Iterator[tuple[Fact[bool], str, Severity | None]]:
    """What may be switched on, as words, with its severity where that is not the rule's."""
    yield holder.replication, "is replicated by the provider", None
    if isinstance(holder, BucketView):
        yield holder.automatic_tiering, "moves objects between classes by itself", None
        yield holder.tiering, "has Intelligent-Tiering configurations", Severity.WARNING
    if isinstance(holder, AccountView):
        yield (holder.last_access_tracking,
               "tracks the last access, by which blobs can be moved", Severity.WARNING)
