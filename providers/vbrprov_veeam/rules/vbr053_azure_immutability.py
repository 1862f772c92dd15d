"""VBR053: what Azure needs for immutable backups."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    AccountView,
    ContainerView,
    Estate,
    Fact,
    RepositoryView,
    Severity,
    StorageView,
    Truth,
)
from vbrprov_veeam.rules._storage import StorageRule


class AzureImmutability(StorageRule):
    """Blob versioning, version-level immutability of the container, and not of the account."""

    rule_id = "VBR053"
    severity = Severity.REFUSE
    summary = "Azure storage is not made for immutability"
    why = """
        For immutable backups, Azure Blob storage needs versioning of blobs on the account and
        version-level immutability on the container; version-level immutability of the whole account
        must be off.

        Version-level immutability of a container can be chosen only when the container is made
        (VBR054).
    """
    hint = ("Set versioning_enabled = true on the account and "
            "immutable_storage_with_versioning_enabled = true on a new container.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/azure_limitations.html"
    bad = """
        resource "azurerm_storage_container" "backups" {
          immutable_storage_with_versioning_enabled = false
        }
    """
    good = """
        resource "azurerm_storage_container" "backups" {
          immutable_storage_with_versioning_enabled = true
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if repository.family != "azure":
            return Truth.NO
        immutable = repository.immutability_enabled.is_true
        return immutable & Truth.any(wrong for wrong, _, _ in self._parts(holder))

    def fact(self, holder: StorageView) -> Fact[Any]:
        parts = [part for part in self._parts(holder) if part[0] is not Truth.NO]
        certain = [part for part in parts if part[0] is Truth.YES] or parts
        return certain[0][1] if certain else holder.object_lock.planned

    def says(self, holder: StorageView) -> str:
        return self._words(holder)

    def _parts(self, holder: StorageView) -> list[tuple[Truth, Fact[Any], str]]:
        """What can be wrong with *holder*: whether it is, the setting, words."""
        lock = holder.object_lock.planned
        if isinstance(holder, AccountView):
            versioning = holder.versioning.planned
            return [(versioning.holds(lambda status: status != "Enabled", absent=True), versioning,
                     "has no versioning of blobs"),
                    (lock.is_true, lock, "has version-level immutability as a whole")]
        if isinstance(holder, ContainerView):
            return [(~lock.is_true, lock, "has no version-level immutability")]
        return []

    def _words(self, holder: StorageView) -> str:
        parts = [part for part in self._parts(holder) if part[0] is not Truth.NO]
        certain = [part for part in parts if part[0] is Truth.YES] or parts
        return " and ".join(words for _, _, words in certain)
