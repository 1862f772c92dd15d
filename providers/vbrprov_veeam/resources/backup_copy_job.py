"""veeam_backup_copy_job: copies of backups in a second repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from vbrprov.sdk import Model, PlanDraft, attribute, block
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import plans, words
from vbrprov_veeam.api import Feature
from vbrprov_veeam.jobs import schedule as times
from vbrprov_veeam.jobs import storage as stores
from vbrprov_veeam.jobs.base import Job, JobModel
from vbrprov_veeam.jobs.checks import own, own_word, positive, word
from vbrprov_veeam.jobs.copy_source import SOURCE, SourceBlock
from vbrprov_veeam.links import look
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape


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


_ADVANCED = "target.advancedSettings"
_THRESHOLD = Shape(ThresholdBlock, (
    Leaf("quantity", "quantity"), Leaf("unit", "type", "threshold")))
_EMAIL = Shape(stores.CopyEmailBlock, (
    *stores.EMAIL,
    Leaf("when", "notificationsSchedule", "notification_schedule"),
    Leaf("daily_at", "dailyReportSummarylocalTime", clock=True),
))
_COMMON: tuple[Entry, ...] = (
    Leaf("mode", "mode", "copy_mode"),
    Part("source", "", SOURCE, switch=""),
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
