"""A journal whose writes are numbered objects, each put only if absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vbrprov.sdk.store import ObjectStore, StoreConflictError, StoreError
from vbrprov.state.commit import Entry, Fallback, GroupCommit, announce
from vbrprov.state.errors import JournalFailed
from vbrprov.state.framing import Position, frame
from vbrprov.state.journal import journal_bytes
from vbrprov.state.remote.access import put_surely
from vbrprov.state.remote.names import Names


class FencedError(OSError):
    """Another run has taken over; nothing may be written any more."""


def segment_bytes(lineage: str, base: Position, payloads: Iterable[bytes]) -> tuple[
        bytes, Position]:
    """A segment that follows *base*, and where it ends."""
    lines = [journal_bytes(lineage, base)]
    prev, seq = lines[0][:16], base.seq
    for payload in payloads:
        seq += 1
        line, prev = frame(seq, base.seq + 1, prev, payload)
        lines.append(line)
    return b"".join(lines), Position(seq, prev.decode())


class SegmentJournal(GroupCommit):
    """The journal of one session; see :class:`GroupCommit`.

    Args:
        store: Where the segments go.
        names: Their names.
        lineage: Of the stack.
        position: The last record there is.
        fallback: Takes results that the store does not.
        assure: Raises when the lock may be somebody else's by now; see ``Lease.assure``.
    """

    def __init__(self, store: ObjectStore, names: Names, lineage: str, position: Position,
                 fallback: Fallback | None = None, *,
                 assure: Callable[[], None] | None = None) -> None:
        super().__init__(fallback)
        self._assure = assure
        self._store = store
        self._names = names
        self._lineage = lineage
        self._durable = position
        self._attempted = position
        #: Numbers of the segments written.
        self.segments: list[int] = []

    @property
    def durable(self) -> Position:
        """The last record known to be in the store."""
        return self._durable

    @property
    def attempted(self) -> Position:
        """The last record that may be in the store: beyond :attr:`durable` after a failure."""
        return self._attempted

    @property
    def is_fenced(self) -> bool:
        """Whether another run has taken over."""
        return isinstance(self._failure, FencedError)

    def fence(self) -> None:
        """Write nothing any more: somebody else holds the lock."""
        with self._ready:
            # A write under way goes on, and its name decides.
            if self._failure is None:
                self._fail(FencedError("another run has taken over the lock"))

    def wait_journalled(self, ticket: int) -> None:
        super().wait_journalled(ticket)
        if self._assure is None:
            return
        # A segment may have been written long before this process heard of it.
        try:
            self._assure()
        except StoreConflictError as error:
            self.fence()
            raise self._refusal() from error
        except StoreError as error:
            raise JournalFailed(
                f"It cannot be found out whether this run still has the lock of the state in "
                f"{self._store.description} ({error.detail}). Nothing new was started.",
                hint="Restore access, then run the same command again.") from error

    def _fail(self, error: OSError) -> None:
        self._failure = error
        self._failed_at = self._settled
        self.fallback = None

    def close(self) -> None:
        """Flush; takes no records any more."""
        try:
            self.flush()
        finally:
            self._closed = True

    def _write(self, batch: list[Entry], *, sync: bool) -> None:
        self._unsynced.extend(batch)
        if not sync or not self._unsynced:
            return
        announce("before", self._unsynced)
        data, end = segment_bytes(self._lineage, self._durable,
                                  [entry.payload for entry in self._unsynced])
        self._attempted = end
        seq = self._durable.seq
        try:
            put_surely(self._store, self._names.segment(seq), data, None)
        except StoreConflictError as error:
            self.fallback = None
            raise FencedError("another run has taken over") from error
        except StoreError as error:
            raise OSError(error.detail) from error
        self.segments.append(seq)
        self._durable = end
        announce("after", self._unsynced)
        self._unsynced.clear()

    def _take_back(self) -> None:
        """Nothing: an object that may exist is covered by the snapshot that follows."""

    def _refusal(self) -> JournalFailed:
        if self.is_fenced:
            return JournalFailed(
                f"Another run has taken over the state in {self._store.description}, since this "
                f"one did not renew its lock. Nothing new was started, and nothing is recorded by "
                f"this run any more.", hint="What was in flight is found by the other run, or by "
                "the next plan or apply.")
        return JournalFailed(
            f"{self._store.description} could not be written ({self._failure}). Nothing new was "
            f"started. What was in flight is recorded in a second place and is found by the next "
            f"run.", hint="Restore access, then run the same command again on this machine.")

    def _loss(self) -> JournalFailed:
        if self.is_fenced:
            return self._refusal()
        return JournalFailed(
            f"{self._store.description} cannot be written ({self._failure}), and neither can any "
            f"second place. The results were printed; keep them.")
