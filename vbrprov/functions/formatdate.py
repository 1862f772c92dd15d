"""formatdate(format, time): a time as text."""

from __future__ import annotations

import re

from vbrprov.functions._text import text
from vbrprov.functions._times import Instant, TimeError, parse_stamp
from vbrprov.sdk import Function, FunctionError, Param

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PART = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|'|[^A-Za-z']+", re.DOTALL)


def _verb(token: str, time: Instant) -> str | None:
    year, month, day, hour, minute, second = time.parts
    half, of_half = ("PM" if hour >= 12 else "AM"), hour % 12 or 12
    simple = {
        "YY": f"{year % 100:02d}", "YYYY": f"{year:04d}",
        "M": f"{month}", "MM": f"{month:02d}", "MMM": _MONTHS[month - 1][:3],
        "MMMM": _MONTHS[month - 1], "D": f"{day}", "DD": f"{day:02d}",
        "EEE": _DAYS[time.weekday][:3], "EEEE": _DAYS[time.weekday],
        "h": f"{hour}", "hh": f"{hour:02d}", "H": f"{of_half}", "HH": f"{of_half:02d}",
        "AA": half, "aa": half.lower(), "m": f"{minute}", "mm": f"{minute:02d}",
        "s": f"{second}", "ss": f"{second:02d}", "Z": time.zone() if time.offset else "Z",
        "ZZZ": time.zone("") if time.offset else "UTC", "ZZZZ": time.zone(""),
        "ZZZZZ": time.zone(),
    }
    return simple.get(token)


def _formatdate(pattern: str, stamp: str) -> str:
    try:
        time = parse_stamp(stamp)
    except TimeError as error:
        raise FunctionError(1, str(error)) from None
    out: list[str] = []
    for found in _PART.finditer(pattern):
        part = found[0]
        if part == "'":
            raise FunctionError(0, "unterminated literal '")
        if part[0] == "'":
            out.append(part[1:-1].replace("''", "'"))
        elif found[1]:
            shown = _verb(part, time)
            if shown is None:
                raise FunctionError(0, f'invalid date format verb "{part[:40]}"')
            out.append(shown)
        else:
            out.append(part)
    return text("".join(out))


FUNCTION = Function(
    name="formatdate", group="time",
    doc="Write a time as text. `YYYY` `YY` year, `MMMM` `MMM` `MM` `M` month, `DD` `D` day, "
        "`EEEE` `EEE` day of the week, `hh` `h` hour, `HH` `H` hour of twelve, `AA` `aa` AM or PM, "
        "`mm` `m` minute, `ss` `s` second, `Z` `ZZZ` `ZZZZ` `ZZZZZ` offset; text in quotes stays.",
    params=(
        Param("format", str, "The format."),
        Param("time", str, "The time, as RFC 3339."),
    ),
    returns=str, impl=_formatdate,
    example='formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-04T23:12:01Z")',
)
