"""VBR089: two repositories in one bucket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from vbrprov.sdk import Estate, Fact, Finding, RepositoryView, Rule, Severity, Truth


class SharedFolder(Rule):
    """A folder belongs to one repository."""

    rule_id = "VBR089"
    severity = Severity.REFUSE
    summary = "Two repositories in one bucket"
    why = """
        A folder in a bucket or container belongs to one repository: two that write to it destroy
        each other's backups.

        Different folders of one bucket can be used, but S3 compatible storages are best given one
        bucket for each repository, so there it is a warning.
    """
    hint = "Give each repository a folder, better a bucket, of its own."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbramazons3compatiblerepository.html")
    phases = ("static", "plan")
    bad = """
        resource "veeam_wasabi_repository" "a" {
          bucket {
            name   = "backups"
            folder = "main"
          }
        }
        resource "veeam_wasabi_repository" "b" {
          bucket {
            name   = "backups"
            folder = "main"
          }
        }
    """
    good = """
        resource "veeam_wasabi_repository" "b" {
          bucket {
            name   = "backups-b"
            folder = "main"
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each pair of repositories that may share a bucket."""
        for found in _by_bucket(estate):
            for left, right in combinations(found, 2):
                yield from self._judge(estate, left, right)

    def _judge(self, estate: Estate, left: RepositoryView,
               right: RepositoryView) -> Iterator[Finding]:
        together = _same(left.endpoint, right.endpoint, absent=Truth.YES)
        if left.storage_family == "azure":
            # The name of a container is one within its account only.
            together = _same(left.account.value, right.account.value, absent=Truth.UNKNOWN)
        folder = _same(left.folder, right.folder, absent=Truth.UNKNOWN)
        shared, beside = together & folder, together & ~folder
        severity = None if shared is Truth.YES or beside is not Truth.YES else Severity.WARNING
        violated = shared
        if severity is Severity.WARNING:
            if left.storage_family != "s3c":
                return
            violated = beside
        if violated is Truth.NO:
            return
        where = f"the folder {right.folder.shown}" if severity is None else "the bucket"
        said = f"{right.address} uses {where} of {left.address}"
        yield self.finding(
            violated, right, f"{said}." if violated is Truth.YES
            else f"It is not known yet whether {said}.",
            at=right.folder.at if severity is None else right.storage.value.at, key=left.address,
            severity=severity, related=[("the other repository", left, left.folder.at)],
            involves=[left])


def _by_bucket(estate: Estate) -> Iterator[list[RepositoryView]]:
    """The repositories whose buckets have the same known name, or are the same object."""
    found: dict[tuple[str, str], list[RepositoryView]] = {}
    for repository in estate.repositories:
        if not repository.storage_family:
            continue
        name = repository.storage.value
        choice = estate.storage_of(repository)
        if name.known and name.value:
            found.setdefault((repository.storage_family, name.value), []).append(repository)
        elif len(choice.options) == 1 and not choice.open:
            found.setdefault((repository.storage_family, choice.options[0].address),
                             []).append(repository)
    yield from (group for group in found.values() if len(group) > 1)


def _same(left: Fact[str], right: Fact[str], *, absent: Truth) -> Truth:
    if not (left.known and right.known):
        return absent
    if left.value is None or right.value is None:
        return absent
    return Truth.of(left.value.rstrip("/").lower() == right.value.rstrip("/").lower())
