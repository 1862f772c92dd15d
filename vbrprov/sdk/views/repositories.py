"""Repositories, what is set for them, and scale-out repositories."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from vbrprov.sdk.views.base import UNREAD, UNSET, Facet, Fact, Link, View


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RepositoryView(View):
    """An object storage repository of VBR.

    ``family`` is amazon, s3c, google, azure, vault, device or archive; ``storage_family`` the
    family of the bucket or container below it, empty where there is none to declare.
    ``connection_mode`` is direct or gateway. An element of ``gateway_ids`` that is not known yet is
    ``None``; ``gateways_asked``: configuration names them. ``tier`` is the storage class or access
    tier that it writes to: standard, infrequent, one_zone, nearline, coldline, hot, cool, cold,
    archive, glacier, deep_archive; not set where the repository does not say. ``vendor`` is who
    makes an S3-compatible store. ``auto_provision``: it makes buckets of its own. ``account`` leads
    to an Azure storage account, ``helper`` says whether there is a helper appliance,
    ``mount_server`` whether it names one. ``takes_over``: it takes its folder from another backup
    server. ``imports``: it takes over the backups in its folder. ``mode`` is not set, or sealed or
    maintenance for one that is no extent.
    """

    type: str
    family: str
    storage_family: str
    id: Fact[str]
    name: Fact[str]
    connection_mode: Fact[str]
    gateway_ids: Fact[tuple[str | None, ...]]
    storage: Link
    folder: Fact[str]
    immutability_enabled: Fact[bool]
    immutability_days: Fact[int]
    credentials: Link
    endpoint: Fact[str]
    gateways_asked: bool = False
    #: The connection mode over time.
    connection: Facet[str] = UNREAD
    #: What is said of immutability itself, where the family leaves no choice.
    immutability_switch: Fact[bool] = UNSET
    immutability_mode: Fact[str] = UNSET
    tier: Fact[str] = UNSET
    vendor: Fact[str] = UNSET
    auto_provision: Fact[bool] = UNSET
    helper: Fact[bool] = UNSET
    mount_server: Fact[bool] = UNSET
    task_limit: Fact[int] = UNSET
    account: Link = field(default_factory=Link)
    #: Whether it makes buckets of its own, over time.
    provisioning: Facet[bool] = UNREAD
    takes_over: Fact[bool] = UNSET
    imports: Fact[bool] = UNSET
    mode: Fact[str] = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FileRepositoryView(View):
    """A repository that is no object storage. ``type`` is the server's word for what it is."""

    id: Fact[str]
    type: Fact[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FolderInUseView(View):
    """A folder that a repository of some backup server uses, as a data source shows it."""

    family: str
    storage: Fact[str]
    folder: Fact[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacesView(View):
    """The buckets or containers that a backup server sees with some credentials."""

    credentials: Link
    names: Fact[tuple[str | None, ...]]


class ExtentView(msgspec.Struct, frozen=True):
    """One extent of a tier. ``mode`` is normal, sealed or maintenance; ``at`` is its place."""

    repository: Link
    at: str
    mode: Facet[str] = Facet(Fact("normal"))


class TierView(msgspec.Struct, frozen=True):
    """A tier of a scale-out repository; not ``complete`` when it may have more extents.

    ``name`` is performance, capacity or archive, ``at`` the path of its extents.
    """

    name: str
    at: str
    extents: tuple[ExtentView, ...] = ()
    complete: bool = True
    encrypted: Fact[bool] = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RepositorySettingView(View):
    """What an object of its own sets on a repository of ``family``.

    ``tier`` is the storage class that backups go to, not set when it says nothing of it;
    ``helper`` says whether it gives the repository a helper appliance, which works with the
    ``credentials``.
    """

    repository: Link
    family: Fact[str]
    tier: Fact[str] = UNSET
    helper: Fact[bool] = UNSET
    credentials: Link = field(default_factory=Link)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleOutView(View):
    """A scale-out repository. ``former`` is its performance tier as it is now."""

    id: Fact[str]
    performance: TierView
    capacity: TierView
    archive: TierView
    former: TierView

    @property
    def tiers(self) -> tuple[TierView, ...]:
        """The three tiers."""
        return self.performance, self.capacity, self.archive


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloudQuotaView(View):
    """Space in a repository for a tenant of a service provider: a cloud repository."""

    repository: Link
