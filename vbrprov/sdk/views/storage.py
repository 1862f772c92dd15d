"""Buckets, storage accounts and containers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vbrprov.diag import SourceRange
from vbrprov.sdk.rule import Truth
from vbrprov.sdk.views.base import UNKNOWN, UNREAD, UNSET, Facet, Fact, Link, Origin, View


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
    ``tiering``: it has Intelligent-Tiering configurations (Amazon). ``smart_entities``: its store
    balances Veeam's load by SOSAPI (S3 compatible).
    """

    endpoint: Fact[str] = UNKNOWN
    account: Fact[str] = UNKNOWN
    soft_delete: Facet[bool] = UNREAD
    automatic_tiering: Fact[bool] = UNKNOWN
    tiering: Fact[bool] = UNSET
    smart_entities: Fact[bool] = UNSET
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
