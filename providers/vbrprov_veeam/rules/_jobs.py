"""Rules on jobs by what the jobs and their protection groups say themselves."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from typing import ClassVar

from vbrprov.sdk import Estate, Finding, JobKind, JobView, Rule, Truth
from vbrprov_veeam.rules._targets import Place


class JobRule(Rule):
    """A job must not be what a condition says; its target does not matter."""

    kinds: ClassVar[frozenset[JobKind]] = frozenset({JobKind.JOB, JobKind.POLICY})

    @abc.abstractmethod
    def condition(self, estate: Estate, job: JobView) -> Truth:
        """Whether *job* is at fault."""

    @abc.abstractmethod
    def says(self, job: JobView) -> str:
        """What is wrong, after the address of the job."""

    @abc.abstractmethod
    def at(self, job: JobView) -> str:
        """The attribute at fault."""

    def places(self, estate: Estate, job: JobView) -> list[Place]:
        """Further places."""
        return []

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each job of the kinds that the rule is about."""
        for job in estate.jobs:
            violated = self.condition(estate, job) if job.kind in self.kinds else Truth.NO
            if violated is Truth.NO:
                continue
            says = f"{job.address} {self.says(job)}"
            places = self.places(estate, job)
            yield self.finding(
                violated, job, f"{says}." if violated is Truth.YES
                else f"It is not known yet whether {says}.", at=self.at(job), related=places,
                involves=[view for _, view, _ in places])


class GroupRule(JobRule):
    """A job must not have protection groups for which a condition holds."""

    def at(self, job: JobView) -> str:
        return job.groups[0].value.at.partition("[")[0] if job.groups else ""

    def places(self, estate: Estate, job: JobView) -> list[Place]:
        return [("the protection group", group, group.group_type.at)
                for group in estate.groups_of(job)]


def runs(job: JobView, *agents: str) -> Truth:
    """Whether the computers of *job* are of one of these systems."""
    return job.agents.holds(lambda own: own in agents)
