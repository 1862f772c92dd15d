"""Arguments of an agent backup policy."""

from __future__ import annotations

import re
from typing import Any

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.agents import NamedModel

DEFAULT_RETENTION_DAYS = 7
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _positive(value: Any) -> str | None:
    return None if value is None or value > 0 else "It must be greater than zero."


def _clock_time(value: Any) -> str | None:
    return None if value is None or _TIME.fullmatch(value) else "It must be a time such as 22:00."


def _days_known(value: Any) -> str | None:
    wrong = [day for day in value or [] if day not in words.choices("day")]
    return f"{', '.join(sorted(wrong))} is no day of the week, such as monday." if wrong else None


class DestinationBlock(Model):
    """``destination``: where the backups go."""

    repository_id: str = attribute(
        doc="Id of the repository, scale-out repository or cloud repository.", required=True)
    type: str = attribute(
        doc="backup_repository, or cloud_connect_repository for one of a service provider.",
        default="backup_repository", choices=words.choices("destination"))


class RetentionBlock(Model):
    """``retention``: how long backups are kept."""

    type: str = attribute(doc="days or restore_points.", default="days",
                          choices=words.choices("retention"))
    quantity: int = attribute(doc="How many.", default=DEFAULT_RETENTION_DAYS,
                              validators=(_positive,))


class GfsBlock(Model):
    """``gfs``: full backups that are kept for longer."""

    weekly: int | None = attribute(doc="Weeks to keep weekly backups.", validators=(_positive,))
    monthly: int | None = attribute(doc="Months to keep monthly backups.", validators=(_positive,))
    yearly: int | None = attribute(doc="Years to keep yearly backups.", validators=(_positive,))


class DailyBlock(Model):
    """``daily``: once a day."""

    at: str = attribute(doc="Local time, such as 22:00.", default="22:00",
                        validators=(_clock_time,))
    kind: str = attribute(doc="everyday, week_days or selected_days.", default="everyday",
                          choices=words.choices("daily_kind"))
    days: set[str] = attribute(doc="The days of selected_days, such as monday.", default=[],
                               validators=(_days_known,))


class ScheduleBlock(Model):
    """``schedule``: when the policy runs by itself."""

    daily: DailyBlock | None = block(doc="Once a day.")


class BackupCacheBlock(Model):
    """``backup_cache``: where a Windows agent keeps backups while the target is out of reach."""

    type: str = attribute(doc="automatic or manual.", default="automatic",
                          choices=words.choices("cache"))
    path: str | None = attribute(doc="Local folder; with type manual.")
    size_limit: int = attribute(doc="Largest size.", required=True, validators=(_positive,))
    size_unit: str = attribute(doc="gb or tb.", default="gb", choices=words.choices("cache_unit"))


class AgentBackupPolicyModel(NamedModel):
    """Arguments and attributes of ``veeam_agent_backup_policy``."""

    os: str = attribute(
        doc="Operating system of the computers: windows, linux, mac or unix. Policies for mac and "
            "unix need PowerShell.", required=True,
        choices=("windows", "linux", "mac", "unix"), replace_on_change=True)
    policy_type: str = attribute(doc="workstation or server.", required=True,
                                 choices=("workstation", "server"), replace_on_change=True)
    protection_group_ids: set[str] = attribute(
        doc="Ids of the protection groups whose computers the policy protects.", default=[])
    backup_mode: str = attribute(
        doc="entire_computer, volumes or file_level; with os mac user_homes or file_level.",
        default="entire_computer", choices=(*words.choices("backup_mode"), "user_homes"))
    volumes: list[str] = attribute(
        doc="With backup_mode volumes: drives such as C:\\, or mount points such as /home; os "
            "stands for the system volumes of Windows.", default=[])
    directories: list[str] = attribute(
        doc="With backup_mode file_level: the directories.", default=[])
    synthetic_full: bool = attribute(
        doc="Make synthetic full backups; not on object storage.", default=False)
    active_full: bool = attribute(doc="Make active full backups.", default=False)
    compact_full: bool = attribute(
        doc="Defragment and compact full backups; not on object storage.", default=False)
    encryption_password_id: str | None = attribute(
        doc="Id of the encryption password; no encryption when left out.")
    is_disabled: bool | None = computed_attribute(doc="Whether the policy is switched off.")
    destination: DestinationBlock | None = block(doc="Where the backups go.", min_items=1,
                                                 max_items=1)
    retention: RetentionBlock | None = block(
        doc=f"How long backups are kept; {DEFAULT_RETENTION_DAYS} days when left out.",
        computed=True)
    gfs: GfsBlock | None = block(doc="Full backups that are kept for longer.")
    schedule: ScheduleBlock | None = block(
        doc="When the policy runs by itself; never when left out.")
    backup_cache: BackupCacheBlock | None = block(
        doc="Cache on the computer while the target is out of reach; windows only.")
