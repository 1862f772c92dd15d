"""veeam_backup_copy_job: copies of backups in a second repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from vbrprov.sdk import ErrorClass, Model, PlanDraft, ProviderError, attribute, block
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import plans, words
from vbrprov_veeam.api import Feature
from vbrprov_veeam.inventory import group_objects, member
from vbrprov_veeam.jobs import schedule as times
from vbrprov_veeam.jobs import storage as stores
from vbrprov_veeam.jobs.base import Job, JobModel
from vbrprov_veeam.jobs.checks import own, own_word, positive, word
from vbrprov_veeam.jobs.scope import ComputerBlock
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import REPOSITORIES, SCALE_OUT_REPOSITORIES, Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape

_SCALE_OUT = "ExtendableRepository"


class SourceBlock(Model):
    """``source``: which backups are copied."""

    job_ids: set[str] = attribute(doc="Ids of jobs and policies.", default=[])
    repository_ids: set[str] = attribute(
        doc="Ids of repositories and scale-out repositories: all backups in them.", default=[])
    excluded_job_ids: set[str] = attribute(doc="Ids of jobs to leave out.", default=[])
    excluded_computer: set[ComputerBlock] = block(doc="A computer to leave out.")
    excluded_group_ids: set[str] = attribute(
        doc="Ids of protection groups to leave out.", default=[])
    transaction_logs: bool = attribute(doc="Copy backups of transaction logs too.", default=False)


class TargetBlock(Model):
    """``target``: where the copies go."""

    repository_id: str = attribute(doc="Id of the repository or scale-out repository.",
                                   required=True)


class ThresholdBlock(Model):
    """A time after which a missing copy is a warning."""

    quantity: int = attribute(doc="After so many.", required=True, validators=(positive,))
    unit: str = word("Unit of quantity.", "threshold", default="days")


class TransferBlock(Model):
    """``data_transfer``: the way of the data."""

    mode: str = word("The way.", "transfer", default="direct")
    source_wan_accelerator_id: str | None = own("Id of the WAN accelerator at the source.")
    target_wan_accelerator_id: str | None = own("Id of the WAN accelerator at the target.")


class CopyGfsBlock(stores.GfsBlock):
    """``gfs`` of a copy job."""

    read_entire_restore_point: bool = attribute(
        doc="Read the whole restore point from the source, instead of building it from the copies.",
        default=False)


class CopyNotificationsBlock(stores.NotificationsBlock):
    """``notifications`` of a copy job."""

    email: stores.CopyEmailBlock | None = block(doc="By e-mail; off when left out.")


class BackupCopyJobModel(JobModel):
    """Arguments and attributes of ``veeam_backup_copy_job``."""

    mode: str = word("Copy each restore point at once, or at times.", "copy_mode",
                     default="immediate", replace_on_change=True)
    most_recent_restore_point: bool = attribute(
        doc="With mode periodic: copy the latest restore point instead of waiting for a new one.",
        default=False)
    compact_full: bool = attribute(
        doc="Defragment and compact full backups; not on object storage.", default=False)
    compact_full_schedule: times.OccasionsBlock | None = block(
        doc="When they are compacted.")
    remove_deleted_after: int | None = attribute(
        doc="Remove backups of computers that are no longer protected; never when left out.",
        unit="days", validators=(positive,))
    compression: str | None = own_word("Compression.", "compression")
    inline_deduplication: bool | None = own("Inline deduplication; from revision 1.3-rev2.")
    encryption_password_id: str | None = attribute(
        doc="Id of the encryption password; no encryption when left out.")
    encryption_kms_server_id: str | None = attribute(
        doc="Id of the KMS server that holds the key, instead of a password.")
    source: SourceBlock | None = block(doc="Which backups are copied.", min_items=1, max_items=1)
    target: TargetBlock | None = block(doc="Where the copies go.", min_items=1, max_items=1)
    retention: stores.RetentionBlock | None = block(
        doc=f"How long copies are kept; {stores.DEFAULT_RETENTION_DAYS} days when left out.",
        computed=True)
    gfs: CopyGfsBlock | None = block(doc="Full backups that are kept for longer.")
    health_check: stores.HealthCheckBlock | None = block(
        doc="Checks that find damaged blocks; none when left out.")
    warn_without_copy: ThresholdBlock | None = block(
        doc="Warn when there was no copy for so long; never when left out.")
    warn_without_log_copy: ThresholdBlock | None = block(
        doc="Warn when there was no copy of logs for so long; never when left out.")
    notifications: CopyNotificationsBlock | None = block(doc="Who is told.", computed=True)
    scripts: stores.ScriptsBlock | None = block(
        doc="Commands on the backup server, before and after the job.")
    data_transfer: TransferBlock | None = block(doc="The way of the data.", computed=True)
    schedule: times.PeriodicScheduleBlock | None = block(
        doc="When it runs. With mode immediate only backup_window counts, and left out it copies "
            "at any time; with mode periodic it never runs by itself when left out.")


@dataclass(frozen=True, slots=True)
class _Ids(Entry):
    """Objects that are named by their ids; what the server tells of them stays."""

    argument: str
    wire: str

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name them."""
        wanted = set(getattr(model, self.argument) or [])
        current: list[Json] = look(raw, self.wire) or []
        if wanted != {o.get("id") for o in current}:
            kept = [o for o in current if o.get("id") in wanted]
            new = sorted(wanted - {o.get("id") for o in kept})
            put(raw, self.wire, [*kept, *(self.made(server, i) for i in new)])

    def read(self, raw: Json, model: type[Model]) -> set[str]:
        """The ids."""
        return {str(o.get("id")) for o in look(raw, self.wire) or []}

    def made(self, server: Server, object_id: str) -> Json:
        """The object on the wire."""
        return {"id": object_id}


class _Repositories(_Ids):
    """Repositories, of which the wire names the type too."""

    __slots__ = ()

    def made(self, server: Server, object_id: str) -> Json:
        """Id and type; the type is asked for."""
        found = server.find(f"{REPOSITORIES}/{object_id}")
        if found is not None:
            return {"id": object_id, "type": found["type"]}
        if server.find(f"{SCALE_OUT_REPOSITORIES}/{object_id}") is None:
            raise ProviderError(
                ErrorClass.INVALID, "Repository not found",
                f"{server.label} has no repository and no scale-out repository with the id "
                f"{object_id}.", attribute="source")
        return {"id": object_id, "type": _SCALE_OUT}


_EXCLUDED = "sourceObjects.excludes.objects"


@dataclass(frozen=True, slots=True)
class _ExcludedGroups(Entry):
    """Protection groups and computers that are left out: one list on the wire."""

    argument: str = "excluded_group_ids"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set both; objects that stay are not looked up again."""
        current: list[Json] = look(raw, _EXCLUDED) or []
        agents = _agents(raw)
        wanted: list[tuple[str, Any]] = [(i, None) for i in sorted(model.excluded_group_ids or [])]
        wanted += sorted((c.protection_group_id, c.name) for c in model.excluded_computer or [])
        if set(wanted) == set(map(_key, agents)):
            return
        known = {_key(o): o for o in agents}
        made = [known.get(key) or (group_objects(server, [key[0]])[0] if key[1] is None
                                   else member(server, *key)) for key in wanted]
        put(raw, _EXCLUDED, [*(o for o in current if o not in agents), *made])

    def read(self, raw: Json, model: type[Model]) -> set[str]:
        """The ids of groups."""
        return {key[0] for key in map(_key, _agents(raw)) if key[1] is None}


@dataclass(frozen=True, slots=True)
class _ExcludedComputers(Entry):
    argument: str = "excluded_computer"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it to the groups."""

    def read(self, raw: Json, model: type[Model]) -> list[ComputerBlock]:
        """The computers."""
        found = [key for key in map(_key, _agents(raw)) if key[1] is not None]
        return [ComputerBlock(protection_group_id=group, name=name)
                for group, name in sorted(found)]


def _agents(raw: Json) -> list[Json]:
    # The list may name machines of hypervisors too.
    return [o for o in look(raw, _EXCLUDED) or [] if o.get("platform") == "Agent"]


def _key(item: Json) -> tuple[str, Any]:
    name = None if item.get("type") == "ProtectionGroup" else item.get("name")
    return str(item.get("protectionGroupId")), name


_ADVANCED = "target.advancedSettings"
_THRESHOLD = Shape(ThresholdBlock, (
    Leaf("quantity", "quantity"), Leaf("unit", "type", "threshold")))
_SOURCE = Shape(SourceBlock, (
    _Ids("job_ids", "sourceObjects.includes.jobs"),
    _Repositories("repository_ids", "sourceObjects.includes.repositories"),
    _Ids("excluded_job_ids", "sourceObjects.excludes.jobs"),
    _ExcludedGroups(), _ExcludedComputers(),
    Leaf("transaction_logs", "sourceObjects.enableTransactionLogCopy"),
))
_EMAIL = Shape(stores.CopyEmailBlock, (
    *stores.EMAIL,
    Leaf("when", "notificationsSchedule", "notification_schedule"),
    Leaf("daily_at", "dailyReportSummarylocalTime", clock=True),
))
_COMMON: tuple[Entry, ...] = (
    Leaf("mode", "mode", "copy_mode"),
    Part("source", "", _SOURCE, switch=""),
    Part("target", "target", Shape(TargetBlock, (Leaf("repository_id", "backupRepositoryId"),)),
         switch=""),
    Part("retention", "target.retentionPolicy", stores.RETENTION, switch=""),
    Part("gfs", "target.gfsPolicy", Shape(CopyGfsBlock, (
        *stores.GFS.entries, Leaf("read_entire_restore_point", "readEntireRestorePoint")))),
    Leaf("most_recent_restore_point", f"{_ADVANCED}.useMostRecentRestorePoint"),
    Part("health_check", f"{_ADVANCED}.backupHealth", stores.HEALTH),
    *stores.maintenance(_ADVANCED),
    *stores.storage_data(_ADVANCED),
    Part("warn_without_copy", f"{_ADVANCED}.rpoMonitor.newBackupThreshold", _THRESHOLD),
    Part("warn_without_log_copy", f"{_ADVANCED}.rpoMonitor.newLogBackupThreshold", _THRESHOLD),
    Part("notifications", f"{_ADVANCED}.notifications", Shape(CopyNotificationsBlock, (
        stores.SNMP, Part("email", "emailNotifications", _EMAIL))), switch=""),
    Part("scripts", f"{_ADVANCED}.scripts", stores.SCRIPTS, switch="",
         told_by=("before", "after")),
    Part("data_transfer", "dataTransfer.wanAcceleratorSettings", Shape(TransferBlock, (
        Leaf("mode", "transferMode", "transfer"),
        Leaf("source_wan_accelerator_id", "sourceWANAcceleratorId"),
        Leaf("target_wan_accelerator_id", "targetWANAcceleratorId"))), switch=""),
)
class _ImmediateSchedule(Part):
    """The schedule of an immediate copy job: a window, or none for any time."""

    __slots__ = ()

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the window, or open it."""
        if model.schedule is not None:
            current = raw.setdefault("schedule", {"type": "Immediate"})
            current["scheduleMode"] = "BackupWindow"
            self.shape.write(current, model.schedule, server)
        elif look(raw, "schedule.scheduleMode") is not None:
            raw["schedule"]["scheduleMode"] = "Continuous"

    def read(self, raw: Json, model: type[Model]) -> Any:
        """The window, ``None`` for any time."""
        if look(raw, "schedule.scheduleMode") != "BackupWindow":
            return None
        return self.shape.model(**self.shape.read(raw["schedule"]))


_IMMEDIATE = Shape(times.PeriodicScheduleBlock, (Part("backup_window", "", times.WINDOW,
                                                         switch=""),))
_PERIODIC = Shape(times.PeriodicScheduleBlock, times.PERIODIC.entries, {"type": "Periodic"})


class BackupCopyJob(Job[BackupCopyJobModel]):
    """A copy job, immediate or periodic."""

    type_name = "veeam_backup_copy_job"
    model = BackupCopyJobModel
    doc = "Copies of backups in a second repository."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/backup_copy.html"
    noun = "backup copy job"
    feature = Feature.BACKUP_COPY_JOBS
    shapes: ClassVar[Mapping[str, Shape]] = {
        "immediate": Shape(BackupCopyJobModel, (
            *_COMMON, _ImmediateSchedule("schedule", "schedule", _IMMEDIATE))),
        "periodic": Shape(BackupCopyJobModel, (*_COMMON, times.scheduled(_PERIODIC))),
    }

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the default retention; a copy needs a source."""
        if plans.is_unset(plan.config.get("retention")):
            plan.planned["retention"] = stores.RetentionBlock().to_values()
        super().plan_modify(plan)
        source = bare(plan.config.get("source"))
        if isinstance(source, dict) and not plans.is_given(source, "job_ids", "repository_ids"):
            plan.error("Argument is missing",
                       "Set job_ids or repository_ids in source: there is nothing to copy.",
                       "source")

    def kind_of(self, values: Mapping[str, Value]) -> str | None:
        """The mode."""
        mode = bare(values.get("mode"))
        return mode if isinstance(mode, str) else None

    def kind_on_wire(self, raw: Json) -> str | None:
        """The mode of copy jobs; the collection holds every kind of job."""
        if raw.get("type") != "BackupCopy":
            return None
        found = words.from_wire("copy_mode", raw.get("mode"))
        return found if found in self.shapes else None

    def type_on_wire(self, server: Server, planned: BackupCopyJobModel) -> str:
        """One type for both modes."""
        return "BackupCopy"
