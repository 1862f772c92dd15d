"""Jobs, protection groups, hosts and the backup server."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from vbrprov.sdk.views.base import UNSET, Fact, Link, View


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
