"""How long the S3 family takes, and waiting for it."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk.waiting import LONGEST_PAUSE_SECONDS, retry

__all__ = ["CONFLICT_SECONDS", "LONGEST_PAUSE_SECONDS", "THROTTLED_SECONDS", "VISIBLE_SECONDS",
           "retry"]

#: Seconds until a new bucket must be visible everywhere.
VISIBLE_SECONDS: Final = 120.0
#: Seconds that another change of the same bucket may take.
CONFLICT_SECONDS: Final = 1200.0
#: Seconds that a service may refuse a call because there are too many.
THROTTLED_SECONDS: Final = 600.0
