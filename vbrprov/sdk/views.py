"""Neutral views: what guardrails see of storage, repositories and jobs, whoever provides them.

Each provider projects its resource types and data sources into these. A view shows the end state;
where a rule needs more (what is live, what was recorded), the view says so.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from vbrprov.diag import SourceRange
from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.rule import Truth

T = TypeVar("T")
#: Actions that write to an object that is there afterwards.
WRITES = frozenset({"create", "update", "replace"})


class Origin(enum.Enum):
    """Where the value of a fact comes from."""

    DECLARED = "declared"
    PLANNED = "planned"
    LIVE = "live"


# Without slots: Fact[str](...) could not be written then.
@dataclass(frozen=True)
class Fact(Generic[T]):
    """One value: known (``None`` means that it is not set) or not.

    ``at`` is its attribute path, which leads to its place in the source. ``missing`` says, as a
    sentence, what would make an unreadable value readable; it is empty for a value that becomes
    known by itself.
    """

    value: T | None = None
    known: bool = True
    origin: Origin = Origin.PLANNED
    at: str = ""
    missing: str = ""
    sensitive: bool = False

    @classmethod
    def unknown(cls, missing: str = "", at: str = "") -> Fact[T]:
        """A fact whose value is not known."""
        return cls(None, False, Origin.PLANNED, at, missing)

    def holds(self, test: Callable[[T], bool], absent: bool = False) -> Truth:
        """Whether *test* holds for the value; *absent* is the answer when it is not set."""
        if not self.known:
            return Truth.UNKNOWN
        return Truth.of(absent if self.value is None else test(self.value))

    def equals(self, value: T) -> Truth:
        """Whether it has this value."""
        return self.holds(lambda own: own == value)

    @property
    def is_true(self) -> Truth:
        """Whether a flag is set."""
        return self.holds(bool)

    @property
    def shown(self) -> str:
        """The value for a message."""
        if self.sensitive:
            return "(sensitive)"
        if not self.known:
            return "(known after apply)" if not self.missing else "(not readable)"
        return "not set" if self.value is None else json.dumps(self.value, ensure_ascii=False)


#: Facts that say nothing; shared, since they cannot change.
UNKNOWN: Final[Any] = Fact.unknown()
UNSET: Final[Any] = Fact()


@dataclass(frozen=True)
class Facet(Generic[T]):
    """A setting over time: as it will be, as it is now, as it was when last recorded.

    ``changed`` is whether this plan changes it. ``live`` and ``recorded`` are not known where
    nothing was read or recorded.
    """

    planned: Fact[T]
    live: Fact[T] = UNKNOWN
    recorded: Fact[T] = UNKNOWN
    changed: Truth = Truth.NO

    @property
    def drifted(self) -> Truth:
        """Whether it changed outside since it was recorded; ``NO`` when nothing was recorded."""
        if not self.recorded.known:
            return Truth.NO
        if not self.live.known:
            return Truth.UNKNOWN
        return Truth.of(self.live.value != self.recorded.value)

    @property
    def restored(self) -> Truth:
        """Whether the plan brings back what was recorded."""
        if not (self.recorded.known and self.planned.known):
            return Truth.NO if not self.recorded.known else Truth.UNKNOWN
        return self.drifted & Truth.of(self.planned.value == self.recorded.value)


#: A setting of which nothing is known.
UNREAD: Final[Any] = Facet(UNKNOWN)


@dataclass(frozen=True, slots=True)
class Link:
    """What should lead to another object: its name or id, and the addresses it is built from."""

    value: Fact[str] = UNSET
    references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Base of all views. ``instance`` gives places and actions; rules read a view's own fields."""

    instance: InstanceFacts

    @property
    def address(self) -> str:
        """The address of the instance."""
        return self.instance.address

    @property
    def managed(self) -> bool:
        """Whether it is a resource; a data source only reads."""
        return self.instance.mode == "managed"

    @property
    def existed(self) -> bool:
        """Whether the object was there before this plan."""
        return self.instance.action != "create"

    @property
    def anew(self) -> bool:
        """Whether this plan makes the object."""
        return self.instance.action in ("create", "replace")

    @property
    def leaves(self) -> bool:
        """Whether it is destroyed or forgotten."""
        return self.instance.planned is None

    def range_of(self, path: str) -> SourceRange | None:
        """The place of an attribute, or of the nearest thing around it."""
        return self.instance.range_of(path)


@dataclass(frozen=True, slots=True)
class LifecycleRuleView:
    """One rule by which a store expires or moves objects. ``at`` is its place in the view.

    ``provider_added``: the store made it itself (Google does, when versioning is switched on).
    """

    id: Fact[str]
    enabled: Fact[bool]
    prefix: Fact[str] = UNSET
    only_abort_multipart: Fact[bool] = UNSET
    provider_added: Fact[bool] = UNSET
    origin: Origin = Origin.DECLARED
    at: str = ""
    range: SourceRange | None = None

    def covers(self, scope: str) -> Truth:
        """Whether an object below *scope* can fall under the rule."""
        return self.prefix.holds(lambda own: own.startswith(scope) or scope.startswith(own),
                                 absent=True)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The lifecycle rules of one storage; not ``complete`` when there may be more."""

    rules: tuple[LifecycleRuleView, ...] = ()
    complete: bool = True
    missing: str = ""

    def any(self, condition: Callable[[LifecycleRuleView], Truth]) -> Truth:
        """Whether *condition* holds for a rule."""
        return (Truth.any(map(condition, self.rules))
                | (Truth.NO if self.complete else Truth.UNKNOWN))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StorageView(View):
    """What holds backups: a bucket, a container or the account around it.

    ``family`` is amazon, s3c, google or azure. ``versioning`` is Enabled, Suspended or Disabled.
    ``object_lock`` is Object Lock of the S3 family, object retention of Google, version-level
    immutability of Azure. ``facet_at`` leads from a facet to its attribute.
    """

    family: str
    name: Fact[str]
    versioning: Facet[str] = UNREAD
    object_lock: Facet[bool] = UNREAD
    default_retention: Facet[bool] = UNREAD
    lifecycle: Lifecycle = field(default_factory=lambda: Lifecycle(complete=False))
    replication: Fact[bool] = UNKNOWN
    unreadable: Mapping[str, str] = field(default_factory=dict)

    #: What people call one.
    noun = "storage"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BucketView(StorageView):
    """A bucket. ``endpoint`` and ``account`` tell buckets of one name apart where known.

    ``automatic_tiering``: the store moves objects between classes by itself (Autoclass of Google).
    ``tiering``: it has Intelligent-Tiering configurations (Amazon).
    """

    endpoint: Fact[str] = UNKNOWN
    account: Fact[str] = UNKNOWN
    soft_delete: Facet[bool] = UNREAD
    automatic_tiering: Fact[bool] = UNKNOWN
    tiering: Fact[bool] = UNSET
    hierarchical_namespace: Fact[bool] = UNKNOWN
    storage_class: Fact[str] = UNKNOWN

    noun = "bucket"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccountView(StorageView):
    """An Azure storage account.

    ``kind`` is as ARM names it (Storage is general-purpose v1), ``performance`` Standard or
    Premium, ``redundancy`` LRS, ZRS, GRS, RAGRS, GZRS or RAGZRS. ``access_tier`` is the default
    tier, not set where the kind has none. Of the base class, ``object_lock`` is version-level
    immutability of the whole account and ``default_retention`` its immutability policy.
    ``sas_expiration_seconds`` is not set where no expiry policy is.
    """

    kind: Fact[str] = UNKNOWN
    performance: Fact[str] = UNKNOWN
    redundancy: Fact[str] = UNKNOWN
    access_tier: Fact[str] = UNKNOWN
    hierarchical_namespace: Fact[bool] = UNKNOWN
    shared_key_access: Fact[bool] = UNKNOWN
    sas_expiration_seconds: Fact[int] = UNKNOWN
    blob_soft_delete: Facet[bool] = UNREAD
    container_soft_delete: Facet[bool] = UNREAD
    point_in_time_restore: Fact[bool] = UNKNOWN
    last_access_tracking: Fact[bool] = UNKNOWN

    noun = "storage account"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContainerView(StorageView):
    """A container of an Azure storage account."""

    account: Link = field(default_factory=Link)

    noun = "container"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RepositoryView(View):
    """An object storage repository of VBR.

    ``family`` is amazon, s3c, google, azure, vault, device or archive; ``storage_family`` the
    family of the bucket or container below it, empty where there is none to declare.
    ``connection_mode`` is direct or gateway. An element of ``gateway_ids`` that is not known yet
    is ``None``. ``tier`` is the storage class or access tier that it writes to: standard,
    infrequent, one_zone, nearline, coldline, hot, cool, cold, archive, glacier, deep_archive; not
    set where the repository does not say. ``vendor`` is who makes an S3-compatible store.
    ``auto_provision``: it makes buckets of its own. ``account`` leads to an Azure storage account,
    ``helper`` says whether there is a helper appliance, ``mount_server`` whether it names one.
    ``takes_over``: it takes its folder from another backup server. ``imports``: it takes over the
    backups in its folder. ``mode`` is not set, or sealed or maintenance for one that is no extent.
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CredentialsView(View):
    """Cloud credentials: amazon, google, azure_storage, azure_compute, google_service, ...

    ``read_only``: the key can only read. ``access_key`` leads to what the cloud made it with.
    """

    id: Fact[str]
    type: Fact[str]
    read_only: Fact[bool] = UNSET
    access_key: Link = field(default_factory=Link)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccessKeyView(View):
    """An access key of a user in a cloud, or in a store with an IAM service."""

    id: Fact[str]
    user: Link


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GrantView(View):
    """What a user is allowed: a ``document`` of its own, or the ``policy`` that it refers to."""

    user: Link
    document: Fact[str] = UNSET
    policy: Link = field(default_factory=Link)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagedPolicyView(View):
    """A policy that users refer to by its ``arn``."""

    arn: Fact[str]
    document: Fact[str]


@dataclass(frozen=True, slots=True)
class ExtentView:
    """One extent of a tier. ``mode`` is normal, sealed or maintenance; ``at`` is its place."""

    repository: Link
    at: str
    mode: Facet[str] = field(default_factory=lambda: Facet(Fact("normal")))


@dataclass(frozen=True, slots=True)
class TierView:
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
    ``helper`` says whether it gives the repository a helper appliance.
    """

    repository: Link
    family: Fact[str]
    tier: Fact[str] = UNSET
    helper: Fact[bool] = UNSET


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


class JobKind(enum.Enum):
    """Who runs it and what it does; the value is what people call it."""

    JOB = "backup job"
    POLICY = "backup policy"
    COPY = "backup copy job"


@dataclass(frozen=True, slots=True)
class MemberView:
    """One computer of a protection group, as a job names it. ``at`` is its place in the job."""

    group: Link
    name: Fact[str]
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JobView(View):
    """A job managed by the server, a policy managed by the agents, or a backup copy job.

    ``agents`` is windows, linux, mac or unix, ``computers`` is workstation, server or
    failover_cluster. ``target_at`` is the path of the target, ``scope`` backup_repository or
    cloud_connect_repository. ``retention_days`` is not set where restore points are counted.
    """

    kind: JobKind
    id: Fact[str]
    agents: Fact[str]
    target: Link
    target_at: str
    groups: tuple[Link, ...] = ()
    computers: Fact[str] = UNSET
    scope: Fact[str] = UNSET
    synthetic_full: Fact[bool] = UNSET
    compact_full: Fact[bool] = UNSET
    encrypted: Fact[bool] = UNSET
    gfs: Fact[bool] = UNSET
    retention_days: Fact[int] = UNSET
    #: Computers that are named one by one; not set where it is not known which.
    members: tuple[MemberView, ...] | None = ()
    #: What a copy job copies: jobs, and repositories with all backups in them.
    source_jobs: tuple[Link, ...] | None = ()
    source_repositories: tuple[Link, ...] | None = ()
    disabled: Fact[bool] = UNSET
    scheduled: Fact[bool] = UNSET
    transaction_logs: Fact[bool] = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProtectionGroupView(View):
    """A protection group: individual_computers, cloud_machines, pre_installed_agents, ...

    ``cloud`` is aws or azure where its machines run in a cloud. ``hosts`` are the names of its
    computers, ``None`` where only the server can tell; ``expected`` is how many there will be.
    ``packages`` leads to the object storage repository that hands out agents. ``unix_systems`` are
    aix, solaris_10 and solaris_11; ``certificates``: those of the storage are installed there.
    """

    id: Fact[str]
    group_type: Fact[str]
    cloud: Fact[str] = UNSET
    hosts: tuple[Fact[str], ...] | None = None
    packages: Link = field(default_factory=Link)
    expected: Fact[int] = UNSET
    unix_systems: Fact[tuple[str | None, ...]] = UNSET
    certificates: Fact[bool] = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HostView(View):
    """A managed server: a gateway, a mount server or the backup server. ``os`` is its system."""

    id: Fact[str]
    name: Fact[str]
    os: Fact[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BackupServerView(View):
    """The backup server. ``http_proxy``: it reaches the internet through a proxy.

    ``edition`` is that of its licence: community, standard, enterprise, enterprise_plus.
    """

    id: Fact[str]
    http_proxy: Fact[bool]
    revision: Fact[str]
    version: Fact[str]
    edition: Fact[str] = UNSET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgentAccessView(View):
    """How agents reach an S3-compatible repository.

    ``mode`` is shared_credentials, backup_server or iam_sts; ``iam_endpoint`` and ``sts_endpoint``
    go with the last.
    """

    repository: Link
    mode: Fact[str]
    #: The mode over time.
    access: Facet[str] = UNREAD
    iam_endpoint: Fact[str] = UNSET
    sts_endpoint: Fact[str] = UNSET
