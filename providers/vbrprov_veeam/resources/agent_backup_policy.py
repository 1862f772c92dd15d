"""veeam_agent_backup_policy: a backup policy that agents carry out by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Handwork,
    OpenIntent,
    PlanDraft,
    Probe,
    ProviderError,
    StepContext,
    Steps,
)
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.agents import MarkedObject, group_objects
from vbrprov_veeam.policies import wire
from vbrprov_veeam.policies.model import AgentBackupPolicyModel, RetentionBlock
from vbrprov_veeam.powershell.agent_policy import PLATFORMS, ScriptedPolicy
from vbrprov_veeam.server import JOBS, Json, Server

_SCRIPTED = ScriptedPolicy()


class AgentBackupPolicy(MarkedObject[AgentBackupPolicyModel]):
    """A policy of the REST API for Windows or Linux, by a script for macOS or Unix computers."""

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
        if system in PLATFORMS:
            _SCRIPTED.plan_modify(plan)
            return
        if bare(plan.planned.get("backup_mode")) == "user_homes":
            plan.error("Argument does not apply", "backup_mode user_homes goes with os mac only.",
                       "backup_mode")
        if system not in ("windows", None) and isinstance(system, str):
            plans.forbid(plan, "backup_cache", "goes with os windows only")
        for mode, name in (("volumes", "volumes"), ("file_level", "directories")):
            if bare(plan.planned.get("backup_mode")) == mode:
                plans.require(plan, name, f"backup_mode {mode} needs it")

    def steps(self, client: Server, prior: AgentBackupPolicyModel | None,
              planned: AgentBackupPolicyModel | None, ctx: StepContext) -> Steps:
        """REST calls; one script for what REST does not know."""
        model = planned or prior
        scripted = model is not None and model.os in PLATFORMS
        return (_SCRIPTED.steps if scripted else super().steps)(client, prior, planned, ctx)

    def read(self, client: Server, state: AgentBackupPolicyModel,
             ctx: StepContext) -> AgentBackupPolicyModel | None:
        """The policy as it is now."""
        scripted = state.os in PLATFORMS
        return (_SCRIPTED.read if scripted else super().read)(client, state, ctx)

    def import_state(self, client: Server, import_id: str,
                     ctx: StepContext) -> AgentBackupPolicyModel | None:
        """By id or name:NAME; one for macOS or Unix by mac:ID or unix:ID."""
        scripted = import_id.partition(":")[0] in PLATFORMS
        return (_SCRIPTED.import_state if scripted else super().import_state)(
            client, import_id, ctx)

    def probe(self, client: Server, intent: OpenIntent,
              ctx: StepContext) -> Probe[AgentBackupPolicyModel]:
        """What became of an interrupted creation."""
        scripted = "name" not in intent.identity
        return (_SCRIPTED.probe if scripted else super().probe)(client, intent, ctx)

    def handwork(self, client: Server, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """The script, where there is one."""
        system = bare((planned or prior or {})["os"])
        return _SCRIPTED.handwork(client, prior, planned, ctx) if system in PLATFORMS else None

    def confirm(self, result: str, pending: Mapping[str, Any],
                planned: AgentBackupPolicyModel | None) -> AgentBackupPolicyModel | None:
        """Judge what the script printed."""
        return _SCRIPTED.confirm(result, pending, planned)

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
