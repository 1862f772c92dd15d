"""How long the S3 family takes."""

from __future__ import annotations

from typing import Final

#: Seconds until a new bucket must be visible everywhere.
VISIBLE_SECONDS: Final = 120.0
#: Seconds that another change of the same bucket may take.
CONFLICT_SECONDS: Final = 1200.0
#: Seconds that a service may refuse a call because there are too many.
THROTTLED_SECONDS: Final = 600.0
