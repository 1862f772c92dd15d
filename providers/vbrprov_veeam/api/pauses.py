"""How long to wait when a server says that it is busy."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIRST_SECONDS = 1.0
_MOST_SECONDS = 60.0
_LONGEST_SECONDS = 300.0


def longest_wait() -> float:
    """For how many seconds one call may wait in all."""
    return _LONGEST_SECONDS


def pause_asked(retry_after: float | None, turn: int) -> float:
    """Seconds to wait before turn *turn* + 1: what the server asks for, else longer each time."""
    if retry_after is not None:
        return retry_after
    return float(min(_FIRST_SECONDS * 2**turn, _MOST_SECONDS))


def seconds_of(header: str | None) -> float | None:
    """The seconds in a ``Retry-After`` header, which holds a number or a date; None for neither.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
