"""Rules on buckets, containers and accounts that repositories use."""

from __future__ import annotations

import abc
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from vbrprov.sdk import (
    ContainerView,
    Estate,
    Fact,
    Finding,
    RepositoryView,
    Rule,
    Severity,
    StorageInUse,
    StorageView,
    Truth,
    View,
)


def holders(estate: Estate, use: StorageInUse) -> Iterator[tuple[StorageView, Truth]]:
    """The storage itself and, of a container, the accounts that may be around it."""
    yield use.storage, Truth.YES
    if isinstance(use.storage, ContainerView):
        account = estate.account_of(use.storage)
        for option in account.options:
            yield option, account.leads_to(option)


def keeping(use: StorageInUse) -> str:
    """Who keeps backups in a storage, as a clause."""
    verb = "keep" if len(use.named) > 1 else "keeps"
    return f"{use.users} {'may keep' if use.sure is Truth.UNKNOWN else verb} backups"


class StorageRule(Rule):
    """A storage that a repository uses must not be what a condition says."""

    #: The condition asks for jobs, so that a new job relies on the storage as a repository does.
    of_jobs: ClassVar[bool] = False

    @abc.abstractmethod
    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        """Whether *holder* is at fault when *repository* uses it."""

    @abc.abstractmethod
    def fact(self, holder: StorageView) -> Fact[Any]:
        """The setting at fault."""

    @abc.abstractmethod
    def says(self, holder: StorageView) -> str:
        """What is wrong, after the address of *holder*."""

    def mend(self, holder: StorageView) -> Mapping[str, str]:
        """What mends *holder* without asking: paths with new values, nothing to remove them."""
        return {}

    def severity_for(self, holder: StorageView) -> Severity | None:
        """The severity on *holder*, where it is not the rule's."""
        return None

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each storage with the repositories that use it."""
        for use in estate.storage_in_use():
            for holder, certain in holders(estate, use):
                violated = certain & Truth.any(
                    each.sure & self.condition(estate, holder, each.repository)
                    for each in use.uses)
                if violated is not Truth.NO:
                    yield self._finding(estate, use, holder, violated)

    def _finding(self, estate: Estate, use: StorageInUse, holder: StorageView,
                 violated: Truth) -> Finding:
        fact = self.fact(holder)
        says = f"{holder.address} {self.says(holder)}"
        because = (f"{says}, and {keeping(use)} there." if violated is Truth.YES else
                   f"It is not known whether {says}, and {keeping(use)} there.")
        places: list[tuple[str, View, str]] = [
            ("the repository that uses it", repository, repository.storage.value.at)
            for repository in use.named]
        if holder is not use.storage:
            places.insert(0, ("the container", use.storage, "name"))
        relying: list[View] = list(use.repositories)
        if self.of_jobs:
            relying += [job for each in use.repositories for job, _ in estate.jobs_of(each)]
        return self.finding(
            violated, holder, because, at=fact.at, related=places,
            key=f"{fact.at}:{use.storage.address}", severity=self.severity_for(holder),
            mend=self.mend(holder),
            involves=[use.storage, *relying], before=relying,
            final=bool(fact.missing) and use.sure is Truth.YES, needs=fact.missing)
