"""veeam_agent_backup_policy: a backup policy that agents carry out by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from vbrprov.sdk import (
    Handwork,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    StepContext,
    Steps,
    attribute,
    block,
)
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import plans, words
from vbrprov_veeam.api import Feature
from vbrprov_veeam.jobs import guest, scope
from vbrprov_veeam.jobs import schedule as times
from vbrprov_veeam.jobs import storage as stores
from vbrprov_veeam.jobs.base import Job, JobModel
from vbrprov_veeam.jobs.checks import own, positive, word
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape

if TYPE_CHECKING:
    from vbrprov_veeam.powershell.agent_policy import ScriptedPolicy

#: Operating systems whose policies need PowerShell.
SCRIPTED = ("mac", "unix")
_REPOSITORIES = ("backup_repository", "cloud_connect_repository")
_DESTINATION = "storage.destination"


class DestinationBlock(Model):
    """``destination``: where the backups go."""

    type: str = word(
        "Kind of target; cloud_connect_repository is one of a service provider.", "destination",
        default="backup_repository")
    repository_id: str | None = attribute(
        doc="Id of the repository, scale-out repository or cloud repository.")
    backup_server_name: str | None = own(
        "Name or address under which agents reach the backup server, with backup_repository.")
    path: str | None = attribute(doc="Path, with shared_folder and local_storage.")
    share_type: str | None = attribute(doc="smb or nfs, with shared_folder.",
                                       choices=words.choices("share"))
    network_credentials_id: str | None = attribute(
        doc="Id of the credentials for the share, with shared_folder.")


class BackupCacheBlock(Model):
    """``backup_cache``: where a Windows agent keeps backups while the target is out of reach."""

    type: str = word("Who chooses the folder.", "cache", default="automatic")
    path: str | None = attribute(doc="Local folder; with type manual.")
    size_limit: int = attribute(doc="Largest size.", required=True, validators=(positive,))
    size_unit: str = word("Unit of size_limit.", "cache_unit", default="gb")


class AgentBackupPolicyModel(JobModel, scope.ScopeModel, stores.StorageModel, guest.GuestModel):
    """Arguments and attributes of ``veeam_agent_backup_policy``."""

    os: str = attribute(
        doc="Operating system of the computers: windows, linux, mac or unix. Policies for mac and "
            "unix need PowerShell.", required=True,
        choices=("windows", "linux", "mac", "unix"), replace_on_change=True)
    policy_type: str = attribute(doc="workstation or server.", required=True,
                                 choices=("workstation", "server"), replace_on_change=True)
    backup_mode: str = attribute(
        doc="How much of a computer: entire_computer, volumes or file_level; with os mac "
            "user_homes or file_level.",
        default="entire_computer", choices=(*words.choices("backup_mode"), "user_homes"))
    destination: DestinationBlock | None = block(doc="Where the backups go.", min_items=1,
                                                 max_items=1)
    health_check: stores.PolicyHealthCheckBlock | None = block(
        doc="Checks that find damaged blocks; none when left out.")
    schedule: times.PolicyScheduleBlock | None = block(
        doc="When the policy runs by itself; never when left out.")
    backup_cache: BackupCacheBlock | None = block(
        doc="Cache on the computer while the target is out of reach; windows only.")


@dataclass(frozen=True, slots=True)
class _Destination(Entry):
    """The target: another kind of it replaces all of its properties."""

    argument: str = "destination"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the target; a new one takes the server's own name."""
        wanted: DestinationBlock = model.destination
        kind = words.to_wire("destination", wanted.type or "backup_repository")
        current: Json = look(raw, _DESTINATION) or {}
        if current.get("destinationType") != kind:
            current = {"destinationType": kind}
        if wanted.type in _REPOSITORIES:
            current["backupRepositoryId"] = wanted.repository_id
        else:
            current["path"] = wanted.path
        if kind == "BackupRepository":
            name = wanted.backup_server_name or current.get("backupServerName")
            current["backupServerName"] = name or str(server.backup_server()["name"])
        if kind == "SharedFolder":
            if wanted.share_type is not None:
                current["networkShareType"] = words.to_wire("share", wanted.share_type)
            current["useNetworkCredentials"] = wanted.network_credentials_id is not None
            if wanted.network_credentials_id is not None:
                current["networkCredentialsId"] = wanted.network_credentials_id
        put(raw, _DESTINATION, current)

    def read(self, raw: Json, model: type[Model]) -> DestinationBlock:
        """The target."""
        found = look(raw, _DESTINATION) or {}
        return DestinationBlock(
            type=words.from_wire("destination", found.get("destinationType")) or "",
            repository_id=found.get("backupRepositoryId"),
            backup_server_name=found.get("backupServerName"),
            path=found.get("path"),
            share_type=words.from_wire("share", found.get("networkShareType")),
            network_credentials_id=found.get("networkCredentialsId")
            if found.get("useNetworkCredentials") else None)


_CACHE = Part("backup_cache", f"{_DESTINATION}.backupCache", Shape(BackupCacheBlock, (
    Leaf("type", "type", "cache"),
    Leaf("path", "localPath"),
    Leaf("size_limit", "sizeLimit"),
    Leaf("size_unit", "sizeUnit", "cache_unit"),
)))
_COMMON: tuple[Entry, ...] = (
    _Destination(), *stores.AGENT_STORAGE,
    Part("health_check", "storage.advancedSettings.backupHealth", stores.POLICY_HEALTH))
_WINDOWS: tuple[Entry, ...] = (*scope.WINDOWS, *_COMMON, _CACHE)
_LINUX: tuple[Entry, ...] = (*scope.LINUX, *_COMMON)


def _shape(*entries: Entry) -> Shape:
    return Shape(AgentBackupPolicyModel, entries)


def _scripts() -> ScriptedPolicy:
    """What makes the policies that REST does not know."""
    from vbrprov_veeam.powershell.agent_policy import ScriptedPolicy

    return ScriptedPolicy()


class AgentBackupPolicy(Job[AgentBackupPolicyModel]):
    """A policy of the REST API for Windows or Linux, by a script for macOS or Unix computers."""

    type_name = "veeam_agent_backup_policy"
    model = AgentBackupPolicyModel
    doc = "A backup policy that Veeam Agents carry out by themselves."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_policy.html"
    noun = "agent backup policy"
    feature = Feature.AGENT_POLICIES
    outside = Job.outside | {"os", "policy_type"}
    shapes: ClassVar[Mapping[str, Shape]] = {
        "windows/workstation": _shape(*_WINDOWS, *guest.WINDOWS_WORKSTATION,
                                      times.scheduled(times.WINDOWS_WORKSTATION)),
        "windows/server": _shape(*_WINDOWS, *guest.WINDOWS,
                                 times.scheduled(times.SERVER_POLICY)),
        "linux/workstation": _shape(*_LINUX, *guest.LINUX,
                                    times.scheduled(times.LINUX_WORKSTATION)),
        "linux/server": _shape(*_LINUX, *guest.LINUX,
                               times.scheduled(times.SERVER_POLICY)),
    }

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the default retention; check what goes with the operating system and the mode."""
        if plans.is_unset(plan.config.get("retention")):
            plan.planned["retention"] = stores.RetentionBlock().to_values()
        system = bare(plan.planned.get("os"))
        if system in SCRIPTED:
            _scripts().plan_modify(plan)
            return
        if bare(plan.planned.get("backup_mode")) == "user_homes":
            plan.error("Argument does not apply", "backup_mode user_homes goes with os mac only.",
                       "backup_mode")
        super().plan_modify(plan)
        target = bare(plan.config.get("destination"))
        kind = bare(plan.planned["destination"]).get("type") if isinstance(target, dict) else None
        if not isinstance(kind, str) or not isinstance(target, dict):
            return
        needed = "repository_id" if kind in _REPOSITORIES else "path"
        if plans.is_unset(target.get(needed)):
            plan.error("Argument is missing", f"Set {needed} in destination: {kind} needs it.",
                       "destination")
        for name, kinds in (("repository_id", _REPOSITORIES),
                            ("path", ("shared_folder", "local_storage")),
                            ("backup_server_name", ("backup_repository",)),
                            ("share_type", ("shared_folder",)),
                            ("network_credentials_id", ("shared_folder",))):
            if kind not in kinds and not plans.is_unset(target.get(name)):
                plan.error("Argument does not apply",
                           f"{name} does not go with a destination of type {kind}.",
                           "destination")

    def steps(self, client: Server, prior: AgentBackupPolicyModel | None,
              planned: AgentBackupPolicyModel | None, ctx: StepContext) -> Steps:
        """REST calls; one script for what REST does not know."""
        model = planned or prior
        scripted = model is not None and model.os in SCRIPTED
        return (_scripts().steps if scripted else super().steps)(client, prior, planned, ctx)

    def read(self, client: Server, state: AgentBackupPolicyModel,
             ctx: StepContext) -> AgentBackupPolicyModel | None:
        """The policy as it is now."""
        scripted = state.os in SCRIPTED
        return (_scripts().read if scripted else super().read)(client, state, ctx)

    def import_state(self, client: Server, import_id: str,
                     ctx: StepContext) -> AgentBackupPolicyModel | None:
        """By id or name:NAME; one for macOS or Unix by mac:ID or unix:ID."""
        scripted = import_id.partition(":")[0] in SCRIPTED
        return (_scripts().import_state if scripted else super().import_state)(
            client, import_id, ctx)

    def probe(self, client: Server, intent: OpenIntent,
              ctx: StepContext) -> Probe[AgentBackupPolicyModel]:
        """What became of an interrupted creation."""
        scripted = "name" not in intent.identity
        return (_scripts().probe if scripted else super().probe)(client, intent, ctx)

    def find(self, client: Server, planned: AgentBackupPolicyModel,
             ctx: StepContext) -> Probe[AgentBackupPolicyModel]:
        """The policy of that name, or what the script finds."""
        scripted = planned.os in SCRIPTED
        return (_scripts().find if scripted else super().find)(client, planned, ctx)

    def exposes(self, planned: Mapping[str, Value]) -> bool:
        """In the script, where there is one."""
        return bare(planned.get("os")) in SCRIPTED

    def handwork(self, client: Server, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """The script, where there is one."""
        system = bare((planned or prior or {})["os"])
        return _scripts().handwork(client, prior, planned, ctx) if system in SCRIPTED else None

    def confirm(self, result: str, pending: Mapping[str, Any],
                planned: AgentBackupPolicyModel | None) -> AgentBackupPolicyModel | None:
        """Judge what the script printed."""
        return _scripts().confirm(result, pending, planned)

    def kind_of(self, values: Mapping[str, Value]) -> str | None:
        """Operating system and type of the computers."""
        system, kind = bare(values.get("os")), bare(values.get("policy_type"))
        return f"{system}/{kind}" if isinstance(system, str) and isinstance(kind, str) else None

    def kind_on_wire(self, raw: Json) -> str | None:
        """Agent policies only; the collection holds every kind of job."""
        found = words.from_wire("policy_type", raw.get("type"))
        return found if found in self.shapes else None

    def type_on_wire(self, server: Server, planned: AgentBackupPolicyModel) -> str:
        """One type for each kind."""
        return words.to_wire("policy_type", self.kind(planned))

    def fields_of(self, kind: str, raw: Json) -> dict[str, Any]:
        """Operating system and type of the computers."""
        system, _, policy_type = kind.partition("/")
        return {"os": system, "policy_type": policy_type}
