"""Finding out whether an object was made by an interrupted run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

#: How far this machine's clock may be ahead of a cloud's; calls fail beyond a few minutes anyway.
CLOCK_SKEW: Final = timedelta(minutes=1)


def made_since(created: datetime, intent: str) -> bool:
    """Whether something *created* then can come from an intent written at the time *intent*.

    Args:
        created: The service's own time of creation, exact to the second.
        intent: RFC 3339 time of the intent.
    """
    written = datetime.fromisoformat(intent)
    if written.tzinfo is None:
        written = written.replace(tzinfo=UTC)
    return created >= written - CLOCK_SKEW
