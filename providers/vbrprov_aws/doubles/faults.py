"""Faults that a double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vbrprov_aws.doubles.wire import Call

KINDS: Final = ("error", "drop_before", "drop_after", "delay")


@dataclass(slots=True)
class Fault:
    """One fault.

    ``kind``: ``error`` answers with an AWS error instead of doing the work; ``drop_before`` cuts
    the connection and does nothing; ``drop_after`` does the work, then cuts; ``delay`` waits
    ``seconds`` first. ``operation`` is a name or ``*``, ``name`` narrows it to one object.
    ``times`` is how often it happens, after ``skip`` calls that go well; 0 for always.
    """

    operation: str
    kind: str = "error"
    code: str = "InternalError"
    status: int = 0
    message: str = ""
    name: str = ""
    seconds: float = 0.0
    times: int = 1
    skip: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}, not {self.kind}")

    def meets(self, call: Call) -> bool:
        """Whether the fault is about this call."""
        return self.operation in ("*", call.operation) and self.name in ("", call.name)


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

    def next_fault(self, call: Call) -> Fault | None:
        """The fault that this call meets, counted as fired."""
        with self._lock:
            for fault in self._faults:
                if not fault.meets(call) or (fault.times and fault.fired >= fault.times):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.fired += 1
                return fault
        return None

    def record(self, call: Call, status: int, fault: str = "") -> None:
        """Note a call that was meant to change something."""
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "service": call.service, "operation": call.operation, "name": call.name,
            "status": status,
        }
        if fault:
            entry["fault"] = fault
        with self._lock:
            self._ledger.append(entry)

    def ledger(self) -> list[dict[str, Any]]:
        """What was asked, oldest first."""
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

    def clear(self) -> None:
        """No faults, empty ledger."""
        with self._lock:
            self._faults.clear()
            self._ledger.clear()


def wait(fault: Fault) -> None:
    """Sit out a delay."""
    time.sleep(fault.seconds)
