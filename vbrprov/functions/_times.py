"""RFC 3339 time stamps and durations (https://www.rfc-editor.org/rfc/rfc3339)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]+)", re.ASCII)
_UNITS = {
    "ns": 1, "us": 1_000, "\u00b5s": 1_000, "\u03bcs": 1_000, "ms": 1_000_000,
    "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
}
_LONGEST = (1 << 63) - 1


class TimeError(ValueError):
    """Not a time stamp, or not a duration."""


def _days_before(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar, whatever the year."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _date(days: int) -> tuple[int, int, int]:
    """The inverse of ``_days_before``."""
    era, of_era = divmod(days + 719_468, 146_097)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return years + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def days_in_month(year: int, month: int) -> int:
    """How many days a month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time: nanoseconds since 1970 UTC, and the offset it is shown with, in seconds."""

    nanoseconds: int
    offset: int

    @classmethod
    def of(cls, year: int, month: int, day: int, hour: int, minute: int, second: int,
           nanosecond: int, offset: int) -> Instant:
        """From calendar parts, which must be valid."""
        seconds = ((_days_before(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        return cls((seconds - offset) * 1_000_000_000 + nanosecond, offset)

    def plus(self, nanoseconds: int) -> Instant:
        """Later by that much."""
        return replace(self, nanoseconds=self.nanoseconds + nanoseconds)

    @property
    def parts(self) -> tuple[int, int, int, int, int, int]:
        """Year, month, day, hour, minute and second where the offset holds."""
        seconds = self.nanoseconds // 1_000_000_000 + self.offset
        days, rest = divmod(seconds, 86_400)
        return (*_date(days), rest // 3600, rest // 60 % 60, rest % 60)

    @property
    def weekday(self) -> int:
        """The day of the week, 0 for Monday."""
        return ((self.nanoseconds // 1_000_000_000 + self.offset) // 86_400 + 3) % 7

    def zone(self, colon: str = ":") -> str:
        """The offset as ``+hh:mm``."""
        minutes = abs(self.offset) // 60
        sign = "-" if self.offset < 0 else "+"
        return f"{sign}{minutes // 60:02d}{colon}{minutes % 60:02d}"

    def rfc3339(self) -> str:
        """The time stamp, without a fraction."""
        year, month, day, hour, minute, second = self.parts
        shown = f"-{-year:04d}" if year < 0 else f"{year:04d}"
        zone = self.zone() if self.offset else "Z"
        return f"{shown}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{zone}"


def parse_stamp(source: str) -> Instant:
    """A time stamp.

    Raises:
        TimeError: Not RFC 3339.
    """
    found = _STAMP.fullmatch(source)
    if found is None:
        raise TimeError("not a valid RFC3339 timestamp")
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    if not 1 <= month <= 12:
        raise TimeError("not a valid RFC3339 timestamp: month out of range")
    if not 1 <= day <= days_in_month(year, month):
        raise TimeError("not a valid RFC3339 timestamp: day out of range")
    if hour > 23 or minute > 59 or second > 59:
        raise TimeError("not a valid RFC3339 timestamp: time of day out of range")
    zone = found[8]
    offset = 0
    if zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            raise TimeError("not a valid RFC3339 timestamp: UTC offset out of range")
        offset = (hours * 60 + minutes) * 60 * (-1 if zone[0] == "-" else 1)
    fraction = int((found[7] or "0")[:9].ljust(9, "0"))
    return Instant.of(year, month, day, hour, minute, second, fraction, offset)


def parse_duration(source: str) -> int:
    """A duration such as ``1h30m`` in nanoseconds.

    Raises:
        TimeError: Not a duration, or longer than 292 years.
    """
    body = source[1:] if source[:1] in ("-", "+") else source
    if body == "0":
        return 0
    if not body:
        raise TimeError("invalid duration: empty")
    total = position = 0
    while position < len(body):
        found = _PART.match(body, position)
        if found is None:
            raise TimeError("invalid duration: a unit is missing")
        if not found[1] and not found[2]:
            raise TimeError("invalid duration: a number is missing")
        unit = _UNITS.get(found[3])
        if unit is None:
            raise TimeError("invalid duration: units are ns, us, ms, s, m and h")
        if len(found[1]) > 30:
            raise TimeError("invalid duration: too long")
        fraction = (found[2] or "")[:30]
        total += int(found[1] or 0) * unit
        total += int(Fraction(int(fraction or 0), 10 ** len(fraction)) * unit)
        if total > _LONGEST:
            raise TimeError("invalid duration: too long")
        position = found.end()
    return -total if source[0] == "-" else total
