"""A state in a store that was lost, written anew as a whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from vbrprov.platform_.failpoint import failpoint
from vbrprov.sdk.store import ObjectStore, StoreConflictError
from vbrprov.state.backend import Rebuild
from vbrprov.state.codec import StateCodec
from vbrprov.state.errors import StateLockedError
from vbrprov.state.framing import ORIGIN, Position
from vbrprov.state.marker import decode_marker, marker_bytes
from vbrprov.state.model import StateData
from vbrprov.state.rebuild import refuse_state
from vbrprov.state.remote.access import get, put_surely, store_errors
from vbrprov.state.remote.load import RemoteState
from vbrprov.state.remote.names import Names
from vbrprov.state.remote.probe import require_conditional_writes
from vbrprov.state.seen import highest_seen, remember
from vbrprov.state.snapshot import JournalPlace, encode_snapshot


class RemoteRebuild(Rebuild):
    """The objects of a lost state; the caller holds their lock.

    Args:
        store: Where they are.
        names: Their names.
        codec: How bytes are kept.
        state: The state that there is, without content; ``None`` where nothing but a marker is.
        assure: Raises when the lock may be somebody else's by now.

    Raises:
        StateExistsError: The state has content.
        StateError: The marker cannot be read.
    """

    def __init__(self, store: ObjectStore, names: Names, codec: StateCodec,
                 state: RemoteState | None, assure: Callable[[], None] | None) -> None:
        self._store = store
        self._names = names
        self._codec = codec
        self._assure = assure
        self._version: str | None = None
        self._end = ORIGIN
        self._serial = 0
        self.lineage = ""
        if state is not None:
            data = state.loaded.data
            if not data.is_empty:
                raise refuse_state(f"in {store.description}", len(data.instances))
            self._version, self._end = state.version, state.end
            self._serial = max(data.serial, *state.listing.generations, 0)
            self.lineage = data.lineage
        with store_errors(store, "read"):
            marker = get(store, names.marker)
        self._has_marker = marker is not None
        if marker is not None:
            self.lineage = decode_marker(f"{store.description}, {names.marker}",
                                         marker.data).lineage

    def write(self, data: StateData) -> None:
        """Write the snapshot, if nobody else has meanwhile, and the marker."""
        data.serial = 1 + max(data.serial, self._serial, highest_seen(data.lineage))
        # Never from the very beginning: segments that begin there are taken for the whole story.
        base = Position(max(self._end.seq, 1), self._end.hash)
        data.position = str(base)
        self._codec.settle(data)
        raw = encode_snapshot(data, JournalPlace(base.seq, base.hash, base.seq), [])
        if self._assure is not None:
            self._assure()
        with store_errors(self._store, "written"):
            if not self._has_marker:
                require_conditional_writes(self._store, self._names.prefix)
            failpoint("rebuild.before_write")
            try:
                put_surely(self._store, self._names.snapshot, raw, self._version)
            except StoreConflictError as error:
                raise StateLockedError(
                    f"Another run has written a state in {self._store.description} meanwhile. "
                    "Nothing is recorded by this one.", None) from error
            failpoint("rebuild.after_snapshot")
            if not self._has_marker:
                now = datetime.now(UTC).isoformat(timespec="seconds")
                with suppress(StoreConflictError):
                    put_surely(self._store, self._names.marker, marker_bytes(data.lineage, now),
                               None)
        if self._codec.encrypts:
            remember(data)
