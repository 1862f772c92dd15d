"""VBR089: two repositories in one bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from msgspec.structs import replace

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
                yield from self._judge(left, right)
        yield from self._doubtful(estate)

    def _doubtful(self, estate: Estate) -> Iterator[Finding]:
        """One finding for a repository that may share a folder: there can be many such."""
        all_before: dict[str, list[RepositoryView]] = {}
        loose_before: dict[str, list[RepositoryView]] = {}
        for right in estate.repositories:
            family, loose = right.storage_family, not _settled(estate, right)
            before = (all_before if loose else loose_before).get(family, ())
            near = [left for left in before if _may_share(estate, left, right)]
            for condition, severity in _faults(right):
                left = next((left for left in near
                             if condition(_same_folder(left, right)) is not Truth.NO), None)
                if left is not None:
                    yield self._finding(left, right, Truth.UNKNOWN, severity, "?")
            if family:
                all_before.setdefault(family, []).append(right)
                if loose:
                    loose_before.setdefault(family, []).append(right)

    def _judge(self, left: RepositoryView, right: RepositoryView) -> Iterator[Finding]:
        for condition, severity in _faults(right):
            violated = _one_place(left, right) & condition(_same_folder(left, right))
            if violated is not Truth.NO:
                yield self._finding(left, right, violated, severity, left.address)

    def _finding(self, left: RepositoryView, right: RepositoryView, violated: Truth,
                 severity: Severity | None, key: str) -> Finding:
        where = f"the folder {right.folder.shown}" if severity is None else "the bucket"
        said = f"{right.address} uses {where} of {left.address}"
        return self.finding(
            violated, right, f"{said}." if violated is Truth.YES
            else f"It is not known yet whether {said}.",
            at=right.folder.at if severity is None else right.storage.value.at,
            key=f"{key} {severity.value if severity else ''}", severity=severity,
            related=[("the other repository", left, left.folder.at)], involves=[left])


def _faults(
        repository: RepositoryView) -> Iterator[tuple[Callable[[Truth], Truth], Severity | None]]:
    """What is wrong with a bucket of two repositories, by whether they share the folder."""
    yield lambda shared: shared, None
    if repository.storage_family == "s3c":
        yield lambda shared: ~shared, Severity.WARNING


def _same_folder(left: RepositoryView, right: RepositoryView) -> Truth:
    return _same(left.folder, right.folder, absent=Truth.UNKNOWN)


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


def _settled(estate: Estate, repository: RepositoryView) -> bool:
    """Whether it is known which bucket it is on."""
    choice = estate.storage_of(repository)
    return repository.storage.value.known or (len(choice.options) == 1 and not choice.open)


def _may_share(estate: Estate, left: RepositoryView, right: RepositoryView) -> bool:
    """Whether two repositories, one of which is not settled, may be on one bucket."""
    if _one_place(left, right) is Truth.NO:
        return False
    one, other = estate.storage_of(left), estate.storage_of(right)
    loose = any(choice.open and not view.storage.value.known
                for choice, view in ((one, left), (other, right)))
    return loose or any(option in other.options for option in one.options)


def _one_place(left: RepositoryView, right: RepositoryView) -> Truth:
    """Whether a bucket of one name is one bucket for both."""
    if left.storage_family == "azure":
        # The name of a container is one within its account only.
        return _same(left.account.value, right.account.value, absent=Truth.UNKNOWN)
    hosts = [replace(fact, value=fact.value and fact.value.rpartition("://")[2])
             for fact in (left.endpoint, right.endpoint)]
    return _same(*hosts, absent=Truth.YES)


def _same(left: Fact[str], right: Fact[str], *, absent: Truth) -> Truth:
    if not (left.known and right.known):
        return absent
    if left.value is None or right.value is None:
        return absent
    return Truth.of(left.value.rstrip("/").lower() == right.value.rstrip("/").lower())
