"""Read a state from a store: listing, snapshot and segments into one state, or a clear refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vbrprov.sdk.store import ObjectStore
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.errors import (
    StateAccessError,
    StateDamagedError,
    StateLostError,
    StateMissingError,
)
from vbrprov.state.fold import fold
from vbrprov.state.framing import ORIGIN, Position
from vbrprov.state.load import (
    LoadedState,
    add_spills,
    decode_records,
    last_session,
    scan_journal,
)
from vbrprov.state.marker import decode_marker
from vbrprov.state.model import StateData
from vbrprov.state.records import AbsorbedRecord, BeginRecord, Record
from vbrprov.state.remote.access import get, persist
from vbrprov.state.remote.names import Listing, Names
from vbrprov.state.snapshot import (
    JournalPlace,
    SnapshotDocument,
    decode_snapshot,
    paused_collection,
)

_ATTEMPTS = 20


@dataclass(slots=True)
class RemoteState:
    """A state as read, and where to go on.

    ``snapshot`` are the bytes of the current snapshot and ``version`` its version, both None where
    there is none; ``end`` is the last record there is.
    """

    loaded: LoadedState
    listing: Listing
    snapshot: bytes | None
    version: str | None
    end: Position


class _MovedError(Exception):
    """A compaction came between two reads; reading again helps."""


def load_remote(store: ObjectStore, names: Names, spills: Sequence[Path],
                codec: StateCodec = PLAIN) -> RemoteState:
    """Read one consistent state, also while somebody writes.

    The listing comes first, the snapshot second: segments that a compaction removes in between are
    covered by the snapshot, and those that are read after it either exist or make it start again.

    Raises:
        StateError: The objects are damaged, incomplete, or not of one stack.
        StoreError: The store does not answer.
    """
    for _ in range(_ATTEMPTS):
        try:
            with paused_collection():
                return _load(store, names, spills, codec)
        except _MovedError:
            continue
    raise StateAccessError(f"The state in {store.description} changes faster than it can be read.",
                           hint="Try again.")


def _load(store: ObjectStore, names: Names, spills: Sequence[Path],
          codec: StateCodec) -> RemoteState:
    listing = Listing.of(names, persist(lambda: store.names(names.prefix)))
    stored = get(store, names.snapshot)
    where = f"{store.description}, {names.snapshot}"
    if stored is None:
        return _without_snapshot(store, names, listing, spills, codec)
    document = decode_snapshot(where, stored.data)
    loaded = LoadedState(document.to_data(), document.journal, None, listing.has_marker,
                         len(stored.data), absorbed=list(document.absorbed))
    if listing.generations and listing.generations[-1] > document.serial:
        raise StateDamagedError(
            f"The state {where} (serial {document.serial}) is older than the generation of serial "
            f"{listing.generations[-1]} beside it. Was an older copy put in its place?")
    end = _add_segments(store, names, loaded, listing, document)
    _check_marker(store, names, loaded, where)
    add_spills(loaded, spills, codec)
    return RemoteState(loaded, listing, stored.data, stored.version, end)


def _without_snapshot(store: ObjectStore, names: Names, listing: Listing,
                      spills: Sequence[Path], codec: StateCodec) -> RemoteState:
    """A new stack, one whose first run did not end, or a state that is missing."""
    loaded = LoadedState(StateData(), JournalPlace(ORIGIN.seq, ORIGIN.hash, ORIGIN.seq), None,
                         listing.has_marker)
    where = f"{store.description}, {names.snapshot}"
    begins = bool(listing.segments) and listing.segments[0] == 0
    if listing.generations or (not begins and (listing.segments or listing.has_marker)):
        # Unless the first snapshot was written since the listing.
        if get(store, names.snapshot) is not None:
            raise _MovedError
        left = ("an older generation of it" if listing.generations else
                "a journal that continues it" if listing.segments else
                "a marker that says that a stack exists")
        error = StateMissingError if listing.generations or listing.segments else StateLostError
        raise error(f"There is no state {where}, but there is {left}. Going on would build "
                    "everything a second time.")
    end = _add_segments(store, names, loaded, listing, None)
    _check_marker(store, names, loaded, where)
    add_spills(loaded, spills, codec)
    return RemoteState(loaded, listing, None, None, end)


def _add_segments(store: ObjectStore, names: Names, loaded: LoadedState, listing: Listing,
                  document: SnapshotDocument | None) -> Position:
    """Fold in what the snapshot lacks; where the journal ends."""
    position = loaded.place.position
    wanted = [seq for seq in listing.segments if seq >= position.seq]
    records: list[Record] = []
    for seq, raw in zip(wanted, _fetch(store, [names.segment(seq) for seq in wanted]),
                        strict=True):
        where = f"{store.description}, {names.segment(seq)}"
        lines, header = scan_journal(where, raw)
        if lines.lost:
            raise StateDamagedError(f"The journal {where} is cut off.")
        if document is None and seq == 0:
            loaded.data.lineage = header.lineage
        if header.lineage != loaded.data.lineage:
            raise StateDamagedError(
                f'The journal {where} belongs to another stack: its lineage is "{header.lineage}", '
                f'the state\'s is "{loaded.data.lineage}".')
        if (header.seq, header.hash) != position or header.seq != seq:
            raise StateDamagedError(
                f"The journal {where} does not continue what is before it (record {position.seq}): "
                "an object is missing, or was replaced by a copy.")
        records += decode_records(where, lines, 1, header.lineage, PLAIN)
        position = Position(seq + len(lines.payloads) - 1, lines.hashes[-1].decode())
    fold(loaded.data, records)
    loaded.absorbed += [r.spill for r in records if isinstance(r, AbsorbedRecord)]
    loaded.leftover = any(not isinstance(record, BeginRecord) for record in records)
    loaded.last_session = last_session(records)
    if records:
        loaded.data.position = str(position)
    return position


def _fetch(store: ObjectStore, names: list[str]) -> list[bytes]:
    found = persist(lambda: store.get_all(names))
    out = [stored.data for stored in found if stored is not None]
    if len(out) != len(found):
        raise _MovedError
    return out


def _check_marker(store: ObjectStore, names: Names, loaded: LoadedState, where: str) -> None:
    stored = get(store, names.marker) if loaded.has_marker else None
    if stored is not None:
        marker = decode_marker(f"{store.description}, {names.marker}", stored.data)
        if marker.lineage != loaded.data.lineage:
            raise StateDamagedError(
                f'The state {where} belongs to another stack: its lineage is '
                f'"{loaded.data.lineage}", but its marker says "{marker.lineage}".')
    elif loaded.data.serial:
        loaded.diagnostics.warning(
            "State without marker", f"The marker beside {where} is missing. It is written anew by "
            "the next run that changes something.")


