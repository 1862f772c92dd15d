"""Append to a journal: durable when the call returns, one disk sync for all who wait.

Reading is in ``framing`` (lines) and ``load`` (meaning).
"""

from __future__ import annotations

import os
from pathlib import Path

from vbrprov.platform_.files import (
    atomic_write,
    open_private,
    preallocate,
    sync_file,
    write_all,
)
from vbrprov.secrets.sealing import RecordCipher
from vbrprov.state.commit import Entry, Fallback, GroupCommit, announce
from vbrprov.state.errors import JournalFailed
from vbrprov.state.framing import START_HASH, Position, frame, journal_context
from vbrprov.state.records import JournalHeader, KeyRecord, encode_record

JOURNAL_VERSION = 1


def journal_bytes(lineage: str, base: Position) -> bytes:
    """A journal without records, that continues at *base*."""
    header = JournalHeader(JOURNAL_VERSION, lineage, base.seq, base.hash)
    line, _ = frame(base.seq, base.seq + 1, START_HASH.encode(), encode_record(header))
    return line


def create_journal(path: Path, lineage: str, base: Position) -> None:
    """Put an empty journal at *path* in one step, in place of any that is there."""
    atomic_write(path, journal_bytes(lineage, base), temp=path.with_name(f"{path.name}.tmp"))


class Journal(GroupCommit):
    """An open journal file; safe to use from many threads.

    Args:
        path: The file; its good part is *length* bytes long and ends at *position*.
        position: The last good record.
        prev: The hash of the last good line (the header's, when no record follows it).
        length: Where to go on writing; what lies behind is dropped.
        add_newline: The last good line lacks its line end.
        reserve: How many bytes to reserve on disk.
        cipher: Encrypts the payloads that follow; its key record is appended first.
        fallback: Takes records that the file does not.
    """

    def __init__(
        self, path: Path, position: Position, prev: str, length: int, *, add_newline: bool = False,
        reserve: int = 0, fallback: Fallback | None = None, cipher: RecordCipher | None = None,
    ) -> None:
        super().__init__(fallback)
        self.path = path
        self._cipher = cipher
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

    def _loss(self) -> JournalFailed:
        return JournalFailed(
            f"{self.path} cannot be written ({self._failure}), and neither can any second "
            f"place. The results were printed; keep them."
        )

    def _write(self, batch: list[Entry], *, sync: bool) -> None:
        self._unsynced.extend(batch)
        announce("before", batch)
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
        announce("after", batch)

    def _take_back(self) -> None:
        try:
            # A file without half a record is easier to trust; the reader copes with either.
            os.ftruncate(self._fd, self._durable_offset)
            os.lseek(self._fd, self._durable_offset, os.SEEK_SET)
            sync_file(self._fd)
        except OSError:
            return
