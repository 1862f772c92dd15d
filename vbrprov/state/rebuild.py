"""A local state that was lost, written anew as a whole.

The snapshot is what makes it a state again. So the journal that continues it goes first: a crash
in between leaves a journal alone, which is no state, and the work is simply done once more.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.files import atomic_write, keep_copy
from vbrprov.state.backend import Rebuild
from vbrprov.state.codec import StateCodec
from vbrprov.state.errors import (
    REPAIR_COMMAND,
    StateDamagedError,
    StateExistsError,
)
from vbrprov.state.framing import ORIGIN, Position
from vbrprov.state.journal import create_journal
from vbrprov.state.load import load_state, read_files
from vbrprov.state.marker import Marker, marker_bytes, read_marker
from vbrprov.state.model import StateData
from vbrprov.state.paths import StatePaths, access_errors
from vbrprov.state.repair import Repair, find_repairs, last_record
from vbrprov.state.seen import highest_seen, remember
from vbrprov.state.snapshot import JournalPlace, encode_snapshot


def refuse_state(where: str, count: int) -> StateExistsError:
    """The refusal where there is a state that somebody uses."""
    return StateExistsError(
        f"There is a state {where}, with {count} instances. Only a state that is lost is made anew "
        "from the objects that exist.",
        hint="To take single objects under management, use import blocks or vbrprov import.")


class LocalRebuild(Rebuild):
    """The files of a lost state; the caller holds their lock.

    Raises:
        StateExistsError: There is a state, or one that can be restored.
        StateError: The files cannot be read.
    """

    def __init__(self, paths: StatePaths, codec: StateCodec) -> None:
        self._paths = paths
        self._codec = codec
        self._damaged: list[Path] = []
        self._marker = _marker(paths)
        self.lineage = self._marker.lineage if self._marker is not None else ""
        self._offers: list[Repair] = []
        self._look()

    def _look(self) -> None:
        try:
            data = load_state(self._paths, read_files(self._paths), (), self._codec).data
        except StateDamagedError:
            self._offers = find_repairs(self._paths, self._codec)
            good = next((o for o in self._offers if not o.data.is_empty), None)
            if good is not None:
                raise StateExistsError(
                    f"The state {self._paths.snapshot} is damaged, but it can be restored "
                    f"({good.description}).", hint="To restore it, run:\n\n"
                    f"    {REPAIR_COMMAND}") from None
            self._damaged = [path for path in (self._paths.snapshot, self._paths.journal)
                             if path.exists()]
            known = next((o.data.lineage for o in self._offers), "")
        else:
            if not data.is_empty:
                raise refuse_state(str(self._paths.snapshot), len(data.instances))
            self._offers = find_repairs(self._paths, self._codec)
            known = data.lineage
        self.lineage = self.lineage or known

    def write(self, data: StateData) -> None:
        """Keep what is damaged beside, and write journal, snapshot and marker."""
        paths = self._paths
        data.serial = 1 + max([data.serial, highest_seen(data.lineage),
                               *(offer.data.serial for offer in self._offers)])
        base = Position(1 + last_record(paths), ORIGIN.hash)
        data.position = str(base)
        self._codec.settle(data)
        raw = self._codec.seal(
            "state", encode_snapshot(data, JournalPlace(base.seq, base.hash, base.seq), []),
            lineage=data.lineage, serial=data.serial)
        now = datetime.now(UTC)
        with access_errors(paths.snapshot, "written"):
            for path in self._damaged:
                aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
                keep_copy(path, aside, temp=path.with_name(f"{path.name}.tmp"))
            failpoint("rebuild.before_write")
            create_journal(paths.journal, data.lineage, base)
            failpoint("rebuild.after_journal")
            atomic_write(paths.snapshot, raw,
                         temp=paths.snapshot.with_name(f"{paths.snapshot.name}.tmp"))
            failpoint("rebuild.after_snapshot")
            if self._marker is None or self._marker.lineage != data.lineage:
                atomic_write(
                    paths.marker, marker_bytes(data.lineage, now.isoformat(timespec="seconds")),
                    temp=paths.marker.with_name(f"{paths.marker.name}.tmp"))
        if self._codec.encrypts:
            remember(data)


def _marker(paths: StatePaths) -> Marker | None:
    """The marker; ``None`` also when it cannot be understood, for then it says nothing."""
    with access_errors(paths.marker, "read"):
        try:
            return read_marker(paths.marker)
        except StateDamagedError:
            return None
