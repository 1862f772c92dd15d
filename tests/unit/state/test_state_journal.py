"""Appending: order, shared syncs, failures and the second place."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from vbrprov.platform_ import failpoint
from vbrprov.state import journal as journal_module
from vbrprov.state.errors import JournalFailed
from vbrprov.state.framing import ORIGIN, scan
from vbrprov.state.journal import Journal, create_journal, journal_bytes
from vbrprov.state.model import Instance, Intent
from vbrprov.state.records import (
    IntentRecord,
    OutcomeRecord,
    PutRecord,
    Record,
    decode_record,
)


class SecondPlace:
    """Keeps what the journal could not take, or refuses it."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.works = True

    def save(self, payloads: Sequence[bytes]) -> None:
        if not self.works:
            raise OSError(errno.EIO, "broken too")
        self.records += [decode_record(payload) for payload in payloads]


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoint.arm({})


def arm(text: str) -> None:
    failpoint.arm({"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": text})


@pytest.fixture
def second() -> SecondPlace:
    return SecondPlace()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(path: Path, second: SecondPlace) -> Iterator[Journal]:
    create_journal(path, "lineage", ORIGIN)
    header = journal_bytes("lineage", ORIGIN)
    opened = Journal(path, ORIGIN, header[:16].decode(), len(header), fallback=second)
    yield opened
    try:
        opened.close()
    except JournalFailed:
        assert not second.works


def stored(path: Path) -> list[Record]:
    found = scan(path.read_bytes())
    assert found.lost == 0
    return [decode_record(payload) for payload in found.payloads[1:]]


def test_keeps_order_and_position(
    journal: Journal, path: Path, make_instance: Callable[..., Instance]
) -> None:
    records: list[Record] = [PutRecord(make_instance(f"i{n}")) for n in range(10)]
    for record in records[:5]:
        journal.append([record], sync=False)
    assert journal.durable == ORIGIN
    journal.append(records[5:])
    assert stored(path) == records
    assert journal.durable.seq == 10
    assert journal.durable.hash == scan(path.read_bytes()).hashes[-1].decode()


def test_close_flushes_and_refuses_more(
    journal: Journal, path: Path, make_instance: Callable[..., Instance]
) -> None:
    record = PutRecord(make_instance())
    journal.append([record], sync=False)
    journal.close()
    journal.close()
    assert stored(path) == [record]
    with pytest.raises(JournalFailed, match="closed"):
        journal.append([record])


def test_reserved_space_is_given_back(path: Path, make_instance: Callable[..., Instance]) -> None:
    create_journal(path, "lineage", ORIGIN)
    header = journal_bytes("lineage", ORIGIN)
    opened = Journal(path, ORIGIN, header[:16].decode(), len(header), reserve=100_000)
    opened.append([PutRecord(make_instance())])
    assert path.stat().st_size >= 100_000 or os.name != "posix"
    assert len(stored(path)) == 1
    opened.close()
    assert path.stat().st_size < 1000
    assert len(stored(path)) == 1


def test_concurrent_callers_share_a_sync(
    journal: Journal, path: Path, make_instance: Callable[..., Instance],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    syncs = 0

    def slow_sync(fd: int) -> None:
        nonlocal syncs
        syncs += 1
        time.sleep(0.05)
        os.fsync(fd)

    monkeypatch.setattr(journal_module, "sync_file", slow_sync)
    barrier = threading.Barrier(20)

    def work(number: int) -> None:
        barrier.wait()
        ticket = journal.append([PutRecord(make_instance(f"i{number}"))])
        assert journal.durable.seq >= ticket

    threads = [threading.Thread(target=work, args=[n]) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored(path)) == 20
    assert syncs <= 6


def test_nobody_returns_before_the_sync_of_its_own_record(
    journal: Journal, make_instance: Callable[..., Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced_to = 0

    def watched(fd: int) -> None:
        nonlocal synced_to
        end = journal._offset
        time.sleep(0.002)
        os.fsync(fd)
        synced_to = end

    monkeypatch.setattr(journal_module, "sync_file", watched)
    problems: list[str] = []

    def work(number: int) -> None:
        for step in range(20):
            record = PutRecord(make_instance(f"i{number}", step))
            journal.append([record])
            raw = journal.path.read_bytes()[:synced_to]
            if not any(decode_record(p) == record for p in scan(raw).payloads[1:]):
                problems.append(f"{number}/{step}")

    threads = [threading.Thread(target=work, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.mark.parametrize("place", ["before_intent", "after_intent"])
def test_a_failed_intent_stops_all_further_ones(
    journal: Journal, path: Path, second: SecondPlace, make_intent: Callable[..., Intent],
    make_instance: Callable[..., Instance], place: str,
) -> None:
    journal.append([IntentRecord(make_intent("one"))])
    arm(f"journal.{place}=enospc")
    ticket = journal.append([IntentRecord(make_intent("two"))])
    with pytest.raises(JournalFailed, match="No space left"):
        journal.wait_journalled(ticket)
    with pytest.raises(JournalFailed):
        journal.append([IntentRecord(make_intent("three"))])
    outcome = OutcomeRecord("one", "ok", [make_instance()])
    journal.append([outcome])
    put = PutRecord(make_instance("b"))
    journal.append([put], sync=False)
    journal.flush()
    assert second.records == [outcome, put]
    assert isinstance(journal.failure, OSError)
    assert stored(path)[0] == IntentRecord(make_intent("one"))


def test_unsynced_records_are_rescued_with_the_failing_ones(
    journal: Journal, path: Path, second: SecondPlace, make_intent: Callable[..., Intent],
    make_instance: Callable[..., Instance],
) -> None:
    journal.append([IntentRecord(make_intent("one"))])
    puts: list[Record] = [PutRecord(make_instance(f"i{n}", size=30_000)) for n in range(10)]
    for put in puts:
        journal.append([put], sync=False)
    assert journal.attempted.seq > journal.durable.seq
    arm("journal.before_outcome=eio")
    outcome = OutcomeRecord("one", "ok")
    journal.append([outcome])
    assert second.records == [*puts, outcome]
    assert stored(path) == [IntentRecord(make_intent("one"))]
    assert journal.attempted.seq >= journal.durable.seq == 1


def test_a_failing_sync_counts_as_not_written(
    journal: Journal, path: Path, second: SecondPlace, make_intent: Callable[..., Intent],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal.append([IntentRecord(make_intent("one"))])

    def fail(fd: int) -> None:
        raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(journal_module, "sync_file", fail)
    outcome = OutcomeRecord("one", "ok")
    journal.append([outcome])
    assert second.records == [outcome]
    assert stored(path) == [IntentRecord(make_intent("one"))]


def test_without_any_place_the_caller_is_told(
    journal: Journal, second: SecondPlace, make_intent: Callable[..., Intent]
) -> None:
    journal.append([IntentRecord(make_intent("one"))])
    second.works = False
    arm("journal.before_outcome=enospc")
    with pytest.raises(JournalFailed, match="neither can any second place"):
        journal.append([OutcomeRecord("one", "ok")])
    with pytest.raises(JournalFailed):
        journal.flush()


def test_goes_on_after_a_cut_off_end(path: Path, make_instance: Callable[..., Instance]) -> None:
    create_journal(path, "lineage", ORIGIN)
    header = journal_bytes("lineage", ORIGIN)
    first, second = PutRecord(make_instance("a")), PutRecord(make_instance("b"))
    opened = Journal(path, ORIGIN, header[:16].decode(), len(header))
    opened.append([first])
    opened.close()
    raw = path.read_bytes()
    for tail, add_newline in ((raw + b"0123 half a li", False), (raw[:-1], True)):
        path.write_bytes(tail)
        found = scan(tail)
        again = Journal(path, opened.durable, found.hashes[-1].decode(), found.length,
                        add_newline=add_newline)
        again.append([second])
        again.close()
        assert stored(path) == [first, second]
