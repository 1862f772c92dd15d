"""VBR's objects as guardrails see them.

The tables say which resource type is what and under which path each setting lies; the functions
below them know nothing but these. Repositories are in ``repository_views``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from vbrprov.sdk import (
    BackupServerView,
    Fact,
    HostView,
    InstanceFacts,
    JobKind,
    JobView,
    MemberView,
    ProtectionGroupView,
    Reader,
    View,
)
from vbrprov_veeam.repository_views import (
    ID,
    NAME,
    REPOSITORIES,
    access_view,
    credentials_view,
    google_helper_view,
    listed,
    looked_up,
    places,
    quota_view,
    repository_view,
    scale_out_view,
    storage_class_view,
)

EDITION: Final = "license_edition"
EXPECTED: Final = "expected_agents"
UNIX: Final = "unix_systems"
CERTIFICATES: Final = "storage_certificates_installed"
GROUP_TYPE: Final = "type"

JOBS: Final[Mapping[str, JobKind]] = {
    "veeam_agent_backup_policy": JobKind.POLICY,
    "veeam_agent_backup_job": JobKind.JOB,
    "veeam_backup_copy_job": JobKind.COPY,
}
#: Where a job may name its target; the first that is set counts.
TARGETS: Final = ("destination.repository_id", "storage.repository_id", "target.repository_id",
                  "repository_id")
AGENTS: Final = "os"
GROUPS: Final = "protection_group_ids"
GROUP: Final = "protection_group_id"

COMPUTERS: Final = ("policy_type", "job_type", "agent_type")
SCOPE: Final = "destination.type"
SYNTHETIC: Final = "synthetic_full"
COMPACT: Final = "compact_full"
ENCRYPTION: Final = ("encryption_password_id", "encryption_kms_server_id")
MEMBERS: Final = "computer"
MEMBER_GROUP: Final = "protection_group_id"
MEMBER_NAME: Final = "name"
SOURCE_JOBS: Final = "source.job_ids"
SOURCE_REPOSITORIES: Final = "source.repository_ids"
DISABLED: Final = "is_disabled"
SCHEDULE: Final = "schedule"
APPLICATIONS: Final = "application_processing.application"
#: Settings of an application whose backups of logs count, by what says so.
LOGS: Final = (("sql.logs", "backup"), ("oracle.backup_logs", True),
               ("postgresql.backup_logs", True))
CLOUD: Final = "cloud_account.type"
HOSTS: Final = "computer"
HOST_NAME: Final = "host_name"
PACKAGES: Final = "options.distribution_repository_id"
HTTP_PROXY: Final = "uses_http_proxy"
REVISION: Final = "api_revision"
VERSION: Final = "version"
GFS: Final = "gfs"
RETENTION_TYPE: Final = "retention.type"
RETENTION: Final = "retention.quantity"


def is_viewed(type_name: str) -> bool:
    """Whether there are views of a type."""
    return any(type_name in table for table in (REPOSITORIES, JOBS, _OTHERS, _MANY))


def views(facts: InstanceFacts) -> Iterator[View]:
    """The views of one instance of any type of this provider; none for types without any."""
    if facts.type_name in REPOSITORIES:
        yield repository_view(facts, REPOSITORIES[facts.type_name])
    elif facts.type_name in JOBS:
        yield _job(facts, JOBS[facts.type_name])
    elif facts.type_name in _OTHERS:
        yield _OTHERS[facts.type_name](facts)
    elif facts.type_name in _MANY:
        yield from _MANY[facts.type_name](facts)


def _job(facts: InstanceFacts, kind: JobKind) -> JobView:
    reader = Reader(facts)
    target = reader.first(*TARGETS)
    groups = reader.links(GROUPS)
    if groups is None:
        # Not known yet which: perhaps any of those that there are.
        groups = (reader.link(GROUPS),)
    if reader.declared(GROUP):
        groups = (*groups, reader.link(GROUP))
    groups = (*groups, *(member.group for member in _members(reader) or ()))
    return JobView(
        instance=facts, kind=kind, id=reader.text(ID), agents=reader.text(AGENTS),
        target=reader.link(target), target_at=target, groups=groups,
        computers=reader.text(reader.first(*COMPUTERS)), scope=_scope(reader, kind),
        synthetic_full=reader.flag(SYNTHETIC), compact_full=reader.flag(COMPACT),
        encrypted=reader.present(reader.first(*ENCRYPTION)), gfs=reader.present(GFS),
        retention_days=_retention(reader), members=_members(reader),
        source_jobs=reader.links(SOURCE_JOBS),
        source_repositories=reader.links(SOURCE_REPOSITORIES), disabled=reader.flag(DISABLED),
        scheduled=reader.present(SCHEDULE), transaction_logs=_logs(reader))


def _members(reader: Reader) -> tuple[MemberView, ...] | None:
    blocks = reader.blocks(MEMBERS)
    if blocks is None:
        return None
    return tuple(MemberView(reader.link(f"{at}.{MEMBER_GROUP}"), reader.text(f"{at}.{MEMBER_NAME}"),
                            at) for at in blocks)


def _logs(reader: Reader) -> Fact[bool]:
    """Whether logs of an application are backed up, which means many small backups."""
    blocks = reader.blocks(APPLICATIONS)
    if blocks is None:
        return Fact.unknown()
    unknown = False
    for at in blocks:
        for path, wanted in LOGS:
            fact = reader.text(f"{at}.{path}") if isinstance(wanted, str) \
                else reader.flag(f"{at}.{path}")
            if fact.known and fact.value == wanted:
                return Fact(True, at=fact.at)
            unknown = unknown or not fact.known
    return Fact.unknown() if unknown else Fact(False)


def _scope(reader: Reader, kind: JobKind) -> Fact[str]:
    fact = reader.text(SCOPE)
    unsaid = fact.known and fact.value is None and kind is not JobKind.COPY
    return replace(fact, value="backup_repository") if unsaid else fact


def _retention(reader: Reader) -> Fact[int]:
    """How many days backups are kept; not set where restore points are counted."""
    kind, quantity = reader.text(RETENTION_TYPE), reader.whole(RETENTION)
    if not kind.known:
        return replace(quantity, value=None, known=False)
    return quantity if kind.value != "restore_points" else replace(quantity, value=None, known=True)


def _group(facts: InstanceFacts) -> ProtectionGroupView:
    reader = Reader(facts)
    kind, hosts = reader.text(GROUP_TYPE), reader.blocks(HOSTS)
    named = kind.known and kind.value in (None, "individual_computers") and hosts is not None
    return ProtectionGroupView(
        instance=facts, id=reader.text(ID), group_type=kind, cloud=reader.text(CLOUD),
        hosts=tuple(reader.text(f"{at}.{HOST_NAME}") for at in hosts or ()) if named else None,
        packages=reader.link(PACKAGES), expected=reader.whole(EXPECTED),
        unix_systems=reader.texts(UNIX), certificates=reader.flag(CERTIFICATES))


def _host(facts: InstanceFacts) -> HostView:
    reader = Reader(facts)
    return HostView(instance=facts, id=reader.text(ID), name=reader.text(NAME),
                    os=reader.text(GROUP_TYPE))


def _backup_server(facts: InstanceFacts) -> BackupServerView:
    reader = Reader(facts)
    return BackupServerView(instance=facts, id=reader.text(ID), http_proxy=reader.flag(HTTP_PROXY),
                            revision=reader.text(REVISION), version=reader.text(VERSION),
                            edition=reader.text(EDITION))


_MANY: Final[Mapping[str, Callable[[InstanceFacts], Iterator[View]]]] = {
    "veeam_repository": looked_up,
    "veeam_repositories": listed,
    "veeam_object_storage": places,
}
_OTHERS: Final[Mapping[str, Callable[[InstanceFacts], View]]] = {
    "veeam_scale_out_repository": scale_out_view,
    "veeam_protection_group": _group,
    "veeam_managed_server": _host,
    "veeam_backup_server": _backup_server,
    "veeam_s3_agent_access": access_view,
    "veeam_cloud_credentials": credentials_view,
    "veeam_cloud_tenant_quota": quota_view,
    "veeam_google_helper_appliance": google_helper_view,
    "veeam_repository_storage_class": storage_class_view,
}
