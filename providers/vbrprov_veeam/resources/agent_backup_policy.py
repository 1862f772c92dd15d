"""veeam_agent_backup_policy: a backup policy that agents carry out by themselves."""

from __future__ import annotations

from vbrprov.sdk import ErrorClass, PlanDraft, ProviderError
from vbrprov.sdk.values import bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.agents import MarkedObject, group_objects
from vbrprov_veeam.policies import wire
from vbrprov_veeam.policies.model import AgentBackupPolicyModel, RetentionBlock
from vbrprov_veeam.server import JOBS, Json, Server


class AgentBackupPolicy(MarkedObject[AgentBackupPolicyModel]):
    """A policy for Windows or Linux computers."""

    type_name = "veeam_agent_backup_policy"
    model = AgentBackupPolicyModel
    doc = "A backup policy that Veeam Agents carry out by themselves."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_policy.html"
    path = JOBS
    noun = "agent backup policy"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the default retention; check what goes with the operating system and the mode."""
        if plans.is_unset(plan.config.get("retention")):
            plan.planned["retention"] = RetentionBlock().to_values()
        system = bare(plan.planned.get("os"))
        if system in ("mac", "unix"):
            plan.error(
                "Not possible through the REST API",
                f"The REST API of Veeam Backup & Replication has no policies for {system} "
                "computers. Make this one with the PowerShell cmdlet Add-VBRComputerBackupJob.",
                "os")
        if system not in ("windows", None) and isinstance(system, str):
            plans.forbid(plan, "backup_cache", "goes with os windows only")
        for mode, name in (("volumes", "volumes"), ("file_level", "directories")):
            if bare(plan.planned.get("backup_mode")) == mode:
                plans.require(plan, name, f"backup_mode {mode} needs it")

    def fits(self, raw: Json) -> bool:
        """Agent policies only; the collection holds every kind of job."""
        return raw.get("type") in words.table("policy_type").values()

    def blank(self, planned: AgentBackupPolicyModel) -> Json:
        """The type."""
        kind = f"{planned.os}/{planned.policy_type}"
        if kind not in words.table("policy_type"):
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "Not possible through the REST API",
                f"The REST API has no {planned.policy_type} policies for {planned.os} computers.",
                attribute="os")
        return {"type": words.to_wire("policy_type", kind)}

    def change(self, server: Server, raw: Json, planned: AgentBackupPolicyModel) -> None:
        """Set everything; computers that were added one by one at the console stay."""
        super().change(server, raw, planned)
        computers: list[Json] = raw.get("computers") or []
        wanted = set(planned.protection_group_ids or [])
        if wanted != set(_group_ids(raw)):
            known = set(_group_ids(raw)) & wanted
            kept = [c for c in computers if not _is_group(c) or c["protectionGroupId"] in known]
            raw["computers"] = [*kept, *group_objects(server, sorted(wanted - known))]
        name = str(server.backup_server()["name"])
        wire.write(raw, planned, name)

    def model_of(
        self, server: Server, raw: Json, state: AgentBackupPolicyModel | None,
    ) -> AgentBackupPolicyModel:
        """The policy, without its mark."""
        kind = words.from_wire("policy_type", raw.get("type")) or ""
        system, _, policy_type = kind.partition("/")
        return AgentBackupPolicyModel(
            id=raw["id"],
            name=raw["name"],
            description=marks.without_token(raw.get("description")),
            os=system,
            policy_type=policy_type,
            protection_group_ids=set(_group_ids(raw)),
            **wire.read(raw),
        )


def _is_group(computer: Json) -> bool:
    return computer.get("type") == "ProtectionGroup"


def _group_ids(raw: Json) -> list[str]:
    return [c["protectionGroupId"] for c in raw.get("computers") or [] if _is_group(c)]
