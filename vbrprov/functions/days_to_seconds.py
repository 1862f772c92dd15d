"""days_to_seconds(days): a retention in days as seconds."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param

SECONDS_PER_DAY = 86_400


def _days_to_seconds(days: int) -> int:
    if days < 0:
        raise FunctionError(0, "a retention cannot be negative")
    return days * SECONDS_PER_DAY


FUNCTION = Function(
    name="days_to_seconds", group="storage", doc="Convert a retention in days to whole seconds.",
    params=(Param("days", int, "Retention, in days; zero or more."),),
    returns=int, impl=_days_to_seconds, example="days_to_seconds(30)",
)
