"""Any sequence of changes, ends and crashes gives the state that a plain dictionary gives."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vbrprov.platform_.system import system
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.fold import fold
from vbrprov.state.model import CheckResult, Instance, Intent, Output, StateData
from vbrprov.state.records import (
    ChecksRecord,
    IntentRecord,
    OutcomeRecord,
    OutputsRecord,
    PutRecord,
    Record,
    RemoveRecord,
    decode_record,
    encode_record,
)
from vbrprov.state.session import StateSession

ADDRESSES = st.sampled_from(["a.b", "a.c[0]", 'a.c["é\\n"]', "module.m.a.b"])
DEPOSED = st.sampled_from(["", "d1"])
KEYS = st.tuples(ADDRESSES, DEPOSED)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner,
                                                                max_size=3),
    max_leaves=6,
)
RAW = st.dictionaries(st.text(max_size=5), JSON, max_size=3).map(
    lambda value: msgspec.Raw(msgspec.json.encode(value))
)
INSTANCES = st.builds(
    Instance, address=ADDRESSES, provider=st.just("p"), attributes=RAW, deposed=DEPOSED,
    private=st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2),
    dependencies=st.lists(ADDRESSES, max_size=2), schema_version=st.integers(0, 3),
    token=st.text(max_size=3),
)
OUTPUTS = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.builds(Output, value=RAW, type=st.just(msgspec.Raw(b'"dynamic"')), sensitive=st.booleans()),
    max_size=2,
)
CHECKS = st.lists(
    st.builds(CheckResult, kind=st.just("check"), address=ADDRESSES, status=st.just("pass")),
    max_size=2,
)
RESULTS = st.sampled_from(["ok", "failed", "unknown", "not_done"])
CHANGES = st.one_of(
    st.tuples(st.just("put"), INSTANCES, st.booleans()),
    st.tuples(st.just("remove"), KEYS, st.booleans()),
    st.tuples(st.just("intent"), ADDRESSES),
    st.tuples(st.just("outcome"), st.integers(0, 5), RESULTS, st.lists(INSTANCES, max_size=2),
              st.lists(KEYS, max_size=2)),
    st.tuples(st.just("outputs"), OUTPUTS),
    st.tuples(st.just("checks"), CHECKS),
    st.tuples(st.just("end")),
    st.tuples(st.just("crash")),
)


@pytest.fixture(scope="module", autouse=True)
def unsynced() -> Iterator[None]:
    """Leave out disk syncs: a copied folder stands for the crash, so they change nothing here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "sync", lambda fd: None)
        patch.setattr(system, "sync_directory", lambda path: None)
        yield


class Plain:
    """The same state, kept in the plainest way."""

    def __init__(self) -> None:
        self.instances: dict[tuple[str, str], Instance] = {}
        self.outputs: dict[str, Output] = {}
        self.checks: list[CheckResult] = []
        self.intents: dict[str, Intent] = {}

    def check(self, data: StateData) -> None:
        """Compare with a state."""
        assert data.instances == self.instances
        assert data.outputs == self.outputs
        assert data.checks == self.checks
        assert data.intents == self.intents


class Runs:
    """Real sessions on real files; a crash goes on in a copy of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.number = 0
        self.folder = root / "0"
        self.folder.mkdir()
        self.context: AbstractContextManager[StateSession] | None = None
        self.session: StateSession | None = None

    @property
    def backend(self) -> LocalBackend:
        return LocalBackend(self.folder / "s", spill_directories=[self.root / "spills"])

    def open(self) -> StateSession:
        if self.session is None:
            self.context = self.backend.session("apply")
            self.session = self.context.__enter__()
        return self.session

    def end(self) -> None:
        if self.context is not None:
            self.context.__exit__(None, None, None)
        self.context = self.session = None

    def crash(self) -> None:
        self.open().flush()
        self.number += 1
        copy = self.root / str(self.number)
        shutil.copytree(self.folder, copy)
        self.end()
        self.folder = copy


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CHANGES, max_size=25))
def test_sessions_agree_with_a_plain_model(changes: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs, plain = Runs(Path(folder)), Plain()
        try:
            for number, change in enumerate(changes):
                perform(runs, plain, number, change)
        finally:
            runs.end()
        data, diagnostics = runs.backend.read()
        assert list(diagnostics) == []
        plain.check(data)


def perform(runs: Runs, plain: Plain, number: int, change: tuple[Any, ...]) -> None:
    """Do one change in both."""
    match change:
        case ("put", instance, sync):
            runs.open().put(instance, sync=sync)
            plain.instances[instance.key] = instance
        case ("remove", key, sync):
            runs.open().remove(key, sync=sync)
            plain.instances.pop(key, None)
        case ("intent", address):
            intent = Intent(f"op{number}", address, "create", "s", "t", "p")
            runs.open().intent(intent)
            plain.intents[intent.op] = intent
        case ("outcome", index, result, put, remove):
            if not plain.intents:
                return
            op = list(plain.intents)[index % len(plain.intents)]
            runs.open().outcome(op, result, put=put, remove=remove)
            for key in remove:
                plain.instances.pop(key, None)
            for instance in put:
                plain.instances[instance.key] = instance
            if result != "unknown":
                del plain.intents[op]
        case ("outputs", outputs):
            runs.open().set_outputs(outputs)
            plain.outputs = outputs
        case ("checks", checks):
            runs.open().set_checks(checks)
            plain.checks = checks
        case ("end",):
            runs.end()
            plain.check(runs.backend.read()[0])
        case ("crash",):
            runs.crash()
            plain.check(runs.backend.read()[0])
    plain.check(runs.open().data)


RECORDS = st.one_of(
    st.builds(PutRecord, instance=INSTANCES),
    st.builds(RemoveRecord, address=ADDRESSES, deposed=DEPOSED),
    st.builds(OutcomeRecord, op=st.sampled_from("xyz"), result=RESULTS,
              put=st.lists(INSTANCES, max_size=2), remove=st.lists(KEYS, max_size=2)),
    st.builds(
        lambda op, address: IntentRecord(Intent(op, address, "create", "s", "t", "p")),
        st.sampled_from("xyz"), ADDRESSES,
    ),
    st.builds(OutputsRecord, outputs=OUTPUTS),
    st.builds(ChecksRecord, checks=CHECKS),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(RECORDS, max_size=12), st.data())
def test_folding_an_end_twice_changes_nothing(records: list[Record], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(records)))
    once, twice = StateData(), StateData()
    fold(once, records)
    fold(twice, records)
    fold(twice, records[start:])
    assert (once.instances, once.outputs, once.checks, once.intents) == (
        twice.instances, twice.outputs, twice.checks, twice.intents
    )


@settings(max_examples=100, deadline=None)
@given(RECORDS)
def test_records_survive_encoding(record: Record) -> None:
    payload = encode_record(record)
    assert b"\n" not in payload
    assert b"\0" not in payload
    assert decode_record(payload) == record


def test_a_record_of_a_newer_version_is_refused(make_instance: Callable[..., Instance]) -> None:
    payload = encode_record(PutRecord(make_instance()))
    for changed in (payload.replace(b'"put"', b'"teleport"'), payload[:-1] + b',"new":1}'):
        with pytest.raises(msgspec.ValidationError):
            decode_record(changed)
