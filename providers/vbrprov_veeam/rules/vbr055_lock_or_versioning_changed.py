"""VBR055: Object Lock and versioning stay as they were when the repository was added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.sdk import (
    ContainerView,
    Estate,
    Facet,
    Finding,
    RepositoryView,
    Rule,
    Severity,
    StorageInUse,
    StorageView,
    Truth,
)


class LockOrVersioningChanged(Rule):
    """Once a repository uses it, Object Lock and versioning of a bucket must not change."""

    rule_id = "VBR055"
    severity = Severity.REFUSE
    summary = "Object Lock or versioning changes under a repository"
    why = """
        After a bucket is part of the backup infrastructure, its versioning and Object Lock must
        not be switched on or off; doing so may lead to data loss.

        Backups that were written before and after such a change are not treated alike: objects
        without versions cannot be locked, and versions that nobody removes pile up. This holds for
        a change by this plan and for one that somebody made outside. A bucket that is made
        together with its repository is fine, and so is a repository that this plan destroys;
        one that is only forgotten still uses the bucket.
    """
    hint = ("Leave the setting as it was when the repository was added. For another setting, make "
            "a new bucket and a new repository, and move the jobs there.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html"
    phases = ("plan", "live")
    transition = True
    bad = """
        resource "aws_s3_bucket" "backups" {
          versioning { status = "Suspended" }   # was "Enabled" when the repository was added
        }
    """
    good = """
        resource "aws_s3_bucket" "backups" {
          versioning { status = "Enabled" }     # as it was
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each storage below a repository that was there before this plan."""
        for use in estate.storage_in_use():
            users = tuple(user for user in use.uses if _stays(user.repository))
            used = Truth.any(user.sure for user in users)
            holders: list[tuple[StorageView, Truth]] = [(use.storage, used)]
            if isinstance(use.storage, ContainerView):
                account = estate.account_of(use.storage)
                holders += [(option, used & account.leads_to(option)) for option in account.options]
            for holder, certain in holders:
                if certain is not Truth.NO and holder.existed and not holder.leaves:
                    yield from self._judge(StorageInUse(use.storage, users), holder, certain)

    def _judge(self, use: StorageInUse, holder: StorageView, used: Truth) -> Iterator[Finding]:
        facets: tuple[tuple[str, str, Facet[Any]], ...] = (
            ("Object Lock", "object_lock", holder.object_lock),
            ("versioning", "versioning", holder.versioning))
        for words, key, facet in facets:
            if facet.restored is Truth.YES:
                if used is Truth.YES:
                    yield self._restored(use, holder, words, key, facet)
                continue
            violated = used & _switched(facet)
            if violated is not Truth.NO:
                yield self._finding(use, holder, words, key, facet, violated)

    def _finding(self, use: StorageInUse, holder: StorageView, words: str, key: str,
                 facet: Facet[Any], violated: Truth) -> Finding:
        missing = facet.live.missing
        if violated is Truth.UNKNOWN:
            because = (f"It is not certain that {words} of {holder.address} stays as it is, "
                       f"which {use.users} may use.")
        elif facet.changed is Truth.YES or not facet.live.known:
            before = facet.live if facet.live.known else facet.recorded
            because = (f"This plan changes {words} of {holder.address} from {before.shown} to "
                       f"{facet.planned.shown} while it is in use by {use.users}.")
        else:
            because = (f"Somebody changed {words} of {holder.address} from {facet.recorded.shown} "
                       f"to {facet.live.shown} outside while it was in use by {use.users}.")
        return self.finding(
            violated, holder, because, at=facet.planned.at, key=key, involves=use.repositories,
            related=[("the repository that uses it", user, user.storage.value.at)
                     for user in use.named],
            final=bool(missing) and use.sure is Truth.YES, needs=missing)

    def _restored(self, use: StorageInUse, holder: StorageView, words: str, key: str,
                  facet: Facet[Any]) -> Finding:
        return self.finding(
            Truth.YES, holder,
            f"Somebody changed {words} of {holder.address} from {facet.recorded.shown} to "
            f"{facet.live.shown} outside while it was in use by {use.users}; what was backed up "
            "meanwhile may not be protected.", at=facet.planned.at, key=key,
            severity=Severity.WARNING, repaired=True, involves=use.repositories,
            before=use.repositories)


def _switched(facet: Facet[Any]) -> Truth:
    """Whether a setting will be other than it was, by this plan or by somebody before it.

    What was recorded decides that, with what is planned; or with what is live, where this plan
    leaves the setting as it is.
    """
    planned, recorded, live = facet.planned, facet.recorded, facet.live
    if not recorded.known:
        return facet.changed
    if facet.changed is Truth.NO and live.known:
        return Truth.of(live.value != recorded.value)
    return Truth.of(planned.value != recorded.value) if planned.known else Truth.UNKNOWN


def _stays(repository: RepositoryView) -> bool:
    """Whether the repository was there before this plan, and the server still has it afterwards."""
    return repository.instance.action not in ("create", "replace", "delete", "destroy")
