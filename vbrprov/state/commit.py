"""One durable write for all who wait: the queue in front of a journal, wherever that lies."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from vbrprov.platform_.failpoint import failpoint
from vbrprov.state.errors import JournalFailed
from vbrprov.state.framing import Position
from vbrprov.state.records import IntentRecord, OutcomeRecord, Record, encode_record

# Deferred records are handed to the system in pieces of this size, so that a killed process loses
# little of them.
_UNWRITTEN_LIMIT = 128 * 1024


class Fallback(Protocol):
    """Where records go when the journal cannot take them."""

    def save(self, payloads: Sequence[bytes]) -> None:
        """Return when the records are on disk.

        Raises:
            OSError: They are nowhere.
        """
        ...


class Entry(NamedTuple):
    """A record that waits to be written."""

    kind: type[Record]
    payload: bytes


class GroupCommit(ABC):
    """A queue of records; safe to use from many threads.

    Records are queued in order; the first thread that waits writes and syncs all that is queued,
    while later ones queue up behind it and share the next sync.

    After the first failed write no intent is accepted any more, so no new call can start; what
    else is queued, and every later outcome, goes to *fallback*.

    Attributes:
        fallback: Takes records that the journal does not.
    """

    def __init__(self, fallback: Fallback | None = None) -> None:
        self.fallback = fallback
        self._ready = threading.Condition(threading.Lock())
        self._queue: list[Entry] = []
        self._queued_bytes = 0
        self._unsynced: list[Entry] = []
        # Counted in records since this object was made.
        self._queued = 0
        self._settled = 0
        self._failed_at: int | None = None
        self._lost_at: int | None = None
        self._busy = False
        self._closed = False
        self._failure: OSError | None = None

    @property
    def failure(self) -> OSError | None:
        """The first error in writing, if there was one."""
        return self._failure

    @property
    @abstractmethod
    def durable(self) -> Position:
        """The last record known to be safe."""

    @property
    @abstractmethod
    def attempted(self) -> Position:
        """The last record that may be there: beyond :attr:`durable` after a failure."""

    @abstractmethod
    def close(self) -> None:
        """Flush; take no records any more."""

    @abstractmethod
    def _write(self, batch: list[Entry], *, sync: bool) -> None:
        """Add *batch* to ``_unsynced``, and with *sync* make all of that durable and forget it.

        Raises:
            OSError: It is not durable.
        """

    @abstractmethod
    def _take_back(self) -> None:
        """After the first failure: remove what may have been written of ``_unsynced``."""

    @abstractmethod
    def _refusal(self) -> JournalFailed:
        """Why no new call starts, after a failure."""

    @abstractmethod
    def _loss(self) -> JournalFailed:
        """That results are recorded nowhere."""

    def append(self, records: Iterable[Record], *, sync: bool = True) -> int:
        """Add *records*, in order.

        Args:
            records: What to add.
            sync: Return only when they are on disk, or in the fallback. Otherwise they follow with
                the next call that syncs.

        Returns:
            A ticket for :meth:`wait`.

        Raises:
            JournalFailed: An intent among them is refused, or nothing could take the records.
        """
        ticket = self.enqueue(records)
        if sync:
            self.wait(ticket)
        return ticket

    def enqueue(self, records: Iterable[Record]) -> int:
        """Queue *records* and return a ticket for :meth:`wait`; writes nothing by itself.

        Raises:
            JournalFailed: An intent is among them and an earlier write failed.
        """
        entries = [Entry(type(record), encode_record(record)) for record in records]
        size = sum(len(entry.payload) for entry in entries)
        with self._ready:
            if self._closed:
                raise JournalFailed("The journal is closed.")
            if self._failure is not None and any(e.kind is IntentRecord for e in entries):
                raise self._refusal()
            self._queue.extend(entries)
            self._queued += len(entries)
            self._queued_bytes += size
            ticket = self._queued
            if self._queued_bytes < _UNWRITTEN_LIMIT or self._busy:
                return ticket
            self._lead(sync=False)
            return ticket

    def wait(self, ticket: int) -> None:
        """Return when the records up to *ticket* are on disk, or in the fallback.

        Raises:
            JournalFailed: The fallback could not take them either.
        """
        with self._ready:
            while self._settled < ticket:
                if self._busy:
                    self._ready.wait()
                else:
                    self._lead(sync=True)
            if self._lost_at is not None and ticket > self._lost_at:
                raise self._loss()

    def wait_journalled(self, ticket: int) -> None:
        """Return when the records up to *ticket* are on disk in the journal itself.

        Raises:
            JournalFailed: They are not; the call they announce must not start.
        """
        self.wait(ticket)
        with self._ready:
            if self._failed_at is not None and ticket > self._failed_at:
                raise self._refusal()

    def flush(self) -> None:
        """Bring everything queued so far to disk; raises as :meth:`wait`."""
        self.wait(self._queued)

    def _lead(self, *, sync: bool) -> None:
        """Write what is queued on behalf of all; called with the condition held, returns so."""
        batch, self._queue = self._queue, []
        self._queued_bytes = 0
        target = self._queued
        self._busy = True
        self._ready.release()
        lost = True
        try:
            if self._failure is None:
                self._write(batch, sync=sync)
            else:
                self._spill(batch)
            lost = False
        except OSError as error:
            if self._failure is None:
                self._failure = error
                self._failed_at = self._settled
                lost = not self._rescue(batch)
                sync = True
        finally:
            self._ready.acquire()
            self._busy = False
            if lost and self._lost_at is None:
                self._lost_at = self._settled
            if sync or self._failure is not None:
                self._settled = target
            self._ready.notify_all()

    def _rescue(self, batch: list[Entry]) -> bool:
        """After the first failure: take back the unsure end, and spill its records."""
        pending = self._unsynced or batch
        self._unsynced = []
        self._take_back()
        try:
            self._spill(pending)
        except OSError:
            return False
        return True

    def _spill(self, batch: list[Entry]) -> None:
        """Give results to the fallback. Intents are not results: their calls never start."""
        payloads = [entry.payload for entry in batch if entry.kind is not IntentRecord]
        if not payloads:
            return
        if self.fallback is None:
            raise OSError("there is no second place")
        self.fallback.save(payloads)


def announce(moment: Literal["before", "after"], entries: Iterable[Entry]) -> None:
    """Pass the failpoints *moment* of a write, once for each intent and each outcome."""
    kinds = [entry.kind for entry in entries]
    intents, outcomes = kinds.count(IntentRecord), kinds.count(OutcomeRecord)
    if moment == "before":
        _pass("journal.before_intent", intents)
        _pass("journal.before_outcome", outcomes)
    else:
        _pass("journal.after_intent", intents)
        _pass("journal.after_outcome", outcomes)


def _pass(name: str, times: int) -> None:
    for _ in range(times):
        failpoint(name)
