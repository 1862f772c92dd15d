"""A locked state that can be changed: each change is in the journal before the call returns."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

from vbrprov.diag import Diagnostics
from vbrprov.state.backend import SessionStorage
from vbrprov.state.errors import JournalFailed, StaleStateError
from vbrprov.state.fold import apply_record
from vbrprov.state.model import CheckResult, Instance, Intent, Output, StateData
from vbrprov.state.records import (
    ChecksRecord,
    IntentRecord,
    OutcomeRecord,
    OutputsRecord,
    PutRecord,
    Record,
    RemoveRecord,
    Result,
)


class StateSession:
    """The one writer of a state, from lock to unlock. Methods may be called from many threads.

    Attributes:
        data: The state as it is now, always current. Read it; change it only through methods.
        diagnostics: What reading the state found worth saying.
    """

    def __init__(
        self, data: StateData, storage: SessionStorage, diagnostics: Diagnostics | None = None
    ) -> None:
        self.data = data
        self.diagnostics = diagnostics if diagnostics is not None else Diagnostics()
        self._storage = storage
        # Held while a change goes into memory and into the journal's queue, so that both have one
        # order; never held while waiting for the disk.
        self._order = threading.Lock()
        self._begun = False
        self._unwritable = False
        self._changed = False
        self._closed = False

    def begin(self, planned_operations: int = 0) -> None:
        """Make sure, before the first call, that what it does can be recorded.

        Writes the marker of a new stack and reserves disk space. Without planned changes, do not
        call it: it touches files. Recording a change calls it by itself, with nothing planned;
        calling it again reserves more.

        Args:
            planned_operations: How many intents are to be expected from here on.

        Raises:
            StateError: The state cannot be written, or not as much as planned.
        """
        with self._order:
            if self._begun and planned_operations:
                self._storage.reserve(self.data, planned_operations)
            self._begin(planned_operations)

    def intent(self, intent: Intent) -> None:
        """Record that a call is about to leave; durable when this returns.

        Raises:
            JournalFailed: It could not be recorded. The call must not be made, nor any other.
        """
        self.intents([intent])

    def intents(self, intents: Sequence[Intent]) -> None:
        """Record several intents at the price of one; raises as :meth:`intent`."""
        for intent in intents:
            if intent.op in self.data.intents:
                raise ValueError(f"operation id {intent.op!r} is in use")
        try:
            ticket = self._record([IntentRecord(intent) for intent in intents])
            self._storage.wait_journalled(ticket)
        except JournalFailed:
            with self._order:
                for intent in intents:
                    self.data.intents.pop(intent.op, None)
            raise

    def outcome(
        self, op: str, result: Result, *, put: Iterable[Instance] = (),
        remove: Iterable[tuple[str, str]] = (), detail: str = "", sync: bool = True,
    ) -> None:
        """Record how a call ended.

        Args:
            op: The intent's operation id.
            result: ``ok``; ``failed`` (refused, nothing was done); ``not_done`` (recovery found
                nothing); ``unknown`` (cannot tell: the intent stays open).
            put: Instances as they are now.
            remove: Keys of instances that are gone; removed before *put* is added.
            detail: For people who read the journal. Never a secret.
            sync: Return only when it is durable; otherwise as :meth:`put`.

        Raises:
            JournalFailed: No place at all could take it; it was reported as text.
        """
        if op not in self.data.intents:
            raise ValueError(f"no open intent {op!r}")
        record = OutcomeRecord(op, result, list(put), list(remove), detail)
        ticket = self._record([record])
        if sync:
            self._storage.wait(ticket)

    def put(self, instance: Instance, *, sync: bool = True) -> None:
        """Record an instance as it is now; nothing is written when it is recorded so already.

        Args:
            instance: The instance.
            sync: Return only when it is durable. Otherwise it is by the next :meth:`flush`, the
                next call that syncs, or :meth:`close`.

        Raises:
            JournalFailed: No place at all could take it.
        """
        existing = self.data.instances.get(instance.key)
        # The same object may have been changed in place: then equality says nothing.
        if existing is not instance and existing == instance:
            return
        ticket = self._record([PutRecord(instance)])
        if sync:
            self._storage.wait(ticket)

    def remove(self, key: tuple[str, str], *, sync: bool = True) -> None:
        """Forget an instance; nothing is written when it is not recorded. As :meth:`put`."""
        if key not in self.data.instances:
            return
        ticket = self._record([RemoveRecord(*key)])
        if sync:
            self._storage.wait(ticket)

    def swap(self, key: tuple[str, str], instance: Instance) -> None:
        """Record *instance* in place of what is at *key*, both or neither; durable on return.

        Raises:
            JournalFailed: No place at all could take it.
        """
        self.move([key], [instance])

    def move(self, keys: Iterable[tuple[str, str]], instances: Iterable[Instance]) -> None:
        """Record *instances* in place of what is at *keys*, all or nothing; durable on return.

        Raises:
            JournalFailed: No place at all could take it.
        """
        record = OutcomeRecord("", "ok", list(instances), list(keys), "moved")
        self._storage.wait(self._record([record]))

    def set_outputs(self, outputs: Mapping[str, Output]) -> None:
        """Replace all outputs; durable by the next call that syncs, or :meth:`close`."""
        if self.data.outputs is outputs or self.data.outputs != outputs:
            self._record([OutputsRecord(dict(outputs))])

    def set_checks(self, checks: Sequence[CheckResult]) -> None:
        """Replace all check results; durable by the next call that syncs, or :meth:`close`."""
        if self.data.checks is checks or self.data.checks != list(checks):
            self._record([ChecksRecord(list(checks))])

    def take_on(self, lineage: str, serial: int) -> None:
        """Go on as another copy of the same stack: with its lineage and at least its serial.

        Args:
            lineage: Of the copy; a new stack gets it.
            serial: Of the copy; the next snapshot has this one, or a higher one.

        Raises:
            StaleStateError: The copy is of another stack.
        """
        if self.data.lineage and lineage != self.data.lineage:
            raise StaleStateError(
                f'It belongs to another stack: its lineage is "{lineage}", the state\'s is '
                f'"{self.data.lineage}".')
        with self._order:
            self.data.lineage = lineage
            self.data.serial = max(self.data.serial, serial - 1)
            self._begin(0)
            self._changed = True

    def replace(self, data: StateData) -> None:
        """Take the whole content of another state of the same stack; durable when this returns.

        Raises:
            StaleStateError: This is the state of another stack, or a later one.
            StateError: It cannot be written.
        """
        mine = self.data
        if mine.lineage and mine.lineage != data.lineage:
            raise StaleStateError(f'There is the state of another stack: its lineage is '
                                  f'"{mine.lineage}", not "{data.lineage}".')
        if mine.serial > data.serial:
            raise StaleStateError(f"There is a later state: its serial is {mine.serial}, that of "
                                  f"the other is {data.serial}.")
        mine.lineage, mine.serial = data.lineage, data.serial
        gone = [key for key in mine.instances if key not in data.instances]
        closed = [op for op in mine.intents if op not in data.intents]
        self._storage.wait(self._record([
            *(RemoveRecord(*key) for key in gone),
            *(PutRecord(instance) for instance in data.instances.values()),
            *(OutcomeRecord(op, "not_done", detail="replaced") for op in closed),
            *(IntentRecord(intent) for intent in data.intents.values()),
            OutputsRecord(dict(data.outputs)), ChecksRecord(list(data.checks)),
        ]))

    def flush(self) -> None:
        """Make every change so far durable; raises as :meth:`put`."""
        if self._begun:
            self._storage.flush()

    def close(self) -> None:
        """Write the snapshot and empty the journal, if anything changed. Idempotent.

        Raises:
            StateError: The snapshot could not be written. What happened is in the journal, or in
                the second place, and the next read finds it.
        """
        with self._order:
            if self._closed:
                return
            try:
                wanted = self._changed or self._storage.needs_compaction
                if wanted and not self._unwritable:
                    self._begin(0)
                    self._storage.compact(self.data)
            finally:
                self._closed = True
                self._storage.close()

    def _begin(self, planned_operations: int) -> None:
        if self._closed:
            raise ValueError("the session is closed")
        if not self._begun:
            # Until proven otherwise: after a failure here, closing must not try once more.
            self._unwritable = True
            self._storage.begin(self.data, planned_operations)
            self._unwritable = False
            self._begun = True

    def _record(self, records: Sequence[Record]) -> int:
        with self._order:
            self._begin(0)
            ticket = self._storage.enqueue(records)
            self._changed = True
            for record in records:
                apply_record(self.data, record)
            return ticket


def require_unchanged(data: StateData, *, lineage: str, serial: int, position: str = "") -> None:
    """Check that a state is still the one a saved plan was made from.

    Args:
        data: The state as it is now.
        lineage: As the plan recorded it; empty for a plan that starts a new stack.
        serial: As the plan recorded it.
        position: As the plan recorded it; it also tells two runs apart that were cut off before
            they could raise the serial. Empty to leave that out.

    Raises:
        StaleStateError: It is not.
    """
    if data.lineage != lineage:
        if not lineage:
            detail = "The plan is for a new stack, but there is a state by now."
        elif not data.lineage:
            detail = "The plan is for a stack that exists, but there is no state."
        else:
            detail = (f'The plan was made for another stack: its lineage is "{lineage}", the '
                      f'state\'s is "{data.lineage}".')
    elif data.serial != serial:
        detail = (f"The state has changed since the plan was made: its serial was {serial} and is "
                  f"{data.serial} now.")
    elif position and data.position != position:
        detail = "The state has changed since the plan was made, in a run that was cut off."
    else:
        return
    raise StaleStateError(detail, hint="Make a new plan.")
