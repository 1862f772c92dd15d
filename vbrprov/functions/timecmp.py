"""timecmp(a, b): which of two times is earlier."""

from __future__ import annotations

from vbrprov.functions._times import Instant, TimeError, parse_stamp
from vbrprov.sdk import Function, FunctionError, Param


def _parsed(index: int, stamp: str) -> Instant:
    try:
        return parse_stamp(stamp)
    except TimeError as error:
        raise FunctionError(index, str(error)) from None


def _timecmp(first: str, second: str) -> int:
    a, b = _parsed(0, first).nanoseconds, _parsed(1, second).nanoseconds
    return (a > b) - (a < b)


FUNCTION = Function(
    name="timecmp", group="time",
    doc="Return -1, 0 or 1: the first time is before, equal to or after the second.",
    params=(
        Param("timestamp_a", str, "A time, as RFC 3339."),
        Param("timestamp_b", str, "Another."),
    ),
    returns=float, impl=_timecmp,
    example='timecmp("2024-11-22T00:00:00Z", "2024-11-22T01:00:00Z")',
)
