"""How the views of one configuration lead to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from vbrprov.addrs import sort_key
from vbrprov.sdk.linking import Choice, Member, Pool
from vbrprov.sdk.rule import Truth
from vbrprov.sdk.views import (
    AccessKeyView,
    AccountView,
    AgentAccessView,
    BackupServerView,
    BucketView,
    CloudQuotaView,
    ContainerView,
    CredentialsView,
    Fact,
    FileRepositoryView,
    GrantView,
    JobView,
    ManagedPolicyView,
    ProtectionGroupView,
    RepositorySettingView,
    RepositoryView,
    RoleView,
    ScaleOutView,
    TierView,
    View,
)

W = TypeVar("W", bound=View)
AnyRepository = RepositoryView | FileRepositoryView | ScaleOutView


@dataclass(frozen=True, slots=True)
class Extent:
    """A repository as an extent; ``active`` unless it is sealed or in maintenance."""

    repository: RepositoryView
    sure: Truth
    active: Truth
    at: str


class EstateLinks:
    """All views by kind, and what their names, ids and references lead to."""

    def __init__(self, views: Iterable[View]) -> None:
        self.views = tuple(sorted(views, key=lambda view: sort_key(view.address)))
        self._storage: dict[str, Choice[BucketView | ContainerView]] = {}
        self._of: dict[type[View], tuple[View, ...]] = {}
        self._extents: dict[tuple[str, str, bool], tuple[Extent, ...]] = {}

    def of(self, kind: type[W]) -> tuple[W, ...]:
        """The views of one kind, by address."""
        if kind not in self._of:
            self._of[kind] = tuple(view for view in self.views if isinstance(view, kind))
        return cast("tuple[W, ...]", self._of[kind])

    @cached_property
    def repositories(self) -> tuple[RepositoryView, ...]:
        """All repositories, each once: a data source may show one that is managed here."""
        found: dict[str, RepositoryView] = {}
        for view in sorted(self.of(RepositoryView), key=lambda view: not view.managed):
            known = view.id.value if view.id.known else None
            found.setdefault(known if known and not view.managed else view.address, view)
            if known and view.managed:
                found[known] = view
        unique = {view.address: view for view in found.values()}
        return tuple(unique[address] for address in sorted(unique, key=sort_key))

    @cached_property
    def jobs(self) -> tuple[JobView, ...]:
        """All jobs, policies and copy jobs."""
        return self.of(JobView)

    @cached_property
    def agent_accesses(self) -> tuple[AgentAccessView, ...]:
        """All agent access settings."""
        return self.of(AgentAccessView)

    @cached_property
    def repository_pool(self) -> Pool[RepositoryView]:
        """All repositories."""
        return Pool(self.repositories, lambda view: view.id, made_by_server=True)

    @cached_property
    def destination_pool(self) -> Pool[RepositoryView | ScaleOutView]:
        """All that a job can write to."""
        both: list[RepositoryView | ScaleOutView] = [*self.repositories, *self.scale_outs]
        return Pool(both, lambda view: view.id, made_by_server=True)

    @cached_property
    def extent_pool(self) -> Pool[AnyRepository]:
        """All that an extent may lead to, by mistake too."""
        return Pool([*self.repositories, *self.scale_outs, *self.of(FileRepositoryView)],
                    lambda view: view.id, made_by_server=True)

    @cached_property
    def credentials_pool(self) -> Pool[CredentialsView]:
        """All cloud credentials."""
        return Pool(self.of(CredentialsView), lambda view: view.id, made_by_server=True)

    @cached_property
    def access_key_pool(self) -> Pool[AccessKeyView]:
        """All access keys."""
        return Pool(self.of(AccessKeyView), lambda view: view.id, made_by_server=True)

    @cached_property
    def managed_policy_pool(self) -> Pool[ManagedPolicyView]:
        """All policies that users refer to."""
        return Pool(self.of(ManagedPolicyView), lambda view: view.arn, made_by_server=True)

    @cached_property
    def role_pool(self) -> Pool[RoleView]:
        """All roles that are declared."""
        return Pool(self.of(RoleView), lambda view: view.name, made_by_server=False)

    def grants_of(self, key: AccessKeyView) -> Iterator[GrantView]:
        """What the user of an access key is allowed, as far as it is declared."""
        user = key.user
        name = user.value.value if user.value.known else None
        yield from self._grants.get(name, ()) if name is not None else ()
        for grant in self._grants.get(None, ()) if name is not None else self.of(GrantView):
            if not user.references.isdisjoint(grant.user.references):
                yield grant

    @cached_property
    def _grants(self) -> dict[str | None, list[GrantView]]:
        """Grants by the name of the user; under ``None`` where it is not known."""
        found: dict[str | None, list[GrantView]] = {}
        for grant in self.of(GrantView):
            fact = grant.user.value
            found.setdefault(fact.value if fact.known else None, []).append(grant)
        return found

    @cached_property
    def scale_outs(self) -> tuple[ScaleOutView, ...]:
        """All scale-out repositories."""
        return self.of(ScaleOutView)

    @cached_property
    def cloud_quotas(self) -> tuple[CloudQuotaView, ...]:
        """All cloud repositories that tenants are given."""
        return self.of(CloudQuotaView)

    @cached_property
    def servers(self) -> tuple[BackupServerView, ...]:
        """All backup servers that are declared."""
        return self.of(BackupServerView)

    @cached_property
    def bucket_pool(self) -> Pool[BucketView | ContainerView]:
        """All buckets and containers."""
        both: list[BucketView | ContainerView] = [*self.of(BucketView), *self.of(ContainerView)]
        return Pool(both, lambda view: view.name, made_by_server=False)

    @cached_property
    def group_pool(self) -> Pool[ProtectionGroupView]:
        """All protection groups."""
        return Pool(self.of(ProtectionGroupView), lambda view: view.id, made_by_server=True)

    @cached_property
    def account_pool(self) -> Pool[AccountView]:
        """All storage accounts."""
        return Pool(self.of(AccountView), lambda view: view.name, made_by_server=False)

    def storage_of(self, repository: RepositoryView) -> Choice[BucketView | ContainerView]:
        """The bucket or container of *repository*, as far as it is declared."""
        if repository.address not in self._storage:
            self._storage[repository.address] = self._find_storage(repository)
        return self._storage[repository.address]

    def _find_storage(self, repository: RepositoryView) -> Choice[BucketView | ContainerView]:
        if not repository.storage_family:
            return Choice()
        referenced = self.bucket_pool.referenced(repository.storage.references)

        def fits(storage: BucketView | ContainerView) -> bool:
            if not _same_kind(repository.storage_family, storage.family):
                return False
            # An S3-compatible store may be declared with the provider for Amazon, and an Amazon
            # bucket be used through the S3-compatible dialog; names alone do not show that.
            if storage.family != repository.storage_family and storage not in referenced:
                return False
            return not (isinstance(storage, BucketView)
                        and _differ(storage.endpoint, repository.endpoint))

        choice = self.bucket_pool.resolve(repository.storage).only(fits)
        families = {option.family for option in choice.options}
        managed = tuple(twin for twin in self.bucket_pool.named(repository.storage.value)
                        if twin.managed and twin.family in families and _same_kind(
                            repository.storage_family, twin.family)
                        and any(self._may_be_one(twin, option) for option in choice.options))
        # A data source that reads a bucket of ours shows it as it was before the plan.
        ours = tuple(option for option in choice.options if option.managed) or managed
        return Choice(ours, choice.open) if managed and not choice.open else choice

    def _may_be_one(self, one: BucketView | ContainerView,
                    other: BucketView | ContainerView) -> bool:
        """Whether two views of one name may show the same: containers, not in two accounts."""
        if not (isinstance(one, ContainerView) and isinstance(other, ContainerView)):
            return True
        left, right = self.account_of(one), self.account_of(other)
        if left.open or right.open or not (left.options and right.options):
            return not _differ(one.account.value, other.account.value)
        names = {option.name.value for option in left.options}
        return any(option.name.value in names for option in right.options)

    def account_of(self, container: ContainerView) -> Choice[AccountView]:
        """The storage account of *container*, as far as it is declared."""
        return self.account_pool.resolve(container.account)

    def account_of_repository(self, repository: RepositoryView) -> Choice[AccountView]:
        """The storage account below *repository*: that of its container, as far as declared."""
        found: dict[str, AccountView] = {}
        choice = self.storage_of(repository)
        unsure = choice.open
        for storage in choice.options:
            if isinstance(storage, ContainerView):
                account = self.account_of(storage)
                unsure = unsure or account.open
                found |= {option.address: option for option in account.options}
        return Choice(tuple(found.values()), unsure)

    def extents(self, scale_out: ScaleOutView) -> tuple[tuple[RepositoryView, Truth], ...]:
        """The performance extents of *scale_out*, as far as they are declared."""
        return tuple((extent.repository, extent.sure)
                     for extent in self.tier_extents(scale_out, scale_out.performance))

    def tier_extents(self, scale_out: ScaleOutView, tier: TierView) -> tuple[Extent, ...]:
        """The extents of one tier of *scale_out*, as far as they are declared."""
        key = (scale_out.address, tier.at, tier is scale_out.former)
        if key not in self._extents:
            self._extents[key] = self._find_extents(scale_out, tier)
        return self._extents[key]

    def _find_extents(self, scale_out: ScaleOutView, tier: TierView) -> tuple[Extent, ...]:
        found = {m.view.address: _extent(m.view, m, tier)
                 for m in self.tier_members(tier) if isinstance(m.view, RepositoryView)}
        if not tier.complete:
            named = self.repository_pool.referenced(scale_out.instance.references.get(
                tier.at.partition(".")[0], frozenset()))
            for option in named or self.repositories:
                found.setdefault(option.address, Extent(option, Truth.UNKNOWN, Truth.UNKNOWN,
                                                        tier.at))
        return tuple(found[address] for address in sorted(found, key=sort_key))

    def tier_members(self, tier: TierView) -> tuple[Member[AnyRepository], ...]:
        """All that the extents of *tier* lead to, whether it can be one or not."""
        return self.extent_pool.resolve_all(extent.repository for extent in tier.extents)

    def credentials_hold(self, repository: RepositoryView,
                         condition: Callable[[CredentialsView], Truth]) -> Truth:
        """Whether *condition* holds for the credentials of *repository*.

        ``NO`` where it has none; not known where they are not declared.
        """
        link = repository.credentials
        if link.value.known and link.value.value is None:
            return Truth.NO
        choice = self.credentials_pool.resolve(link)
        return choice.holds(condition) if choice.options else Truth.UNKNOWN

    def access_of(self, repository: RepositoryView) -> tuple[tuple[AgentAccessView, Truth], ...]:
        """The agent access settings made for *repository*, or perhaps made for it."""
        found = []
        for access in self.agent_accesses:
            sure = self.repository_pool.resolve(access.repository).leads_to(repository)
            if sure is not Truth.NO:
                found.append((access, sure))
        return tuple(found)

    def settings_of(self, repository: RepositoryView,
                    ) -> tuple[tuple[RepositorySettingView, Truth], ...]:
        """What objects of their own set on *repository*, or perhaps on it."""
        # One that may be for any repository is for one of its own family.
        return tuple(
            (setting, certain) for setting, certain in self._settings.get(repository.address, ())
            if certain is Truth.YES or setting.family.equals(repository.family) is not Truth.NO)

    @cached_property
    def _settings(self) -> dict[str, list[tuple[RepositorySettingView, Truth]]]:
        found: dict[str, list[tuple[RepositorySettingView, Truth]]] = {}
        for setting in self.of(RepositorySettingView):
            choice = self.repository_pool.resolve(setting.repository)
            for option in choice.options:
                found.setdefault(option.address, []).append((setting, choice.sure))
        return found


def _extent(repository: RepositoryView, member: Member[AnyRepository], tier: TierView) -> Extent:
    modes = [tier.extents[index].mode.planned for index in member.links]
    active = {mode.holds(lambda own: own == "normal", absent=True) for mode in modes}
    places = [tier.extents[index].at for index in member.links]
    return Extent(repository, member.sure, active.pop() if len(active) == 1 else Truth.UNKNOWN,
                  places[0] if len(places) == 1 else tier.at)


def _same_kind(wanted: str, family: str) -> bool:
    return wanted == family or {wanted, family} == {"amazon", "s3c"}


def _differ(left: Fact[str], right: Fact[str]) -> bool:
    if not (left.known and right.known and left.value and right.value):
        return False
    return _host(left.value) != _host(right.value)


def _host(endpoint: str) -> str:
    return endpoint.partition("://")[2].rstrip("/").lower() or endpoint.rstrip("/").lower()
