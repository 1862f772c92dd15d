"""Append to a journal: durable when the call returns, one disk sync for all who wait.

Reading is in ``framing`` (lines) and ``load`` (meaning).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.files import (
    atomic_write,
    open_private,
    preallocate,
    sync_file,
    write_all,
)
from vbrprov.secrets.sealing import RecordCipher
from vbrprov.state.errors import JournalFailed
from vbrprov.state.framing import START_HASH, frame, journal_context
from vbrprov.state.records import (
    IntentRecord,
    JournalHeader,
    KeyRecord,
    OutcomeRecord,
    Record,
    encode_record,
)

JOURNAL_VERSION = 1

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


class _Entry(NamedTuple):
    kind: type[Record]
    payload: bytes


class Position(NamedTuple):
    """A place in the stack's whole history of records: the last one, and its hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


ORIGIN = Position(0, START_HASH)


def journal_bytes(lineage: str, base: Position) -> bytes:
    """A journal without records, that continues at *base*."""
    header = JournalHeader(JOURNAL_VERSION, lineage, base.seq, base.hash)
    line, _ = frame(base.seq, base.seq + 1, START_HASH.encode(), encode_record(header))
    return line


def create_journal(path: Path, lineage: str, base: Position) -> None:
    """Put an empty journal at *path* in one step, in place of any that is there."""
    atomic_write(path, journal_bytes(lineage, base), temp=path.with_name(f"{path.name}.tmp"))


class Journal:
    """An open journal file; safe to use from many threads.

    Records are queued in order; the first thread that waits writes and syncs all that is queued,
    while later ones queue up behind it and share the next sync.

    After the first failed write no intent is accepted any more, so no new call can start; what
    else is queued, and every later outcome, goes to *fallback*.

    Args:
        path: The file; its good part is *length* bytes long and ends at *position*.
        position: The last good record.
        prev: The hash of the last good line (the header's, when no record follows it).
        length: Where to go on writing; what lies behind is dropped.
        add_newline: The last good line lacks its line end.
        reserve: How many bytes to reserve on disk.
        cipher: Encrypts the payloads that follow; its key record is appended first.

    Attributes:
        fallback: Takes records that the file does not.
    """

    def __init__(
        self, path: Path, position: Position, prev: str, length: int, *, add_newline: bool = False,
        reserve: int = 0, fallback: Fallback | None = None, cipher: RecordCipher | None = None,
    ) -> None:
        self.path = path
        self.fallback = fallback
        self._cipher = cipher
        self._ready = threading.Condition(threading.Lock())
        self._queue: list[_Entry] = []
        self._queued_bytes = 0
        self._unsynced: list[_Entry] = []
        # Counted in records since this object was made.
        self._queued = 0
        self._settled = 0
        self._failed_at: int | None = None
        self._lost_at: int | None = None
        self._busy = False
        self._closed = False
        self._failure: OSError | None = None
        self._written = position
        self._durable = position
        self._prev = prev.encode()
        self._offset = length
        self._durable_offset = length
        self._fd = open_private(path, os.O_RDWR)
        try:
            self._prepare(length, add_newline=add_newline, reserve=reserve)
        except BaseException:
            os.close(self._fd)
            raise

    def _prepare(self, length: int, *, add_newline: bool, reserve: int) -> None:
        """Drop a cut-off end, reserve space, and go to the place of the next record."""
        if os.fstat(self._fd).st_size != length:
            os.ftruncate(self._fd, length)
        os.lseek(self._fd, length, os.SEEK_SET)
        if add_newline:
            write_all(self._fd, b"\n")
            self._offset = self._durable_offset = length + 1
        if reserve:
            preallocate(self._fd, self._offset, reserve)
        sync_file(self._fd)

    @property
    def failure(self) -> OSError | None:
        """The first error in writing, if there was one."""
        return self._failure

    @property
    def durable(self) -> Position:
        """The last record known to be on disk."""
        return self._durable

    @property
    def attempted(self) -> Position:
        """The last record that may be on disk: beyond :attr:`durable` after a failure."""
        return self._written

    def reserve(self, size: int) -> None:
        """Reserve disk space for *size* bytes more.

        Raises:
            OSError: There is no room.
        """
        with self._ready:
            while self._busy:
                self._ready.wait()
            preallocate(self._fd, self._offset, size)

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
        entries = [_Entry(type(record), encode_record(record)) for record in records]
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
                raise JournalFailed(
                    f"{self.path} cannot be written ({self._failure}), and neither can any second "
                    f"place. The results were printed; keep them."
                )

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

    def close(self) -> None:
        """Flush, give back reserved space, and close the file. Does nothing the second time."""
        try:
            self.flush()
        finally:
            with self._ready:
                already, self._closed = self._closed, True
            if not already:
                try:
                    if self._failure is None and os.fstat(self._fd).st_size != self._offset:
                        os.ftruncate(self._fd, self._offset)
                        sync_file(self._fd)
                finally:
                    os.close(self._fd)

    def _refusal(self) -> JournalFailed:
        return JournalFailed(
            f"{self.path} could not be written ({self._failure}). Nothing new was started. "
            f"What was in flight is recorded in a second place and is found by the next run.",
            hint="Make room or restore access, then run the same command again.",
        )

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

    def _write(self, batch: list[_Entry], *, sync: bool) -> None:
        self._unsynced.extend(batch)
        intents = sum(entry.kind is IntentRecord for entry in batch)
        outcomes = sum(entry.kind is OutcomeRecord for entry in batch)
        _pass("journal.before_intent", intents)
        _pass("journal.before_outcome", outcomes)
        if batch:
            seq, prev, lines = self._written.seq, self._prev, []
            first_open = self._durable.seq + 1
            for entry in batch:
                seq += 1
                payload = entry.payload
                if self._cipher is not None and entry.kind is not KeyRecord:
                    payload = self._cipher.seal(payload, journal_context(seq, prev))
                line, prev = frame(seq, first_open, prev, payload)
                lines.append(line)
            data = b"".join(lines)
            self._written, self._prev = Position(seq, prev.decode()), prev
            write_all(self._fd, data)
            self._offset += len(data)
        if sync and self._unsynced:
            sync_file(self._fd)
            self._durable, self._durable_offset = self._written, self._offset
            self._unsynced.clear()
        _pass("journal.after_intent", intents)
        _pass("journal.after_outcome", outcomes)

    def _rescue(self, batch: list[_Entry]) -> bool:
        """After the first failure: take back the unsure end of the file, and spill its records."""
        pending = self._unsynced or batch
        self._unsynced = []
        try:
            # A file without half a record is easier to trust; the reader copes with either.
            os.ftruncate(self._fd, self._durable_offset)
            os.lseek(self._fd, self._durable_offset, os.SEEK_SET)
            sync_file(self._fd)
        except OSError:
            pass
        try:
            self._spill(pending)
        except OSError:
            return False
        return True

    def _spill(self, batch: list[_Entry]) -> None:
        """Give results to the fallback. Intents are not results: their calls never start."""
        payloads = [entry.payload for entry in batch if entry.kind is not IntentRecord]
        if not payloads:
            return
        if self.fallback is None:
            raise OSError("there is no second place")
        self.fallback.save(payloads)


def _pass(name: str, times: int) -> None:
    for _ in range(times):
        failpoint(name)
