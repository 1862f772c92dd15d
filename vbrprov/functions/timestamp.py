"""timestamp(): the current time."""

from __future__ import annotations

from datetime import UTC, datetime

from vbrprov.sdk import Function


def _timestamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


FUNCTION = Function(
    name="timestamp", group="time",
    doc="Return the current time, UTC, as RFC 3339; another one each time, known after apply.",
    params=(), returns=str, impl=_timestamp, pure=False, example="timestamp()",
)
