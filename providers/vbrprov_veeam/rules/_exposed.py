"""Rules on repositories that tenants of a service provider are given space in."""

from __future__ import annotations

import abc
from collections.abc import Iterator

from vbrprov.sdk import CloudQuotaView, Estate, Finding, RepositoryView, Rule, Truth
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._targets import Place


class ExposedRule(Rule):
    """A cloud repository must not keep its data in a repository for which a condition holds."""

    @abc.abstractmethod
    def condition(self, estate: Estate, repository: RepositoryView) -> Truth:
        """Whether *repository* must not be, or be part of, a cloud repository."""

    @abc.abstractmethod
    def trait(self, repository: RepositoryView) -> str:
        """What is wrong with *repository*, after its name: ``is cool storage``."""

    def places(self, estate: Estate, repository: RepositoryView) -> list[Place]:
        """Further places."""
        return [("the repository", repository, repository.connection_mode.at)]

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository with the tenants that are given space in it."""
        for repository in estate.repositories:
            quotas = estate.exposures(repository)
            condition = self.condition(estate, repository) if quotas else Truth.NO
            for quota, sure in quotas:
                yield from self._judge(estate, repository, quota, sure & condition)

    def _judge(self, estate: Estate, repository: RepositoryView, quota: CloudQuotaView,
               violated: Truth) -> Iterator[Finding]:
        if violated is not Truth.NO:
            said = (f"{quota.address} gives a tenant space in {repository.address}, which "
                    f"{self.trait(repository)}")
            places = self.places(estate, repository)
            yield self.finding(
                violated, quota, told(violated, said), at=quota.repository.value.at,
                key=repository.address, related=places,
                involves=[repository, *(view for _, view, _ in places)])
