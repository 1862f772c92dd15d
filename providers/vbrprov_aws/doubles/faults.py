"""Faults that the double can be told to have, and the record of what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from vbrprov.sdk.faults import Fault as AnyFault
from vbrprov.sdk.faults import FaultScript
from vbrprov_aws.doubles.wire import Call


@dataclass(slots=True, kw_only=True)
class Fault(AnyFault):
    """One fault; an ``error`` is one of AWS. ``name`` narrows it to one object."""

    code: str = "InternalError"
    status: int = 0
    message: str = ""
    name: str = ""

    def meets(self, operation: str, what: str) -> bool:
        return self.operation in ("*", operation) and self.name in ("", what)


class Script(FaultScript[Fault]):
    """The faults of the double and its ledger."""

    def __init__(self) -> None:
        super().__init__(Fault)

    def record(self, call: Call, status: int, fault: str = "") -> None:
        """Note a call that was meant to change something."""
        more = {"fault": fault} if fault else {}
        self.note(service=call.service, operation=call.operation, name=call.name, status=status,
                  **more)
