"""VBR054: version-level immutability is chosen when a container is made."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import ContainerView, Estate, Finding, Rule, Severity, Truth


class ContainerMadeImmutable(Rule):
    """It cannot be switched on for a container that is there."""

    rule_id = "VBR054"
    severity = Severity.REFUSE
    summary = "Version-level immutability for a container that is there already"
    why = """
        Version-level immutability must be enabled when a container is created: Veeam Backup &
        Replication does not support a container that was migrated to it.
    """
    hint = "Make a new container with immutable_storage_with_versioning_enabled = true."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/azure_limitations.html"
    phases = ("plan",)
    transition = True
    bad = """
        resource "azurerm_storage_container" "backups" {
          immutable_storage_with_versioning_enabled = true   # was false
        }
    """
    good = """
        resource "azurerm_storage_container" "immutable" {
          immutable_storage_with_versioning_enabled = true   # a new container
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each container that this plan updates in place."""
        for container in estate.of(ContainerView):
            if container.instance.action != "update":
                continue
            lock = container.object_lock
            violated = lock.changed & lock.planned.is_true & ~lock.live.is_true
            if violated is not Truth.NO:
                said = f"{container.address} gets version-level immutability in place"
                yield self.finding(
                    violated, container, f"{said}." if violated is Truth.YES
                    else f"It is not known yet whether {said}.", at=lock.planned.at)
