"""Faults that the double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

KINDS: Final = ("error", "drop_before", "drop_after", "delay", "async_error")


@dataclass(slots=True)
class Fault:
    """One fault.

    ``kind``: ``error`` answers with an error instead of doing the work; ``drop_before`` cuts the
    connection and does nothing; ``drop_after`` does the work, then cuts; ``delay`` waits
    ``seconds`` first; ``async_error`` lets a long-running operation fail at its end.
    ``operation`` is a name (``StorageAccounts.create``) or ``*``; ``path`` narrows it to ids that
    contain it. ``times`` is how often it happens, after ``skip`` calls that go well; 0 for always.
    """

    operation: str
    kind: str = "error"
    code: str = "InternalServerError"
    status: int = 0
    message: str = "The server encountered an internal error. Please retry the request."
    path: str = ""
    seconds: float = 0.0
    retry_after: int = 0
    times: int = 1
    skip: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}, not {self.kind}")


class Script:
    """The faults of a double and its ledger; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._ledger: list[dict[str, Any]] = []

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
                meets = fault.operation in ("*", operation) and fault.path.lower() in path.lower()
                if not meets or (fault.times and fault.fired >= fault.times):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.fired += 1
                return fault
        return None

    def record(self, operation: str, path: str, status: int, fault: str = "") -> None:
        """Note a call that was meant to change something."""
        entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                 "operation": operation, "name": path, "status": status}
        if fault:
            entry["fault"] = fault
        with self._lock:
            self._ledger.append(entry)

    def ledger(self) -> list[dict[str, Any]]:
        """What was asked, oldest first; no bodies, so no secrets."""
        with self._lock:
            return [dict(entry) for entry in self._ledger]

    def faults(self) -> list[dict[str, Any]]:
        """The faults with their counts."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear_faults(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()
