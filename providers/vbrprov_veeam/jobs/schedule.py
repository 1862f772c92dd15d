"""When jobs run: blocks of schedules and their shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam import words
from vbrprov_veeam.jobs.checks import clock_time, own, own_word, positive, word, word_set
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import AllOrSome, Entry, Leaf, Part, Shape, Toggle, When

HOURS = 24
_RANGES = re.compile(r"[0-9]{1,2}(-[0-9]{1,2})?(,[0-9]{1,2}(-[0-9]{1,2})?)*")


def ranges_of(flags: list[bool]) -> str:
    """Hours as ranges: of an open hour 8, 9 and 22 it is ``8-9,22``."""
    found: list[list[int]] = []
    for hour, is_open in enumerate(flags):
        if is_open and found and found[-1][1] == hour - 1:
            found[-1][1] = hour
        elif is_open:
            found.append([hour, hour])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def flags_of(ranges: str) -> list[bool]:
    """The opposite of ``ranges_of``.

    Raises:
        ValueError: It is no list of hours.
    """
    if not _RANGES.fullmatch(ranges):
        raise ValueError(ranges)
    flags = [False] * HOURS
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        begin, end = int(first), int(last or first)
        if not begin <= end < HOURS:
            raise ValueError(ranges)
        flags[begin:end + 1] = [True] * (end + 1 - begin)
    return flags


def _hours(value: Any) -> str | None:
    for day, ranges in (value or {}).items():
        if day not in words.choices("day"):
            return f"{day} is no day of the week, such as monday."
        try:
            plain = ranges_of(flags_of(ranges or ""))
        except ValueError:
            return f"The hours of {day} must look like 0-6,22-23."
        if plain != ranges:
            return f"Write the hours of {day} as {plain}."
    return None


def _hours_argument(doc: str) -> Any:
    return attribute(
        doc=f"{doc} By day, hours of the day such as 0-6,22-23: 22-23 ends at midnight. A day that "
            "is left out has none; without any day, all hours of all days.", default={},
        validators=(_hours,))


@dataclass(frozen=True, slots=True)
class Hours(Entry):
    """The hours in which something may run."""

    argument: str
    wire: str
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the hours of each day."""
        wanted = getattr(model, self.argument) or {}
        if wanted == self.read(raw, type(model)):
            return
        put(raw, self.wire, {"days": [
            {"day": theirs, "hours": ",".join(
                "01"[is_open] for is_open in _open_hours(wanted, ours))}
            for ours, theirs in words.table("day").items()]})

    def read(self, raw: Json, model: type[Model]) -> dict[str, str]:
        """The days that have open hours; none where all hours of all days are open."""
        found, closed = {}, False
        for day in look(raw, f"{self.wire}.days") or []:
            flags = [flag.strip() == "1" for flag in str(day.get("hours") or "").split(",")]
            closed = closed or not all(flags)
            if any(flags):
                found[str(words.from_wire("day", day.get("day")))] = ranges_of(flags)
        return found if closed or len(found) < len(words.table("day")) else {}


def _open_hours(hours: dict[str, str], day: str) -> list[bool]:
    if not hours:
        return [True] * HOURS
    return flags_of(hours[day]) if day in hours else [False] * HOURS


class DailyBlock(Model):
    """``daily``: once a day."""

    at: str = attribute(doc="Local time, such as 22:00.", default="22:00",
                        validators=(clock_time,))
    kind: str = word("On which days.", "daily_kind", default="everyday")
    days: set[str] = word_set("The days of selected_days, such as monday.", "day")


class MonthlyBlock(Model):
    """``monthly``: once a month."""

    at: str = attribute(doc="Local time, such as 22:00.", default="22:00",
                        validators=(clock_time,))
    day_number: str = word("Which of the days of the week; on_day goes with day_of_month.",
                           "day_number", default="first")
    day_of_week: str | None = own_word("Day of the week.", "day")
    day_of_month: int | None = own("Day of the month; with on_day.", validators=(positive,))
    last_day_of_month: bool = attribute(doc="On the last day of the month.", default=False)
    months: set[str] = word_set("The months; all of them when left out.", "month")


class WeeklyBlock(Model):
    """``weekly``: on some days of the week."""

    at: str = attribute(doc="Local time, such as 22:00.", default="22:00",
                        validators=(clock_time,))
    days: set[str] = word_set("The days, such as saturday.", "day")


class OccasionsBlock(Model):
    """When something is done beside the backups: by day of the week or of the month."""

    weekly: WeeklyBlock | None = block(doc="On some days of the week.")
    monthly: MonthlyBlock | None = block(doc="Once a month.")


class PeriodicallyBlock(Model):
    """``periodically``: again and again."""

    every: int = attribute(doc="How often.", required=True, validators=(positive,))
    unit: str = word("Unit of every.", "period", default="hours")
    start_minute: int | None = own("Minute of the hour to start at.")
    hours: dict[str, str] = _hours_argument("When it may run.")


class WindowBlock(Model):
    """A window of time."""

    hours: dict[str, str] = _hours_argument("The hours of the window.")


class RetryBlock(Model):
    """``retry``: what happens after a failure."""

    count: int = attribute(doc="How often to try again.", default=3, validators=(positive,))
    wait_minutes: int = attribute(doc="How long to wait before.", default=10, unit="minutes",
                                  validators=(positive,))


class TimeoutBlock(Model):
    """``timeout``: how often events may start a backup."""

    quantity: int = attribute(doc="Not more often than once in so many.", required=True,
                              validators=(positive,))
    unit: str = word("Unit of quantity.", "threshold", default="minutes")


class AtEventsBlock(Model):
    """``at_events``: backups that an event starts, on workstations."""

    lock: bool = attribute(doc="When the computer is locked.", default=False)
    logoff: bool = attribute(doc="When the user logs off.", default=False)
    storage_attach: bool = attribute(doc="When the target is attached.", default=False)
    eject_storage: bool = attribute(doc="Eject removable storage afterwards.", default=False)
    timeout: TimeoutBlock | None = block(doc="How often events may start a backup.", computed=True)


class PeriodicScheduleBlock(Model):
    """``schedule`` of a job that runs at times."""

    daily: DailyBlock | None = block(doc="Once a day.")
    monthly: MonthlyBlock | None = block(doc="Once a month.")
    periodically: PeriodicallyBlock | None = block(doc="Again and again.")
    after_job: str | None = attribute(doc="Name of the job to run after.")
    retry: RetryBlock | None = block(doc="What happens after a failure; nothing when left out.")
    backup_window: WindowBlock | None = block(
        doc="A job that still runs outside this window is ended.")


class JobScheduleBlock(PeriodicScheduleBlock):
    """``schedule`` of a backup job."""

    continuously: WindowBlock | None = block(doc="Without a pause.")


class PolicyScheduleBlock(JobScheduleBlock):
    """``schedule`` of a policy, with what only workstations have."""

    power_off_action: str | None = own_word(
        "What becomes of a daily backup whose time comes while the computer is off.", "power_off")
    post_backup_action: str | None = own_word(
        "What the computer does after a daily backup.", "after_backup")
    at_events: AtEventsBlock | None = block(doc="Backups that an event starts.", computed=True)


DAILY = Shape(DailyBlock, (
    Leaf("at", "localTime", clock=True),
    Leaf("kind", "dailyKind", "daily_kind"),
    When("dailyKind", "SelectedDays", Leaf("days", "days", "day")),
))
MONTHLY = Shape(MonthlyBlock, (
    Leaf("at", "localTime", clock=True),
    Leaf("day_number", "dayNumberInMonth", "day_number"),
    Leaf("day_of_week", "dayOfWeek", "day"),
    Leaf("day_of_month", "dayOfMonth"),
    Leaf("last_day_of_month", "isLastDayOfMonth"),
    AllOrSome("months", "months", "month"),
))
WEEKLY = Shape(WeeklyBlock, (Leaf("at", "localTime", clock=True), Leaf("days", "days", "day")))
OCCASIONS = Shape(OccasionsBlock, (
    Part("weekly", "weekly", WEEKLY), Part("monthly", "monthly", MONTHLY)))
WINDOW = Shape(WindowBlock, (Hours("hours", "backupWindow"),))
PERIODICALLY = Shape(PeriodicallyBlock, (
    Leaf("every", "frequency"),
    Leaf("unit", "periodicallyKind", "period"),
    Leaf("start_minute", "startTimeWithinAnHour"),
    Hours("hours", "backupWindow"),
))
PERIODIC = Shape(PeriodicScheduleBlock, (
    Part("daily", "daily", DAILY),
    Part("monthly", "monthly", MONTHLY),
    Part("periodically", "periodically", PERIODICALLY),
    Toggle("after_job", "afterThisJob", "jobName"),
    Part("retry", "retry", Shape(RetryBlock, (
        Leaf("count", "retryCount"), Leaf("wait_minutes", "awaitMinutes")))),
    Part("backup_window", "backupWindow", WINDOW),
))
FULL = Shape(JobScheduleBlock, (*PERIODIC.entries, Part("continuously", "continuously", WINDOW)))
SERVER_POLICY = Shape(PolicyScheduleBlock, FULL.entries)
LINUX_WORKSTATION = Shape(PolicyScheduleBlock, (Part("daily", "daily", DAILY),))
WINDOWS_WORKSTATION = Shape(PolicyScheduleBlock, (
    Part("daily", "daily", DAILY),
    Leaf("power_off_action", "powerOffAction", "power_off"),
    Leaf("post_backup_action", "postBackupAction", "after_backup"),
    Part("at_events", "atEvents", Shape(AtEventsBlock, (
        Leaf("lock", "backupAtLock"),
        Leaf("logoff", "backupAtLogoff"),
        Leaf("storage_attach", "backupAtStorageAttach"),
        Leaf("eject_storage", "ejectStorageAfterBackup"),
        Part("timeout", "backupTimeout", Shape(TimeoutBlock, (
            Leaf("quantity", "quantity"), Leaf("unit", "type", "threshold"))), switch=""),
    )), switch=""),
))


def scheduled(shape: Shape) -> Part:
    """The block ``schedule``; without it, the job runs only when somebody starts it."""
    return Part("schedule", "schedule", shape, switch="runAutomatically")
