"""Costs that must not grow: bars in CPU seconds, with room for a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from vbrprov.state.fold import fold
from vbrprov.state.framing import START_HASH, frame, scan
from vbrprov.state.model import Instance, Intent, StateData
from vbrprov.state.records import (
    IntentRecord,
    OutcomeRecord,
    PutRecord,
    Record,
    decode_record,
    encode_record,
)
from vbrprov.state.snapshot import paused_collection

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]
Stack = Any

COUNT = 10_000


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    started = time.process_time()
    yield
    used = time.process_time() - started
    assert used < seconds, f"{what}: {used:.3f} s of CPU"


@pytest.fixture(scope="module")
def instances(make_instance: MakeInstance) -> list[Instance]:
    return [make_instance(f"resource_{number}", size=620) for number in range(COUNT)]


def test_ten_thousand_results(stack: Stack, instances: list[Instance]) -> None:
    with stack.backend.session("apply") as session:
        session.begin(COUNT)
        with at_most(1.0, "10,000 deferred puts"):
            for instance in instances:
                session.put(instance, sync=False)
            session.flush()
        with at_most(0.3, "compaction"):
            session.close()
    size = stack.path.stat().st_size
    assert 7_000_000 < size < COUNT * 3030 / 2
    used = []
    for _ in range(3):
        started = time.process_time()
        assert len(stack.read().instances) == COUNT
        used.append(time.process_time() - started)
    assert min(used) < 0.15, used


def test_a_change_costs_the_same_in_a_large_state(
    stack: Stack, instances: list[Instance], make_instance: MakeInstance
) -> None:
    with stack.backend.session("apply") as session:
        for instance in instances:
            session.put(instance, sync=False)
    with stack.backend.session("apply") as session:
        session.begin(1)
        before = sum(path.stat().st_blocks for path in stack.folder.iterdir())
        written = stack.journal.read_bytes().rstrip(b"\0")
        session.put(make_instance("one more"))
        grown = len(stack.journal.read_bytes().rstrip(b"\0")) - len(written)
        assert grown < 1500
        assert sum(path.stat().st_blocks for path in stack.folder.iterdir()) - before < 16


def test_replay_speed(make_instance: MakeInstance, make_intent: MakeIntent) -> None:
    count = 50_000
    prev, lines = START_HASH.encode(), []
    for number in range(count):
        record: Record
        if number % 2:
            record = OutcomeRecord(f"op{number - 1}", "ok", [make_instance(f"i{number}")])
        else:
            record = IntentRecord(make_intent(f"op{number}", f"i{number}"))
        line, prev = frame(number, number, prev, encode_record(record))
        lines.append(line)
    raw = b"".join(lines)
    best = 0.0
    for _ in range(3):
        data = StateData()
        with paused_collection():
            started = time.process_time()
            fold(data, [decode_record(payload) for payload in scan(raw).payloads])
            best = max(best, count / (time.process_time() - started))
    assert best > 100_000, f"{best:.0f} records/s"
    assert len(data.instances) == count // 2
    assert data.intents == {}


def test_encoding_is_cheap(instances: list[Instance]) -> None:
    with at_most(0.2, "encoding 10,000 records"):
        for instance in instances:
            encode_record(PutRecord(instance))
