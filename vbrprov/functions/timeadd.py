"""timeadd(timestamp, duration): a later or earlier time."""

from __future__ import annotations

from vbrprov.functions._times import TimeError, parse_duration, parse_stamp
from vbrprov.sdk import Function, FunctionError, Param


def _timeadd(stamp: str, duration: str) -> str:
    try:
        return parse_stamp(stamp).plus(parse_duration(duration)).rfc3339()
    except TimeError as error:
        raise FunctionError(None, str(error)) from None


FUNCTION = Function(
    name="timeadd", group="time", doc="Add a duration to a time stamp.",
    params=(
        Param("timestamp", str, "The time, as RFC 3339."),
        Param("duration", str, "The duration, such as `1.5h`, `-30m` or `1h15m10s`."),
    ),
    returns=str, impl=_timeadd, example='timeadd("2024-11-22T00:00:00Z", "10m")',
)
