"""VBR065: the root container is no backup storage."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth

ROOT = "$root"


class RootContainer(Rule):
    """Azure's root container has rules of its own."""

    rule_id = "VBR065"
    severity = Severity.REFUSE
    summary = "Root container as backup storage"
    why = """
        The root container ($root) of a storage account cannot be used for backups.

        Blobs in it have no folders, and an account has one such container at most.
    """
    hint = "Use a container with a name of its own."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/azure_storage_details.html"
    phases = ("static",)
    bad = """
        resource "veeam_azure_blob_repository" "main" {
          container { name = "$root" }
        }
    """
    good = """
        resource "veeam_azure_blob_repository" "main" {
          container { name = "backups" }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository on Azure."""
        for repository in estate.repositories:
            if repository.storage_family != "azure":
                continue
            name = repository.storage.value
            violated = name.equals(ROOT)
            if not name.known and repository.storage.references:
                # Not known yet, but made from containers whose names are.
                violated = estate.storage_of(repository).holds(
                    lambda container: container.name.equals(ROOT))
            if violated is not Truth.NO:
                said = f"{repository.address} uses the root container"
                yield self.finding(
                    violated, repository, f"{said}." if violated is Truth.YES
                    else f"It is not known yet whether {said}.", at=name.at)
