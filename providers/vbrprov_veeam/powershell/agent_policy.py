"""Agent backup policies for macOS and Unix, which the REST API does not know."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Model, PlanDraft, Recovery
from vbrprov.sdk.values import bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.jobs.schedule import DailyBlock, PolicyScheduleBlock
from vbrprov_veeam.jobs.storage import RetentionBlock
from vbrprov_veeam.powershell.base import ScriptedType, said
from vbrprov_veeam.powershell.script import Json
from vbrprov_veeam.resources.agent_backup_policy import (
    AgentBackupPolicyModel,
    DestinationBlock,
)

#: Operating systems that need a script, and what PowerShell calls them.
PLATFORMS = {"mac": "Mac", "unix": "Unix"}
#: What is backed up, by operating system.
_SCOPES = {
    "mac": {"user_homes": "MacUserHome", "file_level": "SelectedFiles"},
    "unix": {"entire_computer": "UnixEntireFileSystem", "file_level": "SelectedFiles"},
}
_KINDS = {"workstation": "Workstation", "server": "Server"}
#: Arguments that these policies have, and of blocks which of theirs.
_ARGUMENTS = {"name", "description", "os", "policy_type", "protection_group_ids", "backup_mode",
              "directories"}
_BLOCKS = {"destination": {"type", "repository_id"}, "retention": {"type", "quantity"},
           "schedule": {"daily"}}


class ScriptedPolicy(ScriptedType[AgentBackupPolicyModel]):
    """A policy for macOS or Unix computers."""

    type_name = "veeam_agent_backup_policy"
    model = AgentBackupPolicyModel
    script = "agent_backup_policy"
    noun = "agent backup policy"
    recovery = Recovery.SUFFIX

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse what these policies do not have, or nobody could read back."""
        system = str(bare(plan.planned["os"]))
        mode = bare(plan.planned.get("backup_mode"))
        scopes = _SCOPES[system]
        if isinstance(mode, str) and mode not in scopes:
            plan.error("Argument does not apply", f"With os {system}, backup_mode is "
                       f"{' or '.join(sorted(scopes))}.", "backup_mode")
        for name in _given(AgentBackupPolicyModel.from_values(plan.config), _ARGUMENTS):
            plan.error("Argument does not apply", f"{name} is not supported with os {system}.",
                       name.partition(".")[0])
        directories = bare(plan.planned.get("directories"))
        if mode == "file_level" and getattr(directories, "items", ()) == ():
            plan.error("Argument is missing", "Set directories: backup_mode file_level needs them.",
                       "directories")
        for path, allowed in (("destination.type", "backup_repository"),
                              ("retention.type", "days")):
            said = plans.part(plan.planned, path)
            value = bare(said) if said is not None else None
            if isinstance(value, str) and value != allowed:
                plan.error("Argument does not apply", f"With os {system}, {path} is {allowed}.",
                           path.partition(".")[0])
        groups = bare(plan.planned.get("protection_group_ids"))
        if getattr(groups, "items", None) == ():
            plan.error("Argument is missing", "Set protection_group_ids: a policy for "
                       f"{system} computers needs at least one.", "protection_group_ids")

    def where(self, model: AgentBackupPolicyModel) -> Json:
        """The id once there is one."""
        return {"id": model.id}

    def wanted(self, model: AgentBackupPolicyModel, token: str) -> Json:
        """All settings; the mark is part of the description."""
        daily = model.schedule.daily if model.schedule else None
        retention = model.retention or RetentionBlock()
        scope = _SCOPES.get(model.os, {}).get(model.backup_mode, model.backup_mode)
        return {
            "name": model.name,
            "description": marks.with_token(model.description or "", token),
            "platform": PLATFORMS.get(model.os, model.os),
            "type": _KINDS.get(model.policy_type, model.policy_type),
            "groups": sorted(model.protection_group_ids or ()),
            "backup_type": scope,
            "files": list(model.directories or ()) if scope == "SelectedFiles" else [],
            "repository_id": model.destination.repository_id if model.destination else None,
            "retention": retention.quantity,
            "daily": None if daily is None else {
                "at": f"{daily.at or '22:00'}:00",
                "kind": said("daily_kind", daily.kind or "everyday"),
                "days": sorted(said("day", day) for day in daily.days or ())
                if daily.kind == "selected_days" else [],
            },
        }

    def lookup(self, import_id: str) -> Json | None:
        """The operating system and the id of a policy: mac:ID."""
        system, _, policy = import_id.partition(":")
        if system not in PLATFORMS or not policy:
            return None
        return {"id": policy, "name": "", "os": system, "policy_type": "server"}

    def model_of(self, found: Json, state: AgentBackupPolicyModel) -> AgentBackupPolicyModel:
        """The policy, without its mark."""
        platform = str(found.get("platform"))
        system = next((ours for ours, theirs in PLATFORMS.items() if theirs == platform), platform)
        scope = str(found.get("backup_type"))
        mode = next((o for o, t in _SCOPES.get(system, {}).items() if t == scope), scope)
        daily = found.get("daily")
        return state.copy(
            id=found.get("id"), name=found.get("name"),
            description=marks.without_token(found.get("description")), os=system,
            policy_type=str(found.get("type")).lower(),
            protection_group_ids=set(found.get("groups") or ()), backup_mode=mode,
            directories=found.get("files") or [],
            destination=DestinationBlock.from_values({}).copy(
                repository_id=str(found.get("repository_id"))),
            retention=RetentionBlock(quantity=int(found.get("retention") or 0)),
            schedule=None if daily is None else PolicyScheduleBlock.from_values({}).copy(
                daily=_daily(daily)))


def _given(said: Model, allowed: set[str]) -> Iterator[str]:
    """Paths of arguments that are set and that a policy for these systems does not have."""
    schema = type(said).schema()
    for name, spec in schema.attributes.items():
        if name not in allowed and not spec.computed_only and getattr(said, name) not in (
                None, False, [], spec.default):
            yield name
    for name in schema.blocks:
        body = getattr(said, name)
        if isinstance(body, Model) and name in _BLOCKS:
            yield from (f"{name}.{inner}" for inner in _given(body, _BLOCKS[name]))
        elif body and name not in allowed:
            yield name


def _daily(found: Json) -> DailyBlock:
    kind = words.from_wire("daily_kind", found.get("kind")) or "everyday"
    days = {str(words.from_wire("day", day)) for day in found.get("days") or ()}
    return DailyBlock(at=str(found.get("at"))[:5], kind=kind,
                      days=days if kind == "selected_days" else set())
