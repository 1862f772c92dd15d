"""VBR090: a folder that another repository has already."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    Estate,
    Fact,
    Finding,
    FolderInUseView,
    RepositoryView,
    Rule,
    Severity,
    Truth,
)
from vbrprov_veeam.rules._saying import told

#: Families whose bucket names are unique in the world.
GLOBAL = ("amazon", "google")


class FolderOfAnotherServer(Rule):
    """A folder has one owner."""

    rule_id = "VBR090"
    severity = Severity.REFUSE
    summary = "Folder that belongs to another backup server"
    why = """
        A folder in a bucket or container belongs to the backup server that added it. Another one
        can take it over, and then the first one loses its backups.

        The server itself refuses such a folder when the repository is created. Before that it is
        seen when data sources read the repositories of that other server.
    """
    hint = "Use a folder of its own, or set overwrite_owner = true to take this one over."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbramazons3compatiblerepository.html")
    phases = ("live",)
    bad = """
        data "veeam_repositories" "other" {
          provider = veeam.other
        }
        resource "veeam_amazon_s3_repository" "main" {
          bucket {
            name   = "agents-backup"    # one of theirs
            folder = "main"
          }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          bucket {
            name   = "agents-backup"
            folder = "second-server"
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that is created against those that are read."""
        taken: dict[str, list[FolderInUseView]] = {}
        for folder in estate.of(FolderInUseView):
            taken.setdefault(folder.folder.value or "", []).append(folder)
        for repository in estate.repositories:
            if repository.instance.action == "create":
                name = repository.folder
                near = (taken.get(name.value or "", ()) if name.known
                        else estate.of(FolderInUseView))
                for folder in near:
                    violated = _same(repository, folder) & ~repository.takes_over.is_true
                    if violated is not Truth.NO:
                        said = (f"{repository.address} uses the folder {repository.folder.shown}, "
                                f"which a repository in {folder.address} has")
                        yield self.finding(
                            violated, repository, told(violated, said),
                            at=repository.folder.at, key=f"{folder.address}:{folder.folder.value}",
                            related=[("who has it", folder, "")], involves=[folder])


def _same(repository: RepositoryView, taken: FolderInUseView) -> Truth:
    if repository.storage_family != taken.family:
        return Truth.NO
    together = _equal(repository.storage.value, taken.storage) & _equal(
        repository.folder, taken.folder)
    # Elsewhere two endpoints, or two accounts, may have buckets of one name.
    return together if taken.family in GLOBAL else together & Truth.UNKNOWN


def _equal(left: Fact[str], right: Fact[str]) -> Truth:
    if not (left.known and right.known):
        return Truth.UNKNOWN
    return Truth.of(left.value is not None and left.value == right.value)
