"""Times on the wire: hours of the week, and days of health checks."""

from __future__ import annotations

from vbrprov_veeam import words
from vbrprov_veeam.answers import flag, whole
from vbrprov_veeam.scale_out.model import (
    HOURS,
    HealthCheckBlock,
    MonthlyBlock,
    OffloadBlock,
    WeeklyBlock,
)
from vbrprov_veeam.server import Json

_ALWAYS = ",".join(["1"] * HOURS)
_NEVER = ",".join(["0"] * HOURS)


def window(wanted: list[OffloadBlock]) -> Json:
    """The hours of the week in which work is allowed."""
    if not wanted:
        return {"days": [{"day": day, "hours": _ALWAYS} for day in words.table("day").values()]}
    by_day = {words.to_wire("day", w.day): set(w.hours or []) for w in wanted}
    return {"days": [
        {"day": day, "hours": ",".join("1" if h in by_day.get(day, ()) else "0"
                                       for h in range(HOURS))}
        for day in words.table("day").values()]}


def read_window(raw: Json | None, state: list[OffloadBlock]) -> list[OffloadBlock]:
    """The days on which work is allowed at some hours; none when it is always allowed."""
    shown = {str(d.get("day")): str(d.get("hours")).replace(" ", "")
             for d in (raw or {}).get("days") or []}
    if not shown or all(hours == _ALWAYS for hours in shown.values()):
        return []
    found = {
        words.from_wire("day", day) or "":
            {h for h, said in enumerate(hours.split(",")) if said == "1"}
        for day, hours in shown.items()}
    order = [w.day for w in state if w.day in found]
    # A day without any hour is shown only where configuration names it.
    order += [day for day, hours in found.items() if hours and day not in order]
    return [OffloadBlock(day=day, hours=found[day]) for day in order]


def health_check(raw: Json, wanted: HealthCheckBlock | None) -> Json:
    """*raw*, the settings as they are, changed to what is wanted."""
    if wanted is None:
        return {**raw, "isEnabled": False}
    weekly, monthly = wanted.weekly, wanted.monthly
    result: Json = {**raw, "isEnabled": True}
    result["weekly"] = {**raw.get("weekly", {}), "isEnabled": weekly is not None}
    if weekly is not None:
        result["weekly"] |= {"days": _ordered("day", weekly.days), "localTime": weekly.at}
    result["monthly"] = {**raw.get("monthly", {}), "isEnabled": monthly is not None}
    if monthly is not None:
        result["monthly"] |= {
            "dayNumberInMonth": words.to_wire("day_in_month", monthly.number),
            "months": _ordered("month", monthly.months), "localTime": monthly.at}
        if monthly.day is not None:
            result["monthly"]["dayOfWeek"] = words.to_wire("day", monthly.day)
        if monthly.day_of_month is not None:
            result["monthly"]["dayOfMonth"] = monthly.day_of_month
    return result


def read_health_check(raw: Json | None) -> HealthCheckBlock | None:
    """The settings, ``None`` where nothing is checked."""
    if raw is None or not flag(raw.get("isEnabled")):
        return None
    weekly, monthly = raw.get("weekly") or {}, raw.get("monthly") or {}
    return HealthCheckBlock(
        weekly=WeeklyBlock(
            days={words.from_wire("day", d) or "" for d in weekly.get("days") or []},
            at=_minutes(weekly)) if flag(weekly.get("isEnabled")) else None,
        monthly=_read_monthly(monthly) if flag(monthly.get("isEnabled")) else None)


def _read_monthly(raw: Json) -> MonthlyBlock:
    number = words.from_wire("day_in_month", raw.get("dayNumberInMonth")) or "last"
    on_day = number == "on_day"
    return MonthlyBlock(
        number=number, at=_minutes(raw),
        day=None if on_day else words.from_wire("day", raw.get("dayOfWeek")),
        day_of_month=whole(raw.get("dayOfMonth")) if on_day else None,
        months={words.from_wire("month", m) or "" for m in raw.get("months") or []})


def _minutes(raw: Json) -> str:
    return str(raw.get("localTime") or "")[:5]  # servers may add seconds


def _ordered(table: str, wanted: set[str]) -> list[str]:
    chosen = {words.to_wire(table, word) for word in wanted}
    return [word for word in words.table(table).values() if word in chosen]
