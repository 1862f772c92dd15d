"""What immutable backups need of a bucket: a lock and versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from vbrprov.sdk import BucketView, Estate, Fact, Finding, Rule, StorageInUse, Truth, Use


class ImmutableBucketRule(Rule):
    """Repositories of ``families`` with immutability need ``lock`` and versioning."""

    families: ClassVar[tuple[str, ...]]
    lock: ClassVar[str]

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each bucket together with the repositories on it."""
        for use in estate.storage_in_use():
            if not isinstance(use.storage, BucketView):
                continue
            doubtful = []
            for user in use.uses:
                if user.repository.family in self.families:
                    if user.sure is Truth.YES:
                        yield from self._judge(use.storage, (user,))
                    else:
                        doubtful.append(user)
            if doubtful:
                # One finding for all that may use it: there can be as many as repositories.
                yield from self._judge(use.storage, tuple(doubtful))

    def _judge(self, bucket: BucketView, uses: tuple[Use, ...]) -> Iterator[Finding]:
        wanted = Truth.any(u.sure & u.repository.immutability_enabled.is_true for u in uses)
        lock, versioning = bucket.object_lock.planned, bucket.versioning.planned
        unlocked = ~lock.is_true
        unversioned = versioning.holds(lambda status: status != "Enabled", absent=True)
        violated = wanted & (unlocked | unversioned)
        if violated is Truth.NO:
            return
        # What is certain to be wrong is named; otherwise what is in doubt.
        parts: list[tuple[str, Fact[bool] | Fact[str]]] = []
        for level in (Truth.YES, Truth.UNKNOWN):
            if not parts:
                parts = [(words, fact) for condition, words, fact in (
                    (unlocked, self.lock, lock),
                    (unversioned, "versioning", versioning)) if condition is level]
        words = " and ".join(name for name, _ in parts)
        verb = "is" if len(parts) == 1 else "are"
        use = StorageInUse(bucket, uses)
        keeps = "may keep" if wanted is not Truth.YES else "keeps"
        if violated is Truth.YES:
            because = (f"{use.users} {keeps} immutable backups in {bucket.address}, where "
                       f"{words} {verb} not enabled.")
        else:
            because = (f"{use.users} {keeps} immutable backups in {bucket.address}, and it is not "
                       f"certain that {words} will be enabled.")
        missing = [fact.missing for _, fact in parts if fact.missing]
        who = uses[0].repository.address if uses[0].sure is Truth.YES else "?"
        yield self.finding(
            violated, bucket, because, at=parts[0][1].at, key=f"{words}:{who}",
            related=[("immutability is switched on", user, user.immutability_enabled.at)
                     for user in use.named],
            involves=use.repositories, before=use.repositories,
            final=bool(missing) and wanted is Truth.YES, needs=" ".join(missing))
