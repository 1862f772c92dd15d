"""Put a damaged local state in order again, from whatever is still good.

Each older state, followed by the journals that continue it, gives a state up to some record.
What is found is offered, newest first; carrying one out keeps the damaged files beside the new.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from vbrprov.platform_.files import atomic_write, keep_copy, read_private
from vbrprov.platform_.lock import FileLock, LockTakenError
from vbrprov.state.codec import PLAIN, SealedStateError, StateCodec
from vbrprov.state.errors import StateError, StateLockedError
from vbrprov.state.fold import apply_record
from vbrprov.state.framing import ORIGIN, Position, Scan, scan
from vbrprov.state.journal import create_journal
from vbrprov.state.marker import marker_bytes, read_marker
from vbrprov.state.model import StateData
from vbrprov.state.paths import StatePaths, access_errors
from vbrprov.state.payloads import journal_records
from vbrprov.state.records import JournalHeader, decode_journal_header
from vbrprov.state.seen import highest_seen
from vbrprov.state.snapshot import JournalPlace, decode_snapshot, encode_snapshot, generation_path


@dataclass(frozen=True, slots=True)
class Repair:
    """One state that can be restored.

    ``sources`` are the files it is made of; ``complete`` says that nothing readable is newer.
    """

    data: StateData
    position: Position
    sources: tuple[Path, ...]
    complete: bool

    @property
    def description(self) -> str:
        """What it is, in one line."""
        names = " + ".join(path.name for path in self.sources)
        data = self.data
        return (f"{names}: serial {data.serial}, record {self.position.seq}, "
                f"{len(data.instances)} instances, {len(data.intents)} open intents")


@dataclass(slots=True)
class _Journal:
    path: Path
    lines: Scan
    header: JournalHeader

    @property
    def last(self) -> int:
        return self.header.seq + len(self.lines.payloads) - 1

    def hash_at(self, seq: int) -> str | None:
        if seq == self.header.seq:
            return self.header.hash
        if self.header.seq < seq <= self.last:
            return self.lines.hashes[seq - self.header.seq].decode()
        return None


def find_repairs(paths: StatePaths, codec: StateCodec = PLAIN) -> list[Repair]:
    """The states that can be restored, newest first. Writes nothing.

    Raises:
        StateAccessError: A file exists but cannot be read.
        SealedStateError: There may be more, but nothing can be opened with the keys at hand.
    """
    journals = _journals(paths)
    locked: list[SealedStateError] = []
    found = [_follow(*start, journals, codec) for start in _starts(paths, journals, codec, locked)]
    if locked and not found:
        raise locked[0]
    newest = max((repair.position.seq for repair in found), default=0)
    newest = max([newest, *(journal.last for journal in journals)])
    distinct: dict[Position, Repair] = {}
    for data, position, sources in ((r.data, r.position, r.sources) for r in found):
        distinct.setdefault(
            position, Repair(data, position, sources, complete=position.seq == newest)
        )
    return sorted(distinct.values(), key=lambda repair: -repair.position.seq)


def _starts(
    paths: StatePaths, journals: list[_Journal], codec: StateCodec, locked: list[SealedStateError]
) -> Iterator[tuple[Path | None, StateData, JournalPlace]]:
    """Every readable snapshot; and, where a journal tells the whole story, nothing at all."""
    for path in (paths.snapshot, generation_path(paths.snapshot, 1),
                 generation_path(paths.snapshot, 2)):
        with access_errors(path, "read"):
            raw = read_private(path)
        if raw is None:
            continue
        try:
            document = decode_snapshot(path, codec.open("state", raw, f"The state {path}"))
        except SealedStateError as error:
            locked.append(error)
            continue
        except StateError:
            continue
        yield path, document.to_data(), document.journal
    for journal in journals:
        if journal.header.seq == 0:
            yield (None, StateData(journal.header.lineage),
                   JournalPlace(ORIGIN.seq, ORIGIN.hash, ORIGIN.seq))


def _journals(paths: StatePaths) -> list[_Journal]:
    """The good part of each journal, older first."""
    parts = [_good_part(path) for path in (paths.old_journal, paths.journal)]
    return [part for part in parts if part is not None]


def _good_part(path: Path) -> _Journal | None:
    with access_errors(path, "read"):
        raw = read_private(path)
    lines = scan(raw or b"", salvage=True)
    if not lines.payloads:
        return None
    try:
        return _Journal(path, lines, decode_journal_header(lines.payloads[0]))
    except msgspec.MsgspecError:
        return None


def last_record(paths: StatePaths) -> int:
    """The highest number that a record of any journal has; 0 where there is none."""
    return max((journal.last for journal in _journals(paths)), default=0)


def _follow(
    path: Path | None, data: StateData, place: JournalPlace, journals: list[_Journal],
    codec: StateCodec,
) -> Repair:
    """Fold in every journal that continues the state."""
    position = place.position
    sources = [path] if path is not None else []
    for journal in journals:
        if journal.header.lineage != data.lineage or journal.last <= position.seq:
            continue
        if journal.hash_at(position.seq) != position.hash:
            continue
        read = 0
        with suppress(msgspec.MsgspecError, StateError):
            for record in journal_records(
                journal.lines, position.seq - journal.header.seq + 1, data.lineage, codec,
                f"The journal {journal.path}",
            ):
                apply_record(data, record)
                read += 1
        if read:
            seq = position.seq + read
            position = Position(seq, journal.hash_at(seq) or "")
            sources.append(journal.path)
    return Repair(data, position, tuple(sources), complete=False)


def carry_out(paths: StatePaths, repair: Repair, codec: StateCodec = PLAIN) -> StateData:
    """Make *repair* the state, and keep the files it replaces as ``<name>.damaged-<time>``.

    Raises:
        StateLockedError: Another process works on the state.
        StateError: The files have changed since, or cannot be written.
    """
    try:
        with access_errors(paths.lock, "locked"), FileLock(paths.lock, "state repair"):
            offers = find_repairs(paths, codec)
            if repair.position not in {offer.position for offer in offers}:
                raise StateError(f"The files of {paths.snapshot} have changed since.")
            return _replace(paths, repair, offers, codec)
    except LockTakenError as error:
        raise StateLockedError(
            f"The state {paths.snapshot} is in use by {error.holder or 'another process'}.",
            error.holder,
        ) from error


def _replace(
    paths: StatePaths, repair: Repair, offers: list[Repair], codec: StateCodec
) -> StateData:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for path in (paths.snapshot, paths.journal, paths.marker):
        if path.exists():
            aside = path.with_name(f"{path.name}.damaged-{stamp}")
            keep_copy(path, aside, temp=path.with_name(f"{path.name}.tmp"))
    data = repair.data
    # Beyond every number ever used, so that no saved plan and no leftover journal still fits.
    data.serial = max(offer.data.serial for offer in offers) + 1
    if codec.encrypts:
        data.serial = max(data.serial, highest_seen(data.lineage) + 1)
    codec.settle(data)
    last = max([last_record(paths), *(offer.position.seq for offer in offers)])
    base = Position(last + 1, repair.position.hash)
    data.position = str(base)
    raw = codec.seal(
        "state", encode_snapshot(data, JournalPlace(base.seq, base.hash, base.seq), []),
        lineage=data.lineage, serial=data.serial)
    # Not through write_snapshot: a damaged file must not push a good one out of the generations.
    atomic_write(paths.snapshot, raw, temp=paths.snapshot.with_name(f"{paths.snapshot.name}.tmp"))
    create_journal(paths.journal, data.lineage, base)
    try:
        marker = read_marker(paths.marker)
    except StateError:
        marker = None
    if marker is None or marker.lineage != data.lineage:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        atomic_write(paths.marker, marker_bytes(data.lineage, now),
                     temp=paths.marker.with_name(f"{paths.marker.name}.tmp"))
    return data
