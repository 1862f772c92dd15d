"""Read a local state: snapshot, journal and spill files into one state, or a clear refusal.

A missing or damaged file never reads as "no state": only where nothing at all was left behind is
there a new stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from vbrprov.diag import Diagnostics
from vbrprov.platform_.files import read_private
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.errors import (
    StateDamagedError,
    StateLostError,
    StateMissingError,
    StateVersionError,
)
from vbrprov.state.fold import fold
from vbrprov.state.framing import ORIGIN, DamagedLineError, Position, Scan, scan
from vbrprov.state.journal import JOURNAL_VERSION
from vbrprov.state.marker import Marker, read_marker
from vbrprov.state.model import StateData
from vbrprov.state.paths import StatePaths, access_errors
from vbrprov.state.payloads import journal_records
from vbrprov.state.records import (
    AbsorbedRecord,
    BeginRecord,
    JournalHeader,
    KeyRecord,
    Record,
    decode_journal_header,
)
from vbrprov.state.snapshot import (
    JournalPlace,
    SnapshotDocument,
    decode_snapshot,
    paused_collection,
)
from vbrprov.state.spill import Spill, read_spills


@dataclass(frozen=True, slots=True)
class RawFiles:
    """The bytes of a state's files, as read in one go; None where there is no file."""

    snapshot: bytes | None
    journal: bytes | None
    marker: Marker | None


@dataclass(slots=True)
class JournalEnd:
    """Where to go on writing a journal."""

    position: Position
    prev: str
    length: int
    add_newline: bool


@dataclass(slots=True)
class LoadedState:
    """A state as read, with what a session needs to go on from it.

    ``place`` is what the snapshot covers. ``journal`` is None where no journal can be continued:
    there is none, or it ends before what the snapshot covers. ``leftover`` says that the journal
    or a spill file holds changes that the snapshot does not.
    """

    data: StateData
    place: JournalPlace
    journal: JournalEnd | None
    has_marker: bool
    snapshot_size: int = 0
    leftover: bool = False
    absorbed: list[str] = field(default_factory=list)
    spills: list[Spill] = field(default_factory=list)
    unusable_spills: list[Path] = field(default_factory=list)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    lost_bytes: int = 0
    last_session: str = ""


def read_files(paths: StatePaths) -> RawFiles:
    """Read a state's files.

    The snapshot comes before the journal: a compaction between the two then shows as a journal that
    starts after the snapshot's place, and never as a state with a hole in it.

    Raises:
        StateError: A file cannot be read, or the marker not understood.
    """
    with access_errors(paths.snapshot, "read"):
        snapshot = read_private(paths.snapshot)
    with access_errors(paths.journal, "read"):
        journal = read_private(paths.journal)
    with access_errors(paths.marker, "read"):
        marker = read_marker(paths.marker)
    return RawFiles(snapshot, journal, marker)


def load_state(
    paths: StatePaths, raw: RawFiles, spill_paths: Sequence[Path], codec: StateCodec = PLAIN
) -> LoadedState:
    """Make one state of *raw*.

    Raises:
        StateError: The files are damaged, incomplete, from a newer version, or not of one stack.
    """
    with paused_collection():
        loaded = _load(paths, raw, spill_paths, codec)
    if codec.settle(loaded.data) or not codec.is_current(raw.snapshot):
        # The next run that may write brings it into the form that is wanted now.
        loaded.leftover = True
    return loaded


def _load(
    paths: StatePaths, raw: RawFiles, spill_paths: Sequence[Path], codec: StateCodec
) -> LoadedState:
    if raw.snapshot is None and raw.journal is None:
        _require_new_stack(paths, raw.marker)
        nowhere = JournalPlace(ORIGIN.seq, ORIGIN.hash, ORIGIN.seq)
        return LoadedState(StateData(), nowhere, None, has_marker=False)
    document = None if raw.snapshot is None else decode_snapshot(
        paths.snapshot, codec.open("state", raw.snapshot, f"The state {paths.snapshot}"))
    loaded = _from_snapshot(document, raw)
    if raw.journal is None:
        if raw.marker is not None:
            raise StateMissingError(
                f"The journal {paths.journal} is missing. If the last run was cut off, only the "
                f"journal knows what it made."
            )
        loaded.diagnostics.warning(
            "State without journal and marker",
            f"{paths.snapshot} lies alone, as a copy does. What was changed since the copy was "
            f"made is not known here.",
        )
    else:
        _add_journal(paths, loaded, raw.journal, document, codec)
    if raw.marker is not None and raw.marker.lineage != loaded.data.lineage:
        raise StateDamagedError(
            f"The state {paths.snapshot} belongs to another stack: its lineage is "
            f'"{loaded.data.lineage}", but {paths.marker} says "{raw.marker.lineage}".'
        )
    add_spills(loaded, spill_paths, codec)
    return loaded


def _require_new_stack(paths: StatePaths, marker: Marker | None) -> None:
    """Raise when anything shows that a stack existed here."""
    kept = paths.generations()
    if marker is not None:
        left = f"{paths.marker} says that a stack exists here"
    elif kept:
        left = f"the older state {kept[0]} exists"
    else:
        return
    more = f" Older states are kept: {', '.join(map(str, kept))}." if kept else ""
    error = StateMissingError if kept or paths.old_journal.exists() else StateLostError
    raise error(
        f"There is no state {paths.snapshot} and no journal, but {left}. Going on would build "
        f"everything a second time.{more}"
    )


def _from_snapshot(document: SnapshotDocument | None, raw: RawFiles) -> LoadedState:
    if document is None:
        data, place = StateData(), JournalPlace(ORIGIN.seq, ORIGIN.hash, ORIGIN.seq)
    else:
        data, place = document.to_data(), document.journal
    return LoadedState(
        data, place, None, has_marker=raw.marker is not None,
        snapshot_size=len(raw.snapshot or b""),
        absorbed=list(document.absorbed) if document is not None else [],
    )


def scan_journal(path: Path | str, raw: bytes) -> tuple[Scan, JournalHeader]:
    """The lines of a journal and what its header says; *path* is for messages.

    Raises:
        StateDamagedError: It is damaged, or none.
        StateVersionError: A newer version wrote it.
    """
    try:
        lines = scan(raw)
    except DamagedLineError as error:
        raise StateDamagedError(f"The journal {path} is damaged: {error}.") from error
    if not lines.payloads:
        raise StateDamagedError(f"The journal {path} is empty; not even its header is there.")
    try:
        header = decode_journal_header(lines.payloads[0])
    except msgspec.MsgspecError as error:
        raise StateDamagedError(f"{path} is not a journal of vbrprov.") from error
    if header.version > JOURNAL_VERSION:
        raise StateVersionError(
            f"A newer version of vbrprov wrote the journal {path}.",
            hint="Install the newer version of vbrprov.",
        )
    return lines, header


def decode_records(
    path: Path | str, lines: Scan, start: int, lineage: str, codec: StateCodec
) -> list[Record]:
    """The records of a journal from line *start* on; *path* is for messages.

    Raises:
        StateError: This version does not know one of them, or it cannot be opened.
    """
    try:
        return list(journal_records(lines, start, lineage, codec, f"The journal {path}"))
    except msgspec.MsgspecError as error:
        raise StateVersionError(
            f"The journal {path} holds a record that this version does not know: {error}.",
            hint="Install the version of vbrprov that wrote it.",
        ) from error


def last_session(records: Iterable[Record]) -> str:
    """The session that wrote last, as far as the records say; else empty."""
    found = ""
    for record in records:
        if isinstance(record, BeginRecord):
            found = record.session
    return found


def _add_journal(
    paths: StatePaths, loaded: LoadedState, raw: bytes, document: SnapshotDocument | None,
    codec: StateCodec,
) -> None:
    """Check that the journal continues the snapshot, and fold in what the snapshot lacks."""
    lines, header = scan_journal(paths.journal, raw)
    if document is None:
        loaded.data.lineage = header.lineage
    place = loaded.place
    last = lines.first + len(lines.payloads) - 1
    _require_continuation(paths, loaded, lines, header, document)
    if lines.lost:
        loaded.lost_bytes = lines.lost
        loaded.diagnostics.warning(
            "Journal cut off at its end",
            f"The last write to {paths.journal} was cut off, {lines.lost} bytes of it remain and "
            f"are ignored. No call was made, and no result reported, on the strength of it.",
        )
    skip = max(place.through - lines.first, 0) + 1
    records = decode_records(paths.journal, lines, skip, header.lineage, codec)
    fold(loaded.data, records)
    loaded.absorbed += [r.spill for r in records if isinstance(r, AbsorbedRecord)]
    loaded.leftover = any(not isinstance(record, BeginRecord | KeyRecord) for record in records)
    end_hash = lines.hashes[-1].decode() if len(lines.hashes) > 1 else header.hash
    position = Position(last, end_hash)
    if last >= place.through:
        loaded.journal = JournalEnd(
            position, lines.hashes[-1].decode(), lines.length,
            add_newline=not lines.ends_with_newline,
        )
    if records:
        loaded.data.position = str(position)
    loaded.last_session = last_session(records)


def _require_continuation(
    paths: StatePaths, loaded: LoadedState, lines: Scan, header: JournalHeader,
    document: SnapshotDocument | None,
) -> None:
    """Raise unless the journal and the snapshot are of one stack, with no gap between them."""
    place = loaded.place
    last = lines.first + len(lines.payloads) - 1
    if header.lineage != loaded.data.lineage:
        raise StateDamagedError(
            f"The journal {paths.journal} belongs to another stack than {paths.snapshot}: their "
            f'lineages are "{header.lineage}" and "{loaded.data.lineage}".'
        )
    if document is None and header.seq > 0:
        raise StateMissingError(
            f"The state {paths.snapshot} is missing: its journal {paths.journal} continues it."
            + "".join(f" An older state is kept: {path}." for path in paths.generations()[:1])
        )
    if header.seq > place.through:
        raise StateDamagedError(
            f"The state {paths.snapshot} (serial {loaded.data.serial}) is older than its journal. "
            f"Was an older copy put in its place?"
        )
    if last < place.seq and not lines.lost:
        raise StateDamagedError(
            f"The journal {paths.journal} is older than the state {paths.snapshot} (serial "
            f"{loaded.data.serial}). Was one of them replaced by a copy?"
        )
    if header.seq in {place.seq, place.through}:
        found = header.hash
    elif header.seq < place.seq <= last:
        found = lines.hashes[place.seq - header.seq].decode()
    else:
        return
    if found != place.hash:
        raise StateDamagedError(
            f"The journal {paths.journal} does not continue the state {paths.snapshot} (serial "
            f"{loaded.data.serial}): they have different histories. Was one of them replaced by a "
            f"copy?"
        )


def add_spills(loaded: LoadedState, spill_paths: Sequence[Path], codec: StateCodec) -> None:
    """Fold in results that a failed run recorded in a second place."""
    for spill in read_spills(spill_paths, codec):
        header = spill.header
        if header is None:
            loaded.diagnostics.warning(
                "Spilled results not readable",
                f"{spill.path} holds results of a run whose journal failed, but {spill.problem}. "
                f"Recovery asks the provider instead.",
            )
            loaded.unusable_spills.append(spill.path)
            continue
        if header.lineage != loaded.data.lineage:
            loaded.unusable_spills.append(spill.path)
            continue
        if header.id in loaded.absorbed:
            loaded.spills.append(spill)
            continue
        at = str(Position(header.seq, header.hash))
        if header.session != loaded.last_session and at != loaded.data.position:
            loaded.diagnostics.warning(
                "Spilled results not used",
                f"{spill.path} holds results of a run whose journal failed. Another run has "
                f"changed the state since, so they are not used.",
            )
            loaded.unusable_spills.append(spill.path)
            continue
        fold(loaded.data, spill.records)
        loaded.data.position = f"{loaded.data.position}+{header.id}"
        loaded.spills.append(spill)
        loaded.leftover = True
