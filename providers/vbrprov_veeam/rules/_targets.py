"""Rules on jobs by what they write to: who is judged, and how it is said."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import ClassVar

from vbrprov.sdk import (
    Estate,
    Finding,
    JobKind,
    JobView,
    RepositoryView,
    Rule,
    Severity,
    Target,
    Truth,
    View,
)

#: What is told of one more place: a word on it, its view, the path of the attribute.
Place = tuple[str, View, str]


class TargetRule(Rule):
    """A job must not write to a repository for which a condition holds.

    Seen through scale-out repositories: each performance extent counts. ``kinds`` are the jobs
    that are judged, ``severities`` those of kinds that are not judged with the rule's own.
    """

    kinds: ClassVar[frozenset[JobKind]] = frozenset({JobKind.JOB, JobKind.POLICY})
    severities: ClassVar[Mapping[JobKind, Severity]] = {}

    def applies(self, estate: Estate, job: JobView) -> Truth:
        """Whether *job* is one that the rule is about."""
        return Truth.YES

    @abc.abstractmethod
    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        """Whether *repository* is one that *job* must not write to."""

    @abc.abstractmethod
    def trait(self, job: JobView, repository: RepositoryView) -> str:
        """What is wrong with *repository*, after its name: ``is a seeding device``."""

    def at(self, job: JobView) -> str:
        """The attribute of the job that is at fault."""
        return job.target_at

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        """Further places, with the repository's own."""
        return [("the repository", repository, "")]

    def mend(self, job: JobView) -> Mapping[str, str]:
        """What mends the job without asking: paths with new values, nothing to remove them."""
        return {}

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each job by the repositories that it writes to, extents included."""
        for job in estate.jobs:
            if job.kind not in self.kinds:
                continue
            violated = self.applies(estate, job)
            if violated is not Truth.NO:
                violated &= estate.target_holds(job, partial(self.condition, estate, job))
            if violated is not Truth.NO:
                yield self._finding(estate, job, violated)

    def _finding(self, estate: Estate, job: JobView, violated: Truth) -> Finding:
        found = [(target, self.condition(estate, job, target.repository))
                 for target in estate.targets(job)]
        targets = [target for target, holds in found if holds is violated] or [
            target for target, holds in found if holds is not Truth.NO]
        through = {t.through.address: t.through for t in targets if t.through is not None}
        places: list[Place] = [
            ("the scale-out repository", view, "performance_extent") for view in through.values()]
        for target in targets:
            places += self.places(estate, job, target.repository)
        said = self._said(job, targets[0])
        because = (f"{job.address} {said}." if violated is Truth.YES
                   else f"It is not known yet whether {job.address} {said}.")
        return self.finding(
            violated, job, because, at=self.at(job), key="target",
            severity=self.severities.get(job.kind), related=places, mend=self.mend(job),
            involves=[*through.values(), *(t.repository for t in targets),
                      *(view for _, view, _ in places)])

    def _said(self, job: JobView, target: Target) -> str:
        trait = self.trait(job, target.repository)
        if target.through is not None:
            return (f"writes to {target.through.address}, whose performance extent "
                    f"{target.repository.address} {trait}")
        return f"writes to {target.repository.address}, which {trait}"


def is_direct(repository: RepositoryView) -> Truth:
    """Whether the repository itself is set to direct."""
    return repository.connection_mode.equals("direct")


def path_is(estate: Estate, job: JobView, repository: RepositoryView, path: str) -> Truth:
    """Whether the data of *job* take *path*, ``direct`` or ``gateway``, to *repository*."""
    return estate.path(job, repository).equals(path)


def tier_places(estate: Estate, repository: RepositoryView) -> list[Place]:
    """Where the storage class of *repository* is said."""
    own: list[Place] = [("the class", setting, setting.tier.at)
                        for setting, _ in estate.settings_of(repository) if setting.tier.at]
    accounts = estate.account_of_repository(repository).options
    return [*(own or [("the class", repository, repository.tier.at)]),
            *(("the tier of the account", account, account.access_tier.at)
              for account in accounts)]


def family_is(repository: RepositoryView, *families: str) -> Truth:
    """Whether the repository is of one of *families*."""
    return Truth.of(repository.family in families)
