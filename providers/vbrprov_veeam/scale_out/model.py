"""Arguments of a scale-out repository."""

from __future__ import annotations

import re
from typing import Any

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.encryption import EncryptionBlock
from vbrprov_veeam.objects import TimedModel

HOURS = 24
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _clock(value: Any) -> str | None:
    return None if value is None or _TIME.fullmatch(value) else "It must be a time such as 22:00."


def _hours(value: Any) -> str | None:
    good = value is None or all(isinstance(h, int) and 0 <= h < HOURS for h in value)
    return None if good else "Hours are whole numbers from 0 to 23."


def _percent(value: Any) -> str | None:
    return None if value is None or 1 <= value <= 100 else "It must be 1 to 100."


def _not_negative(value: Any) -> str | None:
    return None if value is None or value >= 0 else "It cannot be negative."


def _known(table: str, what: str) -> Any:
    def check(value: Any) -> str | None:
        wrong = sorted(set(value or []) - set(words.choices(table)))
        return f"{', '.join(wrong)} is no {what}." if wrong else None

    return check


class PerformanceExtentBlock(Model):
    """``performance_extent``: a repository that jobs write to."""

    repository_id: str = attribute(doc="Id of the repository.", required=True)
    mode: str = attribute(
        doc="normal; sealed: nothing new is written to it; maintenance: it is not used at all.",
        default="normal", choices=("normal", "sealed", "maintenance"))
    allowed_backups: str | None = attribute(
        doc="With placement performance, what goes to this extent: all, fulls_only, "
            "increments_only or none.", choices=words.choices("allowed_backups"))


class CapacityExtentBlock(Model):
    """``extent`` of the capacity tier: an object storage repository."""

    repository_id: str = attribute(doc="Id of the repository.", required=True)
    crypto_key_id: str | None = attribute(
        doc="Id of the key of a repository that is encrypted already; from revision 1.3-rev2.")


class OffloadBlock(Model):
    """``offload_window``: when data may be moved on one day of the week."""

    day: str = attribute(doc="The day, such as monday.", required=True,
                         choices=words.choices("day"))
    hours: set[int] = attribute(
        doc="Hours in which it is allowed: 0 is from midnight to one.", default=[],
        validators=(_hours,))


class WeeklyBlock(Model):
    """``weekly``: on days of the week."""

    days: set[str] = attribute(doc="The days, such as monday.", required=True,
                               validators=(_known("day", "day of the week"),))
    at: str = attribute(doc="Local time, such as 22:00.", default="22:00", validators=(_clock,))


class MonthlyBlock(Model):
    """``monthly``: once in some months."""

    number: str = attribute(
        doc="first, second, third, fourth, last, or on_day.", default="last",
        choices=words.choices("day_in_month"))
    day: str | None = attribute(doc="Day of the week; not with on_day.",
                                choices=words.choices("day"))
    day_of_month: int | None = attribute(doc="Day of the month; with on_day.")
    months: set[str] = attribute(doc="The months, such as january.", required=True,
                                 validators=(_known("month", "month"),))
    at: str = attribute(doc="Local time, such as 22:00.", default="22:00", validators=(_clock,))


class HealthCheckBlock(Model):
    """``health_check``: when the data is checked."""

    weekly: WeeklyBlock | None = block(doc="On days of the week.")
    monthly: MonthlyBlock | None = block(doc="Once in some months.")


class CapacityTierBlock(Model):
    """``capacity_tier``: object storage below the performance tier."""

    copy_backups: bool = attribute(doc="Copy backups as soon as they are made.", default=False)
    move_backups: bool = attribute(
        doc="Move backups that are out of the operational restore window.", default=False)
    operational_restore_days: int = attribute(
        doc="With move_backups: for how many days backups stay in the performance tier.",
        default=14, unit="days", validators=(_not_negative,))
    override_space_threshold: int | None = attribute(
        doc="Move backups sooner when the space of the performance tier is used to so many "
            "percent; never when left out.", unit="percent", validators=(_percent,))
    extent: list[CapacityExtentBlock] = block(doc="A repository of the tier.", min_items=1)
    offload_window: list[OffloadBlock] = block(
        doc="When data may be moved; at any time when left out.")
    encryption: EncryptionBlock | None = block(
        doc="With what the tier is encrypted; not at all when left out.")
    health_check: HealthCheckBlock | None = block(
        doc="When backups are checked; never when left out.")


class ArchiveTierBlock(Model):
    """``archive_tier``: the storage for what is kept for years."""

    repository_id: str = attribute(doc="Id of the repository.", required=True)
    after_days: int = attribute(
        doc="Move backups that are older.", default=90, unit="days", validators=(_not_negative,))
    cost_optimized: bool = attribute(
        doc="Archive backups only when they stay for the minimum time that the storage charges "
            "for.", default=False)
    deduplicate: bool = attribute(
        doc="Store each backup as a difference to the one before.", default=False)
    copy_backups: bool | None = attribute(
        doc="Copy backups as soon as they are made; from revision 1.3-rev2. The server's default "
            "when left out.", computed=True)
    move_backups: bool | None = attribute(
        doc="Move backups after after_days; from revision 1.3-rev2, older ones always do. The "
            "server's default when left out.", computed=True)
    crypto_key_id: str | None = attribute(
        doc="Id of the key of a repository that is encrypted already; from revision 1.3-rev2.")
    encryption: EncryptionBlock | None = block(
        doc="With what the tier is encrypted; from revision 1.3-rev2.")


class ScaleOutRepositoryModel(TimedModel):
    """Arguments and attributes of ``veeam_scale_out_repository``."""

    name: str = attribute(doc="Name; unique among all repositories of the server.", required=True)
    description: str = attribute(doc="Description.", default="")
    per_vm_backup: bool | None = attribute(
        doc="Make a separate backup file for each machine; the server's default when left out.",
        computed=True)
    full_when_extent_offline: bool | None = attribute(
        doc="Make a full backup when the extent that is needed is offline; the server's default "
            "when left out.", computed=True)
    placement: str = attribute(
        doc="data_locality: all files of a chain lie on one extent. performance: full and "
            "incremental backups may lie on different ones.", default="data_locality",
        choices=words.choices("placement"))
    strict_placement: bool = attribute(
        doc="Let jobs fail when the placement cannot be kept.", default=False)
    delete_backups_on_destroy: bool = attribute(
        doc="When the scale-out repository is destroyed, delete the backups in it too.",
        default=False)
    deletion_policy: str = attribute(
        doc="What destroying does: PREVENT refuses it while the server knows backups in it, "
            "DELETE removes it and leaves the backups in the extents, ABANDON only forgets it.",
        default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    performance_extent: list[PerformanceExtentBlock] = block(
        doc="A repository that jobs write to.", min_items=1)
    capacity_tier: CapacityTierBlock | None = block(doc="Object storage below; none when left out.")
    archive_tier: ArchiveTierBlock | None = block(
        doc="Storage for what is kept for years; none when left out.")
