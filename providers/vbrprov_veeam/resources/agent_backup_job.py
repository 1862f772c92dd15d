"""veeam_agent_backup_job: a backup job of agents that the backup server manages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from vbrprov.sdk import Model, PlanDraft, attribute, block
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import plans, words
from vbrprov_veeam.api import Feature, supports
from vbrprov_veeam.jobs import guest, scope
from vbrprov_veeam.jobs import schedule as times
from vbrprov_veeam.jobs import storage as stores
from vbrprov_veeam.jobs.base import Job, JobModel
from vbrprov_veeam.jobs.checks import own
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape

_CLUSTER = "failover_cluster"


class StorageBlock(Model):
    """``storage``: where the backups go."""

    repository_id: str = attribute(doc="Id of the repository or scale-out repository.",
                                   required=True)
    source_backup_id: str | None = own("Id of an earlier backup to go on with.")


class IntegrationBlock(Model):
    """``storage_integration``: snapshots of the storage system under the computers."""

    proxy_ids: set[str] = attribute(
        doc="Ids of the off-host proxies; the server chooses when left out.", default=[])
    failover_to_on_host_agent: bool = attribute(
        doc="Let the agent do it when the proxies cannot.", default=False)


class AgentBackupJobModel(JobModel, scope.ScopeModel, stores.StorageModel, guest.GuestModel):
    """Arguments and attributes of ``veeam_agent_backup_job``."""

    agent_type: str = attribute(
        doc="What the computers are: workstation, server or failover_cluster (windows).",
        default="server", choices=words.choices("agent_type"), replace_on_change=True)
    high_priority: bool = attribute(doc="Serve it before other jobs.", default=False)
    storage: StorageBlock | None = block(doc="Where the backups go.", min_items=1, max_items=1)
    health_check: stores.HealthCheckBlock | None = block(
        doc="Checks that find damaged blocks; none when left out.")
    storage_integration: IntegrationBlock | None = block(
        doc="Snapshots of the storage system; off when left out.")
    scripts: stores.ScriptsBlock | None = block(
        doc="Commands on the backup server, before and after the job.")
    schedule: times.JobScheduleBlock | None = block(
        doc="When the job runs by itself; never when left out.")


_ADVANCED = "storage.advancedSettings"
_COMMON: tuple[Entry, ...] = (
    Leaf("high_priority", "isHighPriority"),
    Part("storage", "storage", Shape(StorageBlock, (
        Leaf("repository_id", "backupRepositoryId"),
        Leaf("source_backup_id", "sourceBackupId"))), switch=""),
    *stores.AGENT_STORAGE,
    Part("health_check", f"{_ADVANCED}.backupHealth", stores.HEALTH),
    Part("storage_integration", f"{_ADVANCED}.storageIntegration", Shape(IntegrationBlock, (
        scope.Proxies("offHostBackupProxies"),
        Leaf("failover_to_on_host_agent", "failoverToOnHostAgent")))),
    Part("scripts", f"{_ADVANCED}.scripts", stores.SCRIPTS, switch="",
         told_by=("before", "after")),
    times.scheduled(times.FULL),
)


class AgentBackupJob(Job[AgentBackupJobModel]):
    """A job for Windows or Linux computers or for Windows failover clusters."""

    type_name = "veeam_agent_backup_job"
    model = AgentBackupJobModel
    doc = "A backup job of Veeam Agents that the backup server manages."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_job.html"
    noun = "agent backup job"
    feature = Feature.AGENT_JOBS
    outside = Job.outside | {"os", "agent_type"}
    shapes: ClassVar[Mapping[str, Shape]] = {
        "windows": Shape(AgentBackupJobModel, (*scope.WINDOWS, *_COMMON, *guest.WINDOWS)),
        "linux": Shape(AgentBackupJobModel, (*scope.LINUX, *_COMMON, *guest.LINUX)),
    }

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the default retention; check what goes with the operating system."""
        if plans.is_unset(plan.config.get("retention")):
            plan.planned["retention"] = stores.RetentionBlock().to_values()
        super().plan_modify(plan)
        if bare(plan.planned.get("os")) == "linux" \
                and bare(plan.planned.get("agent_type")) == _CLUSTER:
            plan.error("Argument does not apply",
                       "Veeam Agents protect failover clusters of Windows only.", "agent_type")
        if not plans.is_given(plan.config, "protection_group_ids", "computer"):
            plan.error("Argument is missing",
                       "Set protection_group_ids or a block computer: a job that the server "
                       "manages needs computers.", "protection_group_ids")

    def kind_of(self, values: Mapping[str, Value]) -> str | None:
        """The operating system."""
        system = bare(values.get("os"))
        return system if isinstance(system, str) else None

    def kind_on_wire(self, raw: Json) -> str | None:
        """Jobs of agents only; the collection holds every kind of job."""
        found = words.from_wire("agent_job_type", raw.get("type"))
        return {"windows": "windows", "cluster": "windows", "linux": "linux"}.get(found or "")

    def type_on_wire(self, server: Server, planned: AgentBackupJobModel) -> str:
        """The system's type; from 1.3-rev2 on, failover clusters have one of their own."""
        cluster = planned.agent_type == _CLUSTER and supports(server.revision,
                                                              Feature.FAILOVER_CLUSTER_JOBS)
        return words.to_wire("agent_job_type", "cluster" if cluster else planned.os)

    def change(self, server: Server, raw: Json, planned: AgentBackupJobModel) -> None:
        """Set all arguments."""
        super().change(server, raw, planned)
        # A type of its own says what a failover cluster is; agentType means nothing then.
        if raw["type"] != words.to_wire("agent_job_type", "cluster") or "agentType" not in raw:
            raw["agentType"] = words.to_wire("agent_type", planned.agent_type)

    def fields_of(self, kind: str, raw: Json) -> dict[str, Any]:
        """Operating system and type of the computers."""
        cluster = raw.get("type") == words.to_wire("agent_job_type", "cluster")
        found = words.from_wire("agent_type", raw.get("agentType"))
        return {"os": kind, "agent_type": _CLUSTER if cluster else found or "server"}
