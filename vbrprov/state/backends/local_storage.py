"""The writing side of the local backend: marker, journal and snapshot of one session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.files import atomic_write, free_space, keep_copy
from vbrprov.platform_.lock import LockHolder
from vbrprov.secrets.sealing import RecordCipher
from vbrprov.state.codec import PLAIN, StateCodec, key_record
from vbrprov.state.errors import StateAccessError, StateSpaceError
from vbrprov.state.journal import Journal, create_journal, journal_bytes
from vbrprov.state.load import JournalEnd, LoadedState
from vbrprov.state.marker import write_marker
from vbrprov.state.model import StateData
from vbrprov.state.paths import StatePaths, access_errors
from vbrprov.state.records import Record
from vbrprov.state.seen import remember
from vbrprov.state.snapshot import JournalPlace, encode_snapshot, write_snapshot
from vbrprov.state.spill import SpillWriter
from vbrprov.state.writing import absorb_spills, announcement, close, remove, settle

# What an operation puts into the journal beside the instance: intent, outcome, two frames.
_OPERATION_BYTES = 2048
_DEFAULT_INSTANCE_BYTES = 2048
_LEAST_RESERVE = 64 * 1024
_DISK_FULL_MARGIN = 1024 * 1024


class LocalStorage:
    """Makes one session's records durable in local files.

    Args:
        paths: The files.
        loaded: The state as read under the lock.
        holder: This process, as it holds the lock.
        spill_paths: Where results go when the journal cannot be written.
        report: Told when that happens.
        codec: Encrypts what is written, where that is wanted.
    """

    def __init__(
        self, paths: StatePaths, loaded: LoadedState, holder: LockHolder,
        spill_paths: Sequence[Path], report: Callable[[str], None], codec: StateCodec = PLAIN,
    ) -> None:
        self._paths = paths
        self._loaded = loaded
        self._holder = holder
        self._spill_paths = spill_paths
        self._report = report
        self._codec = codec
        self._cipher: RecordCipher | None = None
        self._journal: Journal | None = None
        self._spill: SpillWriter | None = None
        self._announced = False
        self._key_noted = False

    @property
    def needs_compaction(self) -> bool:
        """Whether an earlier run left changes that the snapshot does not hold."""
        return self._loaded.leftover or bool(self._loaded.lost_bytes)

    def begin(self, data: StateData, planned_operations: int) -> None:
        """Check room, then put journal and marker in place, in that order.

        A crash between the two leaves an empty journal, which says by itself that nothing was done
        yet; a marker alone would say that a state was lost.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        reserve = self._require_space(data, planned_operations)
        if not data.lineage:
            import uuid

            data.lineage = str(uuid.uuid4())
        # Before anything is touched: without a key, nothing can be recorded.
        self._cipher = self._codec.new_cipher(data.lineage)
        spill_cipher = self._codec.new_cipher(data.lineage, "spill")
        with access_errors(self._paths.journal, "written"):
            self._journal = self._open_journal(data, reserve)
        if not self._loaded.has_marker:
            with access_errors(self._paths.marker, "written"):
                write_marker(self._paths.marker, data.lineage, now)
            self._loaded.has_marker = True
        journal = self._journal
        absorb_spills(self._loaded, lambda records: journal.append(self._first(records)), journal,
                      str(self._paths.journal))
        # Only now: a spill of this run would take the place of those of earlier runs.
        self._spill = SpillWriter(
            self._spill_paths, data.lineage, self._holder.id, lambda: journal.durable, self._report,
            spill_cipher,
        )
        journal.fallback = self._spill

    def reserve(self, data: StateData, planned_operations: int) -> None:
        """Make room for more operations."""
        size = self._require_space(data, planned_operations)
        with access_errors(self._paths.journal, "written"):
            self._open.reserve(size)

    def _require_space(self, data: StateData, planned_operations: int) -> int:
        """How much to reserve in the journal; raises unless the final snapshot fits as well."""
        count = len(data.instances)
        size = self._loaded.snapshot_size
        instance = size // count if size and count else _DEFAULT_INSTANCE_BYTES
        reserve = planned_operations * (_OPERATION_BYTES + instance)
        if planned_operations:
            reserve = max(reserve, _LEAST_RESERVE)
        snapshot = size + planned_operations * instance
        needed = reserve + snapshot + _DISK_FULL_MARGIN
        with access_errors(self._paths.folder, "written"):
            free = free_space(self._paths.folder)
        if free < needed:
            raise StateSpaceError(
                f"{self._paths.folder} has {free // 1024} KiB left. To record this run, "
                f"{needed // 1024} KiB are needed. Nothing was started."
            )
        return reserve

    def _open_journal(self, data: StateData, reserve: int) -> Journal:
        end = self._loaded.journal
        if end is None:
            base = self._loaded.place.position
            create_journal(self._paths.journal, data.lineage, base)
            header = journal_bytes(data.lineage, base)
            end = JournalEnd(base, header[:16].decode(), len(header), add_newline=False)
        else:
            # Creating a journal has shown that the folder takes new files, as the snapshot at the
            # end of the run will need; here that is still to be shown.
            self._probe_folder()
        return Journal(
            self._paths.journal, end.position, end.prev, end.length, add_newline=end.add_newline,
            reserve=reserve, cipher=self._cipher,
        )

    def _probe_folder(self) -> None:
        probe = self._paths.snapshot.with_name(f"{self._paths.snapshot.name}.tmp")
        atomic_write(probe, b"", temp=probe.with_name(f"{probe.name}.tmp"))
        probe.unlink()

    @property
    def _open(self) -> Journal:
        if self._journal is None:
            raise ValueError("nothing was begun")
        return self._journal

    def enqueue(self, records: Iterable[Record]) -> int:
        """Take *records*; the first of a session follow a note on who writes them."""
        if not self._announced:
            self._announced = True
            records = [announcement(self._holder), *records]
        return self._open.enqueue(self._first(records))

    def _first(self, records: Iterable[Record]) -> Iterable[Record]:
        """*records*; before the first of a session goes the note on their key."""
        if self._cipher is None or self._key_noted:
            return records
        self._key_noted = True
        return [key_record(self._cipher), *records]

    def wait(self, ticket: int) -> None:
        """Return when the records up to *ticket* are in the journal or the second place."""
        self._open.wait(ticket)

    def wait_journalled(self, ticket: int) -> None:
        """Return when the records up to *ticket* are in the journal."""
        self._open.wait_journalled(ticket)

    def flush(self) -> None:
        """Make everything taken so far durable."""
        self._open.flush()

    def compact(self, data: StateData) -> None:
        """Write the snapshot, then start an empty journal.

        A crash between the two is harmless: the snapshot says which records it covers.
        """
        journal = self._open
        place, lost = settle(journal)
        data.serial += 1
        data.position = str(place.position)
        absorbed = list(self._loaded.absorbed)
        if journal.failure is not None and self._spill is not None:
            absorbed.append(self._spill.id)
        raw = encode_snapshot(data, place, [item for item in absorbed if self._may_exist(item)])
        raw = self._codec.seal("state", raw, lineage=data.lineage, serial=data.serial)
        try:
            with access_errors(self._paths.snapshot, "written"):
                write_snapshot(self._paths.snapshot, raw)
        except StateAccessError as error:
            data.serial -= 1
            raise (lost or error) from error
        if self._codec.encrypts:
            remember(data)
        self._replace_journal(data, place)
        if self._spill is not None:
            self._spill.close(discard=True)
        for spill in self._loaded.spills:
            remove(spill.path)

    def _may_exist(self, spill_id: str) -> bool:
        """Whether a spill file with this id may still lie somewhere."""
        if self._spill is not None and spill_id == self._spill.id:
            return True
        return any(
            spill.header is not None and spill.header.id == spill_id and spill.path.exists()
            for spill in self._loaded.spills
        )

    def _replace_journal(self, data: StateData, place: JournalPlace) -> None:
        """Keep the journal for repairs, and begin an empty one."""
        paths = self._paths
        with access_errors(paths.journal, "written"):
            failpoint("journal.before_truncate")
            self.close()
            keep_copy(
                paths.journal, paths.old_journal,
                temp=paths.old_journal.with_name(f"{paths.old_journal.name}.tmp"),
            )
            create_journal(paths.journal, data.lineage, place.position)

    def close(self) -> None:
        """Close the files; what was not compacted stays in the journal."""
        journal, self._journal = self._journal, None
        close(journal, self._spill)
