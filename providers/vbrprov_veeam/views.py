"""VBR's objects as guardrails see them.

The tables say which resource type is what and under which path each setting lies; the functions
below them know nothing but these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from vbrprov.sdk import (
    AgentAccessView,
    Fact,
    InstanceFacts,
    JobKind,
    JobView,
    Link,
    ProtectionGroupView,
    Reader,
    RepositoryView,
    ScaleOutView,
    View,
)


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository type: VBR's kind, the family of rules, the family of what lies below it."""

    type: str
    family: str
    storage: str = ""
    #: Path of the bucket's or container's name; of its folder.
    name: str = "bucket.name"
    folder: str = "bucket.folder"


REPOSITORIES: Final[Mapping[str, _Repository]] = {
    "veeam_amazon_s3_repository": _Repository("amazon_s3", "amazon", "amazon"),
    "veeam_s3_compatible_repository": _Repository("s3_compatible", "s3c", "s3c"),
    "veeam_ibm_cloud_repository": _Repository("ibm_cloud", "s3c", "s3c"),
    "veeam_wasabi_repository": _Repository("wasabi", "s3c", "s3c"),
    "veeam_eleven_eleven_repository": _Repository("eleven_eleven", "s3c", "s3c"),
    "veeam_google_cloud_repository": _Repository("google_cloud", "google", "google"),
    "veeam_azure_blob_repository": _Repository(
        "azure_blob", "azure", "azure", "container.name", "container.folder"),
    "veeam_data_cloud_vault_repository": _Repository("data_cloud_vault", "vault"),
    "veeam_data_cloud_vault_archive_repository": _Repository("data_cloud_vault_archive", "archive"),
    "veeam_s3_glacier_repository": _Repository("s3_glacier", "archive", "amazon"),
    "veeam_azure_archive_repository": _Repository(
        "azure_archive", "archive", "azure", "container.name", "container.folder"),
    # What lies on a seeding device is no bucket of any account.
    "veeam_snowball_edge_repository": _Repository("snowball_edge", "device"),
    "veeam_data_box_repository": _Repository("data_box", "device"),
}

ID: Final = "id"
NAME: Final = "name"
MODE: Final = "connection.mode"
GATEWAYS: Final = "connection.gateway_server_ids"
IMMUTABILITY: Final = "immutability"
IMMUTABLE: Final = "immutability.enabled"
IMMUTABLE_DAYS: Final = "immutability.days"
CREDENTIALS: Final = "account.credentials_id"
ENDPOINT: Final = "account.service_point"
EXTENTS: Final = "performance_extent"
EXTENT_ID: Final = "repository_id"
GROUP_TYPE: Final = "type"
ACCESS_REPOSITORY: Final = "repository_id"
ACCESS_MODE: Final = "mode"

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

#: Words of configuration for the two connection modes.
MODES: Final[Mapping[str, str]] = {"direct": "direct", "selected_gateway": "gateway"}


def views(facts: InstanceFacts) -> Iterator[View]:
    """The views of one instance of any type of this provider; none for types without any."""
    if facts.type_name in REPOSITORIES:
        yield _repository(facts, REPOSITORIES[facts.type_name])
    elif facts.type_name in JOBS:
        yield _job(facts, JOBS[facts.type_name])
    elif facts.type_name in _OTHERS:
        yield _OTHERS[facts.type_name](facts)


def _repository(facts: InstanceFacts, kind: _Repository) -> RepositoryView:
    reader = Reader(facts)
    endpoint = reader.text(ENDPOINT)
    return RepositoryView(
        instance=facts, type=kind.type, family=kind.family, storage_family=kind.storage,
        id=reader.text(ID), name=reader.text(NAME), connection_mode=_mode(reader),
        gateway_ids=reader.texts(GATEWAYS),
        storage=reader.link(kind.name) if kind.storage else Link(),
        folder=reader.text(kind.folder),
        immutability_enabled=_immutable(reader),
        immutability_days=reader.whole(IMMUTABLE_DAYS),
        credentials=reader.link(CREDENTIALS),
        endpoint=endpoint if endpoint.value is not None else Fact.unknown(),
    )


def _mode(reader: Reader) -> Fact[str]:
    fact = reader.text(MODE)
    if not fact.known:
        return fact
    # VBR connects directly unless it is told otherwise.
    said = fact.value or "direct"
    return replace(fact, value=MODES.get(said, said))


def _immutable(reader: Reader) -> Fact[bool]:
    fact = reader.flag(IMMUTABLE)
    # The block switches it on, unless it says otherwise; without the block it is off.
    unsaid = fact.known and fact.value is None
    return replace(fact, value=reader.present(IMMUTABILITY).value) if unsaid else fact


def _job(facts: InstanceFacts, kind: JobKind) -> JobView:
    reader = Reader(facts)
    target = reader.first(*TARGETS)
    groups = reader.links(GROUPS) or ()
    if reader.declared(GROUP):
        groups = (*groups, reader.link(GROUP))
    return JobView(
        instance=facts, kind=kind, id=reader.text(ID), agents=reader.text(AGENTS),
        target=reader.link(target), target_at=target, groups=groups)


def _scale_out(facts: InstanceFacts) -> ScaleOutView:
    reader = Reader(facts)
    blocks = reader.blocks(EXTENTS)
    return ScaleOutView(
        instance=facts, id=reader.text(ID), complete=blocks is not None,
        performance_extents=tuple(reader.link(f"{at}.{EXTENT_ID}") for at in blocks or ()))


def _group(facts: InstanceFacts) -> ProtectionGroupView:
    reader = Reader(facts)
    return ProtectionGroupView(instance=facts, id=reader.text(ID),
                               group_type=reader.text(GROUP_TYPE))


def _access(facts: InstanceFacts) -> AgentAccessView:
    reader = Reader(facts)
    return AgentAccessView(instance=facts, repository=reader.link(ACCESS_REPOSITORY),
                           mode=reader.text(ACCESS_MODE))


_OTHERS: Final[Mapping[str, Callable[[InstanceFacts], View]]] = {
    "veeam_scale_out_repository": _scale_out,
    "veeam_protection_group": _group,
    "veeam_s3_agent_access": _access,
}
