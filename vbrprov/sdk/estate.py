"""The estate: all views of one configuration, linked, and what rules derive from the links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from vbrprov.addrs import sort_key
from vbrprov.sdk.estate_links import EstateLinks, Extent
from vbrprov.sdk.linking import Choice, Member
from vbrprov.sdk.rule import Truth
from vbrprov.sdk.views import (
    BucketView,
    CloudQuotaView,
    ContainerView,
    Fact,
    JobKind,
    JobView,
    ProtectionGroupView,
    RepositoryView,
    ScaleOutView,
    TierView,
    View,
)

#: Agent access with which computers have keys of their own, or the repository's.
SHARED_KEYS = ("shared_credentials", "iam_sts")
#: Types whose blocks stay immutable for 30 days more at once.
_LONG_GENERATION = frozenset({"amazon_s3", "google_cloud", "ibm_cloud", "eleven_eleven"})
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


class _Groups(NamedTuple):
    """The protection groups of a job: what they are, and the links that may lead to several."""

    members: tuple[tuple[ProtectionGroupView, Truth], ...]
    choices: tuple[Choice[ProtectionGroupView], ...]


class Estate(EstateLinks):
    """All views, and what follows from them. Everything derived is computed once."""

    def __init__(self, views: Iterable[View]) -> None:
        super().__init__(views)
        self._targets: dict[str, tuple[Target, ...]] = {}
        self._destinations: dict[str, Choice[RepositoryView | ScaleOutView]] = {}
        self._paths: dict[tuple[str, str], Fact[str]] = {}
        self._groups: dict[str, _Groups] = {}

    @cached_property
    def _in_use(self) -> tuple[StorageInUse, ...]:
        uses: dict[str, list[Use]] = {}
        for repository in self.repositories:
            choice = self.storage_of(repository)
            for storage in choice.options:
                uses.setdefault(storage.address, []).append(Use(repository, choice.sure))
        return tuple(StorageInUse(storage, tuple(uses[storage.address]))
                     for storage in self.bucket_pool.views if storage.address in uses)

    def storage_in_use(self) -> Iterator[StorageInUse]:
        """Each bucket and container that a repository uses, or may use."""
        return iter(self._in_use)

    def object_extents(self, scale_out: ScaleOutView) -> tuple[tuple[RepositoryView, Truth], ...]:
        """Performance extents in object storage; every declared repository type is."""
        return self.extents(scale_out)

    def scale_outs_of(self,
                      repository: RepositoryView) -> tuple[tuple[ScaleOutView, Truth], ...]:
        """The scale-out repositories that *repository* is, or may be, a performance extent of."""
        return self._memberships.get(repository.address, ())

    @cached_property
    def _memberships(self) -> dict[str, tuple[tuple[ScaleOutView, Truth], ...]]:
        found: dict[str, tuple[tuple[ScaleOutView, Truth], ...]] = {}
        for scale_out in self.scale_outs:
            for extent, sure in self.extents(scale_out):
                found[extent.address] = (*found.get(extent.address, ()), (scale_out, sure))
        return found

    def destination(self, job: JobView) -> Choice[RepositoryView | ScaleOutView]:
        """What *job* names as its target."""
        found = self._destinations.get(job.address)
        if found is None:
            found = self._destinations[job.address] = self.destination_pool.resolve(job.target)
        return found

    def targets(self, job: JobView) -> tuple[Target, ...]:
        """The repositories that *job* writes to, seen through scale-out repositories."""
        if job.address not in self._targets:
            choice = self.destination(job)
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

        return self.destination(job).holds(of_option)

    def jobs_of(self, repository: RepositoryView) -> Iterator[tuple[JobView, Truth]]:
        """The jobs that write to *repository*, or may."""
        return iter(self._writers.get(repository.address, ()))

    @cached_property
    def _writers(self) -> dict[str, list[tuple[JobView, Truth]]]:
        found: dict[str, list[tuple[JobView, Truth]]] = {}
        for job in self.jobs:
            sure: dict[str, Truth] = {}
            for target in self.targets(job):
                address = target.repository.address
                sure[address] = sure.get(address, Truth.NO) | target.sure
            for address, certain in sure.items():
                if certain is not Truth.NO:
                    found.setdefault(address, []).append((job, certain))
        return found

    def tiers(self) -> Iterator[tuple[ScaleOutView, TierView, tuple[Extent, ...]]]:
        """Each tier of each scale-out repository with its extents."""
        for scale_out in self.scale_outs:
            for tier in scale_out.tiers:
                yield scale_out, tier, self.tier_extents(scale_out, tier)

    def exposures(self,
                  repository: RepositoryView) -> tuple[tuple[CloudQuotaView, Truth], ...]:
        """The cloud repositories that *repository* is, or may be, itself or as an extent."""
        return self._exposures.get(repository.address, ())

    def exposed(self, repository: RepositoryView) -> Truth:
        """Whether tenants of a service provider are given space in *repository*."""
        return Truth.any(sure for _, sure in self.exposures(repository))

    @cached_property
    def _exposures(self) -> dict[str, tuple[tuple[CloudQuotaView, Truth], ...]]:
        found: dict[str, dict[str, tuple[CloudQuotaView, Truth]]] = {}
        for quota in self.cloud_quotas:
            choice = self.destination_pool.resolve(quota.repository)
            for option in choice.options:
                below = ([(option, Truth.YES)] if isinstance(option, RepositoryView)
                         else self.extents(option))
                for repository, sure in below:
                    known = found.setdefault(repository.address, {})
                    before = known.get(quota.address, (quota, Truth.NO))[1]
                    known[quota.address] = (quota, before | (choice.sure & sure))
        return {address: tuple(known.values()) for address, known in found.items()}

    def block_generation(self, repository: RepositoryView) -> int:
        """By how many days blocks in use stay immutable at once; https://helpcenter.veeam.com/docs/vbr/userguide/immutability_block_generation.html."""
        return 30 if repository.type in _LONG_GENERATION else 10

    def own_tier(self, repository: RepositoryView) -> Fact[str]:
        """The storage class that the settings of *repository* name."""
        tier = repository.tier
        for setting, sure in self.settings_of(repository):
            if setting.tier.known and setting.tier.value is None:
                continue
            if sure is not Truth.YES or not setting.tier.known:
                return Fact.unknown()
            tier = Fact(setting.tier.value)
        return tier

    def has_helper(self, repository: RepositoryView) -> Truth:
        """Whether *repository* has a helper appliance."""
        return repository.helper.is_true | Truth.any(
            sure & setting.helper.is_true for setting, sure in self.settings_of(repository))

    def effective_tier(self, repository: RepositoryView) -> Fact[str]:
        """The access tier that backups really get.

        What a hot repository writes to an Azure account that is cool by default becomes cool;
        https://helpcenter.veeam.com/docs/vbr/userguide/azure_limitations.html.
        """
        own = self.own_tier(repository)
        if repository.family != "azure" or (own.known and own.value == "cool"):
            return own
        choice = self.account_of_repository(repository)
        cool = choice.holds(lambda account: account.access_tier.holds(
            lambda tier: tier.lower() in ("cool", "cold")))
        if cool is Truth.NO:
            return own
        if cool is Truth.UNKNOWN:
            return Fact.unknown()
        tier = choice.options[0].access_tier
        return Fact((tier.value or "").lower())

    def agents_use(self, repository: RepositoryView) -> Truth:
        """Whether a job or policy of agents writes to *repository*."""
        return Truth.any(sure for job, sure in self.jobs_of(repository)
                         if job.kind is not JobKind.COPY)

    def written_directly(self, repository: RepositoryView, *, policies: bool = False) -> Truth:
        """Whether agents write to *repository* directly; with *policies*, those of a policy."""
        kinds = (JobKind.POLICY,) if policies else (JobKind.JOB, JobKind.POLICY)
        return Truth.any(sure & self.path(job, repository).equals("direct")
                         for job, sure in self.jobs_of(repository) if job.kind in kinds)

    def mutable(self, repository: RepositoryView) -> Truth:
        """Whether data can be changed before their time; vault immutability cannot be off."""
        if repository.family == "vault":
            return Truth.NO
        return ~repository.immutability_enabled.is_true

    def group_members(self, job: JobView) -> tuple[Member[ProtectionGroupView], ...]:
        """The protection groups of *job*, as far as they are declared, and how sure each is."""
        return self.group_pool.resolve_all(job.groups)

    def groups_of(self, job: JobView) -> tuple[ProtectionGroupView, ...]:
        """The protection groups of *job*, as far as they are declared, and those it may have."""
        found = {group.address: group for link in job.groups
                 for group in self.group_pool.resolve(link).options}
        return tuple(found[address] for address in sorted(found, key=sort_key))

    def group_holds(self, job: JobView, condition: Callable[[ProtectionGroupView], Truth]) -> Truth:
        """Whether *condition* holds for a protection group of *job*."""
        if not job.groups:
            return Truth.NO
        groups = self._groups.get(job.address)
        if groups is None:
            groups = self._groups[job.address] = self._find_groups(job)
        found = Truth.any(sure & condition(group) for group, sure in groups.members)
        if found is Truth.YES:
            return found
        # One of several, all of which are alike, is so whichever it is.
        return found | Truth.any(choice.holds(condition) for choice in groups.choices)

    def _find_groups(self, job: JobView) -> _Groups:
        pool = self.group_pool
        choices = [pool.resolve(link) for link in job.groups]
        return _Groups(tuple((member.view, member.sure) for member in self.group_members(job)),
                       tuple(choice for choice in choices if choice.sure is not Truth.YES))

    def group_type_is(self, job: JobView, group_type: str) -> Truth:
        """Whether *job* has a protection group of a type."""
        return self.group_holds(job, lambda group: group.group_type.equals(group_type))

    def path(self, job: JobView, repository: RepositoryView) -> Fact[str]:
        """How the data of *job* reach *repository*: direct or gateway.

        Cloud machines always write directly; on S3-compatible storage the agent access setting
        wins over the mode of the repository.
        """
        key = (job.address, repository.address)
        if key not in self._paths:
            self._paths[key] = self._path(job, repository)
        return self._paths[key]

    def _path(self, job: JobView, repository: RepositoryView) -> Fact[str]:
        cloud = self.group_type_is(job, "cloud_machines")
        if cloud is Truth.YES:
            return Fact("direct")
        other = self._path_of_others(repository)
        return other if cloud is Truth.NO or other.value == "direct" else Fact.unknown()

    def _path_of_others(self, repository: RepositoryView) -> Fact[str]:
        """How the data of computers that are no cloud machines reach *repository*."""
        if repository.family != "s3c" or repository.connection_mode.value == "gateway":
            return repository.connection_mode
        access = self.access_of(repository)
        # A repository has one such setting, so what may be another's is not its.
        own = [view for view, sure in access if sure is Truth.YES]
        modes = [view.mode for view in own] or [view.mode for view, _ in access]
        ways = {repository.connection_mode if mode.value in SHARED_KEYS else Fact("gateway")
                if mode.known else Fact.unknown() for mode in modes}
        if not own:
            ways.add(Fact("gateway"))
        return ways.pop() if len(ways) == 1 else Fact.unknown()
