"""Faults that a double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault; a double adds what its answers need.

    ``kind``: ``error`` refuses instead of doing the work; ``drop_before`` cuts the connection and
    does nothing; ``drop_after`` does the work, then cuts; ``delay`` waits ``seconds`` first.
    ``operation`` is a name or ``*``. ``times`` is how often it happens, after ``skip`` calls that
    go well; 0 for always.
    """

    KINDS: ClassVar[tuple[str, ...]] = ("error", "drop_before", "drop_after", "delay")

    operation: str
    kind: str = "error"
    seconds: float = 0.0
    times: int = 1
    skip: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in self.KINDS:
            raise ValueError(f"a fault is one of {', '.join(self.KINDS)}, not {self.kind}")

    def meets(self, operation: str, what: str) -> bool:
        """Whether the fault is about a call of *operation* on *what*."""
        return self.operation in ("*", operation)


F = TypeVar("F", bound=Fault)


class FaultScript(Generic[F]):
    """The faults of a double and its ledger; safe for many threads.

    Args:
        kind: The class of its faults.
    """

    def __init__(self, kind: type[F]) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._faults: list[F] = []
        self._ledger: list[dict[str, Any]] = []

    def add(self, rule: Mapping[str, Any]) -> None:
        """Add a fault given as plain data.

        Raises:
            ValueError: The data are no fault.
        """
        try:
            fault = self._kind(**rule)
        except TypeError as error:
            raise ValueError(str(error)) from None
        with self._lock:
            self._faults.append(fault)

    def next_fault(self, operation: str, what: str) -> F | None:
        """The fault that this call meets, counted as fired."""
        with self._lock:
            for fault in self._faults:
                if not fault.meets(operation, what) or (fault.times and fault.fired >= fault.times):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.fired += 1
                return fault
        return None

    def note(self, **entry: Any) -> None:
        """Add to the ledger. Bodies are not noted: they hold secrets."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._ledger.append({"time": now, **entry})

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
