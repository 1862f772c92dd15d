"""Faults that the double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from vbrprov_google.doubles.errors import REFUSALS

KINDS: Final = ("error", "drop_before", "drop_after", "delay")


@dataclass(slots=True)
class Fault:
    """One fault.

    ``kind``: ``error`` refuses with ``code``, a key of ``REFUSALS``; ``drop_before`` cuts the
    connection and does nothing; ``drop_after`` does the work, then cuts; ``delay`` waits
    ``seconds`` first. ``operation`` is a method as in Google's document (``buckets.patch``) or
    ``*``, ``name`` narrows it to requests whose path holds it. ``times`` is how often it happens,
    after ``skip`` calls that go well; 0 for always.
    """

    operation: str
    kind: str = "error"
    code: str = "internal"
    name: str = ""
    seconds: float = 0.0
    times: int = 1
    skip: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.code not in REFUSALS:
            raise ValueError(f"no such fault: {self.kind} {self.code}")


class Script:
    """The faults and the ledger of the double; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._ledger: list[dict[str, Any]] = []
        self._violations: list[dict[str, Any]] = []

    def add(self, rule: Mapping[str, Any]) -> None:
        """Add a fault given as plain data.

        Raises:
            ValueError: The data are no fault.
        """
        try:
            fault = Fault(**rule)
        except TypeError as error:
            raise ValueError(str(error)) from None
        with self._lock:
            self._faults.append(fault)

    def next_fault(self, operation: str, path: str) -> Fault | None:
        """The fault that this call meets, counted as fired."""
        with self._lock:
            for fault in self._faults:
                if fault.operation not in ("*", operation) or fault.name not in path or (
                        fault.times and fault.fired >= fault.times):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.fired += 1
                return fault
        return None

    def record(self, operation: str, path: str, query: Mapping[str, str], status: int,
               changes: bool) -> None:
        """Note a call. Bodies are not noted: answers hold secrets."""
        with self._lock:
            self._ledger.append({"operation": operation, "path": path, "query": dict(query),
                                 "status": status, "changes": changes})

    def violation(self, operation: str, side: str, text: str) -> None:
        """Note that a request or an answer breaks Google's document."""
        with self._lock:
            self._violations.append({"operation": operation, "side": side, "text": text})

    def report(self) -> dict[str, list[dict[str, Any]]]:
        """Ledger, faults and violations, oldest first."""
        with self._lock:
            return {"ledger": [dict(e) for e in self._ledger],
                    "faults": [asdict(f) for f in self._faults],
                    "violations": [dict(v) for v in self._violations]}

    def clear(self) -> None:
        """No faults, empty ledger."""
        with self._lock:
            self._faults.clear()
            self._ledger.clear()
            self._violations.clear()
