"""Faults that the double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vbrprov.sdk.faults import Fault as AnyFault
from vbrprov.sdk.faults import FaultScript


@dataclass(slots=True, kw_only=True)
class Fault(AnyFault):
    """One fault; ``async_error`` lets a long-running operation fail at its end.

    ``operation`` is a name such as ``StorageAccounts.create``; ``path`` narrows it to ids that
    contain it.
    """

    KINDS: ClassVar[tuple[str, ...]] = (*AnyFault.KINDS, "async_error")

    code: str = "InternalServerError"
    status: int = 0
    message: str = "The server encountered an internal error. Please retry the request."
    path: str = ""
    retry_after: int = 0

    def meets(self, operation: str, what: str) -> bool:
        return self.operation in ("*", operation) and self.path.lower() in what.lower()


class Script(FaultScript[Fault]):
    """The faults of the double and its ledger."""

    def __init__(self) -> None:
        super().__init__(Fault)

    def record(self, operation: str, path: str, status: int, fault: str = "") -> None:
        """Note a call that was meant to change something."""
        more = {"fault": fault} if fault else {}
        self.note(operation=operation, name=path, status=status, **more)
