"""The estate: all views of one configuration, linked, and what rules derive from the links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from vbrprov.addrs import sort_key
from vbrprov.sdk.linking import Choice, Pool
from vbrprov.sdk.rule import Truth
from vbrprov.sdk.views import (
    AccountView,
    AgentAccessView,
    BucketView,
    ContainerView,
    Fact,
    JobView,
    Link,
    Origin,
    ProtectionGroupView,
    RepositoryView,
    ScaleOutView,
    View,
)

W = TypeVar("W", bound=View)

#: How many repositories a message names.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Use:
    """A repository that keeps its data in a storage; ``sure`` is not ``NO``."""

    repository: RepositoryView
    sure: Truth


@dataclass(frozen=True, slots=True)
class StorageInUse:
    """A bucket or container and the repositories that use it."""

    storage: BucketView | ContainerView
    uses: tuple[Use, ...]

    @property
    def sure(self) -> Truth:
        """Whether a repository uses it."""
        return Truth.any(use.sure for use in self.uses)

    @property
    def repositories(self) -> tuple[RepositoryView, ...]:
        """The repositories that use it, or may."""
        return tuple(use.repository for use in self.uses)

    @property
    def named(self) -> tuple[RepositoryView, ...]:
        """The repositories to name in a message: those that use it, else some that may."""
        sure = tuple(use.repository for use in self.uses if use.sure is Truth.YES)
        return (sure or self.repositories)[:_NAMED]

    @property
    def users(self) -> str:
        """The same as words."""
        named, certain = self.named, self.sure
        rest = sum(use.sure is certain for use in self.uses) - len(named)
        names = [repository.address for repository in named]
        names += [f"{rest} more"] if rest > 0 else []
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True, slots=True)
class Target:
    """A repository that a job writes to, itself or as an extent of *through*."""

    repository: RepositoryView
    through: ScaleOutView | None
    sure: Truth


class Estate:
    """All views, and what follows from them. Everything derived is computed once."""

    def __init__(self, views: Iterable[View]) -> None:
        self.views = tuple(sorted(views, key=lambda view: sort_key(view.address)))
        self._storage: dict[str, Choice[BucketView | ContainerView]] = {}
        self._targets: dict[str, tuple[Target, ...]] = {}

    def of(self, kind: type[W]) -> tuple[W, ...]:
        """The views of one kind, by address."""
        return tuple(view for view in self.views if isinstance(view, kind))

    @cached_property
    def repositories(self) -> tuple[RepositoryView, ...]:
        """All repositories."""
        return self.of(RepositoryView)

    @cached_property
    def jobs(self) -> tuple[JobView, ...]:
        """All jobs, policies and copy jobs."""
        return self.of(JobView)

    @cached_property
    def _repository_pool(self) -> Pool[RepositoryView]:
        return Pool(self.repositories, lambda view: view.id, made_by_server=True)

    @cached_property
    def _destination_pool(self) -> Pool[RepositoryView | ScaleOutView]:
        both: list[RepositoryView | ScaleOutView] = [*self.repositories, *self.of(ScaleOutView)]
        return Pool(both, lambda view: view.id, made_by_server=True)

    @cached_property
    def _bucket_pool(self) -> Pool[BucketView | ContainerView]:
        both: list[BucketView | ContainerView] = [*self.of(BucketView), *self.of(ContainerView)]
        return Pool(both, lambda view: view.name, made_by_server=False)

    @cached_property
    def _group_pool(self) -> Pool[ProtectionGroupView]:
        return Pool(self.of(ProtectionGroupView), lambda view: view.id, made_by_server=True)

    @cached_property
    def _account_pool(self) -> Pool[AccountView]:
        return Pool(self.of(AccountView), lambda view: view.name, made_by_server=False)

    def storage_of(self, repository: RepositoryView) -> Choice[BucketView | ContainerView]:
        """The bucket or container of *repository*, as far as it is declared."""
        if repository.address not in self._storage:
            self._storage[repository.address] = self._find_storage(repository)
        return self._storage[repository.address]

    def _find_storage(self, repository: RepositoryView) -> Choice[BucketView | ContainerView]:
        if not repository.storage_family:
            return Choice()
        referenced = self._bucket_pool.referenced(repository.storage.references)

        def fits(storage: BucketView | ContainerView) -> bool:
            if not _same_kind(repository.storage_family, storage.family):
                return False
            # An S3-compatible store may be declared with the provider for Amazon, and an Amazon
            # bucket be used through the S3-compatible dialog; names alone do not show that.
            if storage.family != repository.storage_family and storage not in referenced:
                return False
            return not (isinstance(storage, BucketView)
                        and _differ(storage.endpoint, repository.endpoint))

        choice = self._bucket_pool.resolve(repository.storage).only(fits)
        families = {option.family for option in choice.options}
        managed = tuple(twin for twin in self._bucket_pool.named(repository.storage.value)
                        if twin.managed and twin.family in families and _same_kind(
                            repository.storage_family, twin.family))
        # A data source that reads a bucket of ours shows it as it was before the plan.
        ours = tuple(option for option in choice.options if option.managed) or managed
        return Choice(ours, choice.open) if managed and not choice.open else choice

    @cached_property
    def _in_use(self) -> tuple[StorageInUse, ...]:
        uses: dict[str, list[Use]] = {}
        for repository in self.repositories:
            choice = self.storage_of(repository)
            for storage in choice.options:
                uses.setdefault(storage.address, []).append(Use(repository, choice.sure))
        return tuple(StorageInUse(storage, tuple(uses[storage.address]))
                     for storage in self._bucket_pool.views if storage.address in uses)

    def storage_in_use(self) -> Iterator[StorageInUse]:
        """Each bucket and container that a repository uses, or may use."""
        return iter(self._in_use)

    def account_of(self, container: ContainerView) -> Choice[AccountView]:
        """The storage account of *container*, as far as it is declared."""
        return self._account_pool.resolve(container.account)

    def extents(self, scale_out: ScaleOutView) -> tuple[tuple[RepositoryView, Truth], ...]:
        """The performance extents of *scale_out*, as far as they are declared."""
        found: dict[str, tuple[RepositoryView, Truth]] = {}
        loose: list[Link] = []
        for link in scale_out.performance_extents:
            choice = self._repository_pool.resolve(link)
            if len(choice.options) == 1 and not choice.open:
                found[choice.options[0].address] = (choice.options[0], Truth.YES)
            else:
                loose.append(link)
        for link in loose:
            choice = self._repository_pool.resolve(link)
            rest = [option for option in choice.options if option.address not in found]
            # References are known for all extents together, not for each: as many extents as
            # there are repositories left to be one means that each of them is.
            sure = Truth.of(not choice.open and len(rest) <= len(loose)) | Truth.UNKNOWN
            for option in rest:
                found.setdefault(option.address, (option, sure))
        if not scale_out.complete:
            named = self._repository_pool.referenced(
                scale_out.instance.references.get("performance_extent", frozenset()))
            for option in named or self.repositories:
                found.setdefault(option.address, (option, Truth.UNKNOWN))
        return tuple(found[address] for address in sorted(found, key=sort_key))

    def object_extents(self, scale_out: ScaleOutView) -> tuple[tuple[RepositoryView, Truth], ...]:
        """Performance extents in object storage; every declared repository type is."""
        return self.extents(scale_out)

    def targets(self, job: JobView) -> tuple[Target, ...]:
        """The repositories that *job* writes to, seen through scale-out repositories."""
        if job.address not in self._targets:
            choice = self._destination_pool.resolve(job.target)
            found: list[Target] = []
            for option in choice.options:
                if isinstance(option, RepositoryView):
                    found.append(Target(option, None, choice.sure))
                else:
                    found += [Target(extent, option, choice.sure & certain)
                              for extent, certain in self.extents(option)]
            self._targets[job.address] = tuple(found)
        return self._targets[job.address]

    def target_holds(self, job: JobView, condition: Callable[[RepositoryView], Truth]) -> Truth:
        """Whether *condition* holds for a repository that *job* writes to."""
        def of_option(option: RepositoryView | ScaleOutView) -> Truth:
            if isinstance(option, RepositoryView):
                return condition(option)
            return Truth.any(sure & condition(extent) for extent, sure in self.extents(option))

        return self._destination_pool.resolve(job.target).holds(of_option)

    def jobs_of(self, repository: RepositoryView) -> Iterator[tuple[JobView, Truth]]:
        """The jobs that write to *repository*, or may."""
        for job in self.jobs:
            sure = Truth.any(target.sure for target in self.targets(job)
                             if target.repository is repository)
            if sure is not Truth.NO:
                yield job, sure

    def mutable(self, repository: RepositoryView) -> Truth:
        """Whether data can be changed before their time; vault immutability cannot be off."""
        if repository.family == "vault":
            return Truth.NO
        return ~repository.immutability_enabled.is_true

    def access_of(self, repository: RepositoryView) -> tuple[tuple[AgentAccessView, Truth], ...]:
        """The agent access settings made for *repository*, or perhaps made for it."""
        found = []
        for access in self.of(AgentAccessView):
            sure = self._repository_pool.resolve(access.repository).leads_to(repository)
            if sure is not Truth.NO:
                found.append((access, sure))
        return tuple(found)

    def path(self, job: JobView, repository: RepositoryView) -> Fact[str]:
        """How the data of *job* reach *repository*: direct or gateway.

        Cloud machines always write directly; on S3-compatible storage the agent access setting
        wins over the mode of the repository.
        """
        cloud = Truth.any(
            self._group_pool.resolve(link).holds(lambda g: g.group_type.equals("cloud_machines"))
            for link in job.groups)
        if cloud is Truth.YES:
            return Fact("direct", origin=Origin.PLANNED)
        if cloud is Truth.UNKNOWN:
            return Fact.unknown()
        if repository.family != "s3c":
            return repository.connection_mode
        access = self.access_of(repository)
        if not access:
            return Fact("gateway")
        if any(sure is not Truth.YES for _, sure in access) or not access[0][0].mode.known:
            return Fact.unknown()
        mode = access[0][0].mode.value
        return repository.connection_mode if mode in ("shared", "iam_sts") else Fact("gateway")


def _same_kind(wanted: str, family: str) -> bool:
    return wanted == family or {wanted, family} == {"amazon", "s3c"}


def _differ(left: Fact[str], right: Fact[str]) -> bool:
    if not (left.known and right.known and left.value and right.value):
        return False
    return _host(left.value) != _host(right.value)


def _host(endpoint: str) -> str:
    return endpoint.partition("://")[2].rstrip("/").lower() or endpoint.rstrip("/").lower()
