"""How long the S3 family may take; the waiting itself is the SDK's."""

from __future__ import annotations

from typing import Final

from vbrprov.sdk.waiting import retry as retry

#: Seconds until a new bucket must be visible everywhere.
VISIBLE_SECONDS: Final = 120.0
#: Seconds that another change of the same bucket may take.
CONFLICT_SECONDS: Final = 1200.0
