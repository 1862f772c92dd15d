"""The writing side of a remote state: marker, segments and snapshot of one session."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.lock import LockHolder
from vbrprov.sdk.store import ObjectStore, StoreConflictError, StoreError
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.errors import JournalFailed, StateAccessError, StateLockedError
from vbrprov.state.marker import marker_bytes
from vbrprov.state.model import StateData
from vbrprov.state.records import Record
from vbrprov.state.remote.access import put_surely, store_errors
from vbrprov.state.remote.journal import SegmentJournal
from vbrprov.state.remote.load import RemoteState
from vbrprov.state.remote.names import Names
from vbrprov.state.remote.probe import require_conditional_writes
from vbrprov.state.seen import remember
from vbrprov.state.snapshot import GENERATIONS, JournalPlace, encode_snapshot
from vbrprov.state.spill import SpillWriter
from vbrprov.state.writing import absorb_spills, announcement, close, remove, settle


class RemoteStorage:
    """Makes one session's records durable in a store.

    Args:
        store: The store.
        names: The state's names.
        state: The state as read under the lock.
        holder: This process, as it holds the lock.
        spill_paths: Where results go when the store cannot be written.
        report: Told when that happens.
        codec: Encrypts what goes to the second place; the store does so by itself.
        fences: Whether the first segment is to keep out an older holder, and so must stay.
        assure: Raises when the lock may be somebody else's by now.
    """

    def __init__(self, store: ObjectStore, names: Names, state: RemoteState, holder: LockHolder,
                 spill_paths: Sequence[Path], report: Callable[[str], None], *,
                 fences: bool, codec: StateCodec = PLAIN,
                 assure: Callable[[], None] | None = None) -> None:
        self._store = store
        self._names = names
        self._state = state
        self._loaded = state.loaded
        self._holder = holder
        self._spill_paths = spill_paths
        self._report = report
        self._fences = fences
        self._codec = codec
        self._assure = assure
        self._fence_at: int | None = None
        self._journal: SegmentJournal | None = None
        self._spill: SpillWriter | None = None
        self._is_lost = False
        self._compacted = False

    @property
    def needs_compaction(self) -> bool:
        """Whether an earlier run left changes that the snapshot does not hold."""
        return self._loaded.leftover and not self._compacted

    def lose(self) -> None:
        """Somebody else has taken the lock: write nothing any more."""
        self._is_lost = True
        if self._journal is not None:
            self._journal.fence()

    def begin(self, data: StateData, planned_operations: int) -> None:
        """Put the first segment, which shuts out whoever wants the same number, then the marker.

        A crash between the two leaves a journal from the very beginning, which says by itself that
        nothing was done yet; a marker alone would say that a state was lost.
        """
        if self._is_lost:
            raise self._lost()
        with store_errors(self._store, "written"):
            if not self._loaded.has_marker:
                require_conditional_writes(self._store, self._names.prefix)
            if not data.lineage:
                data.lineage = str(uuid.uuid4())
            end = self._state.end
            journal = SegmentJournal(self._store, self._names, data.lineage, end,
                                     assure=self._assure)
            if self._fences:
                with suppress(StoreConflictError):
                    put_surely(self._store, self._names.fence(end.seq), b"{}\n", None)
                self._fence_at = end.seq
            self._announce(journal, data)
            self._journal = journal
            if not self._loaded.has_marker:
                failpoint("marker.before_write")
                self._write_marker(data)
                failpoint("marker.after_write")
        absorb_spills(self._loaded, journal.append, journal, self._store.description)
        # Only now: a spill of this run would take the place of those of earlier runs.
        self._spill = SpillWriter(self._spill_paths, data.lineage, self._holder.id,
                                  lambda: journal.durable, self._report,
                                  self._codec.new_cipher(data.lineage, "spill"))
        if not journal.is_fenced:
            journal.fallback = self._spill

    def _announce(self, journal: SegmentJournal, data: StateData) -> None:
        """Say who writes, in the first segment; raises when that number is taken."""
        try:
            journal.append([announcement(self._holder)])
        except JournalFailed as error:
            if journal.is_fenced:
                raise self._lost() from error
            raise StateAccessError(f"{self._store.description} cannot be written: "
                                   f"{journal.failure}. Nothing was started.") from error

    def _write_marker(self, data: StateData) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            put_surely(self._store, self._names.marker, marker_bytes(data.lineage, now), None)
        except StoreConflictError as error:
            raise self._lost() from error
        self._loaded.has_marker = True

    def reserve(self, data: StateData, planned_operations: int) -> None:
        """Nothing: a store has room, or says that it has none."""

    @property
    def _open(self) -> SegmentJournal:
        if self._journal is None:
            raise ValueError("nothing was begun")
        return self._journal

    def enqueue(self, records: Iterable[Record]) -> int:
        """Take *records*."""
        return self._open.enqueue(records)

    def wait(self, ticket: int) -> None:
        """Return when the records up to *ticket* are in the store or the second place."""
        self._open.wait(ticket)

    def wait_journalled(self, ticket: int) -> None:
        """Return when the records up to *ticket* are in the store, written by this run."""
        self._open.wait_journalled(ticket)

    def flush(self) -> None:
        """Make everything taken so far durable."""
        self._open.flush()

    def compact(self, data: StateData) -> None:
        """Write the snapshot if nobody else has, then remove what it makes superfluous."""
        journal = self._open
        place, lost = settle(journal)
        if journal.is_fenced or self._is_lost:
            raise lost or self._lost()
        failed = journal.failure is not None
        data.serial += 1
        data.position = str(place.position)
        absorbed = list(self._loaded.absorbed)
        if failed and self._spill is not None:
            absorbed.append(self._spill.id)
        raw = encode_snapshot(data, place, absorbed)
        try:
            with store_errors(self._store, "written"):
                self._put_snapshot(data, raw)
        except StateAccessError as error:
            data.serial -= 1
            raise (lost or error) from error
        self._compacted = True
        if self._codec.encrypts:
            remember(data)
        failpoint("journal.before_truncate")
        with suppress(StoreError):
            self._clean(place, data.serial)
        if self._spill is not None and failed:
            self._spill.close(discard=True)
        for spill in self._loaded.spills:
            remove(spill.path)

    def _put_snapshot(self, data: StateData, raw: bytes) -> None:
        failpoint("snapshot.before_write")
        try:
            if self._state.snapshot is not None:
                kept = self._names.generation(data.serial - 1)
                with suppress(StoreConflictError):
                    put_surely(self._store, kept, self._state.snapshot, None)
            failpoint("snapshot.before_rename")
            self._state.version = put_surely(self._store, self._names.snapshot, raw,
                                             self._state.version)
        except StoreConflictError as error:
            data.serial -= 1
            self.lose()
            raise self._lost() from error
        self._state.snapshot = raw
        failpoint("snapshot.after_rename")

    def _clean(self, place: JournalPlace, serial: int) -> None:
        """Remove covered segments (but none that keeps somebody out) and old generations."""
        listing = self._state.listing
        fences = listing.fences | ({self._fence_at} if self._fence_at is not None else set())
        segments = {*listing.segments, *self._open.segments}
        covered = [self._names.segment(s) for s in sorted(segments)
                   if s < place.through and s not in fences]
        old = [self._names.generation(n) for n in listing.generations if n < serial - GENERATIONS]
        if covered or old:
            self._store.delete([*covered, *old])
        self._open.segments.clear()

    def _lost(self) -> StateLockedError:
        return StateLockedError(
            f"Another run has taken over the state in {self._store.description}. Nothing new was "
            f"started, and nothing is recorded by this run any more.", None,
            hint="What was in flight is found by the other run, or by the next plan or apply.")

    def close(self) -> None:
        """Stop writing; what was not compacted stays in the journal."""
        journal, self._journal = self._journal, None
        close(journal, self._spill)
