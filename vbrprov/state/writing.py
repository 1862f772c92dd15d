"""What the writing sides of local and remote states have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from vbrprov.platform_.lock import LockHolder
from vbrprov.state.commit import GroupCommit
from vbrprov.state.errors import JournalFailed, StateAccessError
from vbrprov.state.load import LoadedState
from vbrprov.state.records import AbsorbedRecord, BeginRecord, KeyRecord, Record
from vbrprov.state.snapshot import JournalPlace
from vbrprov.state.spill import SpillWriter, set_aside


def announcement(holder: LockHolder) -> BeginRecord:
    """The note on who writes."""
    about = asdict(holder)
    return BeginRecord(about["id"], about["operation"], about["who"], about["host"], about["pid"],
                       about["since"])


def absorb_spills(loaded: LoadedState, append: Callable[[Sequence[Record]], object],
                  journal: GroupCommit, subject: str) -> None:
    """Take over what an earlier run recorded elsewhere, before anything new is recorded.

    Args:
        loaded: The state as read.
        append: Puts records into *journal* and waits for them.
        journal: The session's journal.
        subject: What is written, for people.

    Raises:
        StateAccessError: The journal cannot be written.
    """
    for spill in loaded.spills:
        header = spill.header
        if header is None:
            continue
        if header.id not in loaded.absorbed:
            try:
                records = [r for r in spill.records if not isinstance(r, KeyRecord)]
                append([*records, AbsorbedRecord(header.id)])
            except JournalFailed as error:
                raise StateAccessError(f"{subject} cannot be written: {journal.failure}. Nothing "
                                       f"was started.") from error
            loaded.absorbed.append(header.id)
        remove(spill.path)
    for path in loaded.unusable_spills:
        set_aside(path)


def settle(journal: GroupCommit) -> tuple[JournalPlace, JournalFailed | None]:
    """Flush; what a snapshot taken now covers, and whether results were recorded nowhere.

    The latter is no reason to stop: the snapshot may still succeed.
    """
    lost: JournalFailed | None = None
    try:
        journal.flush()
    except JournalFailed as error:
        lost = error
    durable = journal.durable
    # After a failure there may be records beyond the durable ones; they are covered too. One more,
    # so that this content's position is that of no other.
    through = durable.seq if journal.failure is None else journal.attempted.seq + 1
    return JournalPlace(durable.seq, durable.hash, through), lost


def close(journal: GroupCommit | None, spill: SpillWriter | None) -> None:
    """Stop writing; what was not compacted stays in the journal."""
    if journal is None:
        return
    try:
        # Whoever recorded something, or compacted, was told already.
        with suppress(JournalFailed):
            journal.close()
    finally:
        if spill is not None:
            spill.close(discard=False)


def remove(path: Path) -> None:
    """Remove a file whose content is safe elsewhere; if it stays, its id is remembered."""
    with suppress(OSError):
        path.unlink()
