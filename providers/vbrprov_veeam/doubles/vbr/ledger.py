"""What happened: writes, reads and violations, for tests to look at."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.store import with_fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vbrprov_veeam.doubles.vbr.json_types import Json

_KEPT_READS = 5000


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of the official document.

    Attributes:
        side: ``request`` for a refused request, ``unknown`` for properties of a PUT that the
            document does not know, ``response`` for a bug of the double.
        method: HTTP method.
        path: Request path.
        errors: What is wrong, one item per place.
    """

    side: str
    method: str
    path: str
    errors: tuple[str, ...]


class Ledger:
    """Keeps what was asked, in order. No secret gets in: bodies hold SHA-256 digests instead."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._writes: list[Json] = []
        self._reads: deque[Json] = deque(maxlen=_KEPT_READS)
        self._violations: list[Violation] = []
        self._counts: Counter[str] = Counter()
        self._running = 0

    def write(self, entry: Json) -> None:
        """Record a write; secrets in its ``body`` become digests."""
        entry = {"time": time.time(), **entry, "body": with_fingerprints(entry.get("body"))}
        with self._lock:
            entry["number"] = len(self._writes) + 1
            self._writes.append(entry)
            self._counts["writes"] += 1

    def read(self, method: str, path: str, status: int) -> None:
        """Record a read."""
        with self._lock:
            self._reads.append({"method": method, "path": path, "status": status})
            self._counts["reads"] += 1

    def violation(self, violation: Violation) -> None:
        """Record a breach of the document."""
        with self._lock:
            self._violations.append(violation)
            self._counts[f"{violation.side}_violations"] += 1

    def writes(self) -> list[Json]:
        """Return all writes, oldest first."""
        with self._lock:
            return list(self._writes)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Count a request while it runs."""
        with self._lock:
            self._running += 1
            self._counts["most_at_once"] = max(self._counts["most_at_once"], self._running)
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def reads(self) -> list[Json]:
        """Return the last reads, oldest first."""
        with self._lock:
            return list(self._reads)

    def violations(self) -> list[Json]:
        """Return all breaches, oldest first."""
        with self._lock:
            return [
                {
                    "side": item.side,
                    "method": item.method,
                    "path": item.path,
                    "errors": list(item.errors),
                }
                for item in self._violations
            ]

    def counts(self) -> dict[str, int]:
        """Return how many reads, writes and violations there were."""
        with self._lock:
            return dict(self._counts)
