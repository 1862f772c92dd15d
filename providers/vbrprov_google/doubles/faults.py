"""Faults that the double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vbrprov.sdk.faults import Fault as AnyFault
from vbrprov.sdk.faults import FaultScript
from vbrprov_google.doubles.errors import REFUSALS


@dataclass(slots=True, kw_only=True)
class Fault(AnyFault):
    """One fault; an ``error`` refuses with ``code``, a key of ``REFUSALS``.

    ``operation`` is a method as in Google's document (``buckets.patch``); ``name`` narrows it to
    requests whose path holds it.
    """

    code: str = "internal"
    name: str = ""

    def __post_init__(self) -> None:
        AnyFault.__post_init__(self)
        if self.code not in REFUSALS:
            raise ValueError(f"there is no refusal {self.code}")

    def meets(self, operation: str, what: str) -> bool:
        return self.operation in ("*", operation) and self.name in what


class Script(FaultScript[Fault]):
    """The faults and the ledger of the double, and what broke Google's document."""

    def __init__(self) -> None:
        super().__init__(Fault)
        self._violations: list[dict[str, Any]] = []

    def record(self, operation: str, path: str, query: Mapping[str, str], status: int,
               changes: bool) -> None:
        """Note a call."""
        self.note(operation=operation, path=path, query=dict(query), status=status,
                  changes=changes)

    def violation(self, operation: str, side: str, text: str) -> None:
        """Note that a request or an answer breaks Google's document."""
        with self._lock:
            self._violations.append({"operation": operation, "side": side, "text": text})

    def report(self) -> dict[str, list[dict[str, Any]]]:
        """Ledger, faults and violations, oldest first."""
        with self._lock:
            violations = [dict(violation) for violation in self._violations]
        return {"ledger": self.ledger(), "faults": self.faults(), "violations": violations}

    def clear(self) -> None:
        """No faults, empty ledger."""
        super().clear()
        with self._lock:
            self._violations.clear()
