"""How a job stores backups: retention, full backups, encryption, notifications, scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam.jobs.checks import clock_time, own, own_word, positive, word, word_set
from vbrprov_veeam.jobs.schedule import OCCASIONS, OccasionsBlock
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape, Toggle

DEFAULT_RETENTION_DAYS = 7
_REV2 = "1.3-rev2"


class RetentionBlock(Model):
    """``retention``: how long backups are kept."""

    type: str = word("What quantity counts.", "retention", default="days")
    quantity: int = attribute(doc="How many.", default=DEFAULT_RETENTION_DAYS,
                              validators=(positive,))


class GfsBlock(Model):
    """``gfs``: full backups that are kept for longer."""

    weekly: int | None = attribute(doc="Weeks to keep weekly backups.", validators=(positive,))
    weekly_on: str | None = own_word("Day of the weekly one.", "day")
    monthly: int | None = attribute(doc="Months to keep monthly backups.", validators=(positive,))
    monthly_on: str | None = own_word("Week of the monthly one.", "week_of_month")
    yearly: int | None = attribute(doc="Years to keep yearly backups.", validators=(positive,))
    yearly_on: str | None = own_word("Month of the yearly one.", "month")


class HealthCheckBlock(OccasionsBlock):
    """``health_check``: checks that find damaged blocks."""


class PolicyHealthCheckBlock(HealthCheckBlock):
    """``health_check`` of a policy."""

    full: bool = attribute(
        doc="Read all of the data, not only the metadata; object storage only.", default=False)


class EmailBlock(Model):
    """``email``: notifications by e-mail."""

    recipients: set[str] = attribute(doc="Addresses.", default=[])
    settings: str = word("Whose settings.", "notification", default="global")
    subject: str | None = own("Subject, with settings custom.")
    on_success: bool | None = own("Tell of successes, with settings custom.")
    on_warning: bool | None = own("Tell of warnings, with settings custom.")
    on_error: bool | None = own("Tell of errors, with settings custom.")
    suppress_until_last_retry: bool | None = own(
        "Tell only of the last try, with settings custom.")


class JobEmailBlock(EmailBlock):
    """``email`` of a backup job."""

    daily_summary_at: str | None = attribute(
        doc="Time of a daily summary, such as 08:00; from revision 1.3-rev2.",
        validators=(clock_time,))


class CopyEmailBlock(EmailBlock):
    """``email`` of a copy job."""

    when: str | None = own_word("When it is sent.", "notification_schedule")
    daily_at: str | None = own("Time of the daily report, such as 08:00.",
                               validators=(clock_time,))


class NotificationsBlock(Model):
    """``notifications``: who is told."""

    snmp: bool = attribute(doc="Send SNMP traps.", default=False)


class JobNotificationsBlock(NotificationsBlock):
    """``notifications`` of an agent job or policy."""

    email: JobEmailBlock | None = block(doc="By e-mail; off when left out.")
    no_backup_for_days: int | None = attribute(
        doc="Tell when there was no backup for so long; from revision 1.3-rev2.", unit="days",
        validators=(positive,))


class ScriptsBlock(Model):
    """``scripts``: commands on the backup server, before and after the job."""

    before: str | None = attribute(doc="Command before the job.")
    after: str | None = attribute(doc="Command after the job.")
    period: str | None = own_word("What every counts.", "script_period")
    every: int | None = own("Run them each so many sessions.", validators=(positive,))
    days: set[str] = word_set("With period days: the days, such as monday.", "day")


class StorageModel(Model):
    """Arguments of everything that stores agents' backups."""

    synthetic_full: bool = attribute(
        doc="Make synthetic full backups; not on object storage.", default=False)
    synthetic_full_schedule: OccasionsBlock | None = block(doc="When they are made.")
    active_full: bool = attribute(doc="Make active full backups.", default=False)
    active_full_schedule: OccasionsBlock | None = block(doc="When they are made.")
    compact_full: bool = attribute(
        doc="Defragment and compact full backups; not on object storage.", default=False)
    compact_full_schedule: OccasionsBlock | None = block(doc="When they are compacted.")
    remove_deleted_after: int | None = attribute(
        doc="Remove backups of computers that are no longer protected; never when left out.",
        unit="days", validators=(positive,))
    compression: str | None = own_word("Compression.", "compression")
    block_size: str | None = own_word("Size of blocks; 8mb from revision 1.3-rev2.", "block_size")
    inline_deduplication: bool | None = own("Inline deduplication; from revision 1.3-rev2.")
    encryption_password_id: str | None = attribute(
        doc="Id of the encryption password; no encryption when left out.")
    encryption_kms_server_id: str | None = attribute(
        doc="Id of the KMS server that holds the key, instead of a password.")
    retention: RetentionBlock | None = block(
        doc=f"How long backups are kept; {DEFAULT_RETENTION_DAYS} days when left out.",
        computed=True)
    gfs: GfsBlock | None = block(doc="Full backups that are kept for longer.")
    notifications: JobNotificationsBlock | None = block(doc="Who is told.", computed=True)


@dataclass(frozen=True, slots=True)
class Encryption(Entry):
    """A password or a KMS server: the switch is on with either."""

    wire: str
    argument: str = "encryption_password_id"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Switch it on with what is named, or off."""
        current: Json = look(raw, self.wire) or {}
        if model.encryption_password_id is None and model.encryption_kms_server_id is None:
            if current.get("isEnabled"):
                current["isEnabled"] = False
            return
        current["isEnabled"] = True
        if model.encryption_kms_server_id is None:
            if current.get("encryptionPasswordId") != model.encryption_password_id:
                current.pop("encryptionPasswordUniqueId", None)  # it is that of the old one
            current |= {"encryptionType": "ByUserPassword",
                        "encryptionPasswordId": model.encryption_password_id}
        else:
            current |= {"encryptionType": "ByKms", "kmsServerId": model.encryption_kms_server_id}
        put(raw, self.wire, current)

    def read(self, raw: Json, model: type[Model]) -> str | None:
        """The password while it counts."""
        return _encrypted_by(raw, self.wire, "encryptionPasswordId", kms=False)


@dataclass(frozen=True, slots=True)
class KmsServer(Entry):
    """The KMS server; ``Encryption`` writes it."""

    wire: str
    argument: str = "encryption_kms_server_id"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it to ``Encryption``."""

    def read(self, raw: Json, model: type[Model]) -> str | None:
        """The server while it counts."""
        return _encrypted_by(raw, self.wire, "kmsServerId", kms=True)


def _encrypted_by(raw: Json, wire: str, name: str, *, kms: bool) -> str | None:
    found = look(raw, wire) or {}
    counts = found.get("isEnabled") and (found.get("encryptionType") == "ByKms") is kms
    return str(found[name]) if counts and found.get(name) else None


def encryption(wire: str) -> tuple[Entry, ...]:
    """Both arguments of encryption."""
    return Encryption(wire), KmsServer(wire)


RETENTION = Shape(RetentionBlock, (Leaf("type", "type", "retention"), Leaf("quantity", "quantity")))
GFS = Shape(GfsBlock, (
    Toggle("weekly", "weekly", "keepForNumberOfWeeks"),
    Leaf("weekly_on", "weekly.desiredTime", "day"),
    Toggle("monthly", "monthly", "keepForNumberOfMonths"),
    Leaf("monthly_on", "monthly.desiredTime", "week_of_month"),
    Toggle("yearly", "yearly", "keepForNumberOfYears"),
    Leaf("yearly_on", "yearly.desiredTime", "month"),
))
HEALTH = Shape(HealthCheckBlock, OCCASIONS.entries)
POLICY_HEALTH = Shape(PolicyHealthCheckBlock, (
    *OCCASIONS.entries, Leaf("full", "isFullHealthCheckEnabled")))
_CUSTOM = "customNotificationSettings"
EMAIL: tuple[Entry, ...] = (
    Leaf("recipients", "recipients"),
    Leaf("settings", "notificationType", "notification"),
    Leaf("subject", f"{_CUSTOM}.subject"),
    Leaf("on_success", f"{_CUSTOM}.notifyOnSuccess", always=True),
    Leaf("on_warning", f"{_CUSTOM}.notifyOnWarning", always=True),
    Leaf("on_error", f"{_CUSTOM}.notifyOnError", always=True),
    Leaf("suppress_until_last_retry", f"{_CUSTOM}.SuppressNotificationUntilLastRetry",
         always=True),
)
JOB_EMAIL: tuple[Entry, ...] = (
    *EMAIL,
    Toggle("daily_summary_at", "", "dailySummaryLocalTime", switch="sendDailySummary",
           since=_REV2, clock=True),
)
SNMP = Leaf("snmp", "sendSNMPNotifications")
JOB_NOTIFICATIONS = Shape(JobNotificationsBlock, (
    SNMP,
    Part("email", "emailNotifications", Shape(JobEmailBlock, JOB_EMAIL)),
    Toggle("no_backup_for_days", "backupMonitoring", "quantity", since=_REV2),
))
SCRIPTS = Shape(ScriptsBlock, (
    Toggle("before", "preCommand", "command"),
    Toggle("after", "postCommand", "command"),
    Leaf("period", "periodicityType", "script_period"),
    Leaf("every", "runScriptEvery"),
    Leaf("days", "dayOfWeek", "day"),
))


def maintenance(advanced: str) -> tuple[Entry, ...]:
    """Compacting and clean-up of full backups below *advanced*."""
    below = f"{advanced}.fullBackupMaintenance"
    return (
        Leaf("compact_full", f"{below}.defragmentAndCompact.isEnabled", always=True),
        Part("compact_full_schedule", f"{below}.defragmentAndCompact", OCCASIONS, switch=""),
        Toggle("remove_deleted_after", f"{below}.removeData", "afterDays"),
    )


def storage_data(advanced: str) -> tuple[Entry, ...]:
    """Compression and encryption below *advanced*."""
    below = f"{advanced}.storageData"
    return (
        Leaf("compression", f"{below}.compressionLevel", "compression"),
        Leaf("inline_deduplication", f"{below}.inlineDataDedupEnabled", since=_REV2),
        *encryption(f"{below}.encryption"),
    )


_ADVANCED = "storage.advancedSettings"
AGENT_STORAGE: tuple[Entry, ...] = (
    Part("retention", "storage.retentionPolicy", RETENTION, switch=""),
    Part("gfs", "storage.gfsPolicy", GFS),
    Leaf("synthetic_full", f"{_ADVANCED}.syntheticFulls.isEnabled", always=True),
    Part("synthetic_full_schedule", f"{_ADVANCED}.syntheticFulls", OCCASIONS, switch=""),
    Leaf("active_full", f"{_ADVANCED}.activeFulls.isEnabled", always=True),
    Part("active_full_schedule", f"{_ADVANCED}.activeFulls", OCCASIONS, switch=""),
    *maintenance(_ADVANCED),
    *storage_data(_ADVANCED),
    Leaf("block_size", f"{_ADVANCED}.storageData.storageOptimization", "block_size"),
    Part("notifications", f"{_ADVANCED}.notifications", JOB_NOTIFICATIONS, switch=""),
)
