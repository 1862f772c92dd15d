"""A disk that fills up, or breaks, while a run records its results."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vbrprov.platform_ import failpoint
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.errors import JournalFailed, StateAccessError
from vbrprov.state.model import Instance, Intent
from vbrprov.state.spill import spill_candidates

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]
Stack = Any


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoint.arm({})


def arm(text: str) -> None:
    failpoint.arm({"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": text})


def fail_a_run(stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent) -> None:
    """A run with three calls in flight when the disk fills up for good."""
    with stack.backend.session("apply") as session:
        session.begin(10)
        for name in ("a", "b", "c"):
            session.intent(make_intent(f"op-{name}", name))
        session.put(make_instance("early"), sync=False)
        arm("journal.before_outcome:1+=enospc,journal.before_intent:1+=enospc,"
            "snapshot.before_write:1+=enospc")
        for name in ("a", "b"):
            session.outcome(f"op-{name}", "ok", put=[make_instance(name)])
        with pytest.raises(JournalFailed, match="Nothing new was started"):
            session.intent(make_intent("op-d", "d"))
        assert "op-d" not in session.data.intents
        session.outcome("op-c", "ok", put=[make_instance("c")])
        session.put(make_instance("late"))


def test_results_are_spilled_found_and_absorbed(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    with stack.backend.session("apply") as session:
        session.put(make_instance("old"))
    with pytest.raises(StateAccessError, match="No space left"):
        fail_a_run(stack, make_instance, make_intent)
    [spill] = spill_candidates(stack.path, [stack.spills])
    assert spill.exists()
    assert spill.stat().st_mode & 0o077 == 0
    assert len(stack.reports) == 1
    assert str(spill) in stack.reports[0]

    everything = {(f"vbrprov_data.{n}", "") for n in ("old", "a", "b", "c", "early", "late")}
    before = stack.files()
    data = stack.read()
    assert set(data.instances) == everything
    assert data.intents == {}
    assert stack.files() == before
    # A second failed run must not lose what the first one spilled.
    refused = pytest.raises(StateAccessError, match="Nothing was started")
    with refused, stack.backend.session("apply") as session:
        session.begin(1)
    assert set(stack.read().instances) == everything

    failpoint.arm({})
    with stack.backend.session("apply") as session:
        session.put(make_instance("a", 5))
        assert not spill.exists()
    data = stack.read()
    assert set(data.instances) == everything
    assert data.instances[("vbrprov_data.a", "")] == make_instance("a", 5)
    assert data.serial == 2
    assert not spill.exists()


def test_a_journal_that_fails_and_a_snapshot_that_works(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    with stack.backend.session("apply") as session:
        session.begin(10)
        session.intent(make_intent("op-a"))
        arm("journal.before_outcome:1+=eio")
        session.outcome("op-a", "ok", put=[make_instance("a")])
    failpoint.arm({})
    data = stack.read()
    assert set(data.instances) == {("vbrprov_data.a", "")}
    assert data.intents == {}
    assert data.serial == 1
    assert list(stack.spills.iterdir()) == []
    with stack.backend.session("apply") as session:
        session.put(make_instance("b"))
    assert set(stack.read().instances) == {("vbrprov_data.a", ""), ("vbrprov_data.b", "")}


@pytest.mark.parametrize("place", ["snapshot.after_rename", "journal.before_truncate"])
def test_a_failed_journal_and_a_crash_between_snapshot_and_journal(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent, place: str
) -> None:
    stopped = pytest.raises((StateAccessError, OSError))
    with stopped, stack.backend.session("apply") as session:
        session.begin(10)
        session.intent(make_intent("op-a"))
        # The record reaches the file, and then the disk reports an error.
        arm(f"journal.after_outcome:1+=eio,{place}=eio")
        session.outcome("op-a", "ok", put=[make_instance("a", 1)])
        session.put(make_instance("a", 2))
    failpoint.arm({})
    data = stack.read()
    assert data.instances == {("vbrprov_data.a", ""): make_instance("a", 2)}
    with stack.backend.session("apply") as session:
        session.put(make_instance("b"))
    data = stack.read()
    assert data.instances[("vbrprov_data.a", "")] == make_instance("a", 2)
    assert len(data.instances) == 2
    assert list(stack.spills.iterdir()) == []


def test_the_second_folder_is_tried_when_the_first_fails(
    tmp_path: Path, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder is wanted")
    reports: list[str] = []
    folders = [tmp_path / "blocked", tmp_path / "second"]
    backend = LocalBackend(tmp_path / "s", report=reports.append, spill_directories=folders)
    stopped = pytest.raises(StateAccessError)
    with stopped, backend.session("apply") as session:
        session.begin(1)
        session.intent(make_intent("op-a"))
        arm("journal.before_outcome:1+=enospc,snapshot.before_write:1+=enospc")
        session.outcome("op-a", "ok", put=[make_instance()])
    assert len(list((tmp_path / "second").iterdir())) == 1
    data, diagnostics = backend.read()
    assert list(diagnostics) == []
    assert len(data.instances) == 1


def test_results_are_printed_when_nothing_can_hold_them(
    tmp_path: Path, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    reports: list[str] = []
    (tmp_path / "blocked").write_text("a file where a folder is wanted")
    backend = LocalBackend(tmp_path / "s", report=reports.append,
                           spill_directories=[tmp_path / "blocked"])
    stopped = pytest.raises(JournalFailed, match="neither can any second place")
    with stopped, backend.session("apply") as session:
        session.begin(1)
        session.intent(make_intent("op-a"))
        arm("journal.before_outcome:1+=enospc,snapshot.before_write:1+=enospc")
        session.outcome("op-a", "ok", put=[make_instance("precious")])
    assert "Keep these lines" in reports[0]
    assert "vbrprov_data.precious" in reports[1]
    # The intent is still there for recovery.
    assert set(backend.read()[0].intents) == {"op-a"}


def test_a_spill_that_another_run_overtook_is_not_used(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    with pytest.raises(StateAccessError):
        fail_a_run(stack, make_instance, make_intent)
    failpoint.arm({})
    elsewhere = LocalBackend(stack.path, spill_directories=[stack.spills / "not-here"])
    with elsewhere.session("apply") as session:
        assert set(session.data.intents) == {"op-a", "op-b", "op-c"}
        for op in list(session.data.intents):
            session.outcome(op, "ok", put=[make_instance(op.removeprefix("op-"), 9)])
    data, diagnostics = stack.backend.read()
    assert [d.summary for d in diagnostics] == ["Spilled results not used"]
    assert data.instances[("vbrprov_data.a", "")] == make_instance("a", 9)
    # The next run that writes sets it aside, where a person may look at it.
    with stack.backend.session("apply") as session:
        session.put(make_instance("b"))
    assert stack.read().instances[("vbrprov_data.a", "")] == make_instance("a", 9)
    assert [path.suffix for path in stack.spills.iterdir()] == [".unused"]


def test_a_damaged_spill_is_reported(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent
) -> None:
    with pytest.raises(StateAccessError):
        fail_a_run(stack, make_instance, make_intent)
    [spill] = spill_candidates(stack.path, [stack.spills])
    raw = bytearray(spill.read_bytes())
    raw[len(raw) // 2] ^= 1
    spill.write_bytes(raw)
    data, diagnostics = stack.backend.read()
    assert [d.summary for d in diagnostics] == ["Spilled results not readable"]
    assert set(data.intents) == {"op-a", "op-b", "op-c"}


LIMITED = """
import resource, sys
from pathlib import Path
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.errors import JournalFailed, StateError
from vbrprov.state.model import Instance, Intent
import msgspec

state, spills, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
backend = LocalBackend(state, spill_directories=[spills], report=lambda text: None)
made = []
try:
    with backend.session("apply") as session:
        session.begin()
        # From here on no file may grow beyond the limit: writes come back short, then fail.
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        for number in range(1000):
            intent = Intent(f"op{number}", f"vbrprov_data.x{number}", "create", "create",
                            "vbrprov_data", "builtin")
            session.intent(intent)
            made.append(number)
            raw = msgspec.Raw(b'{"v":"' + b"x" * 100 + b'"}')
            session.outcome(f"op{number}", "ok",
                            put=[Instance(intent.address, "builtin", raw)])
except StateError as error:
    print(len(made), type(error).__name__)
"""


@pytest.mark.skipif(os.name == "nt", reason="resource limits")
@pytest.mark.parametrize("limit", [2000, 4001, 5003, 6011, 7019])
def test_a_real_limit_in_the_middle_of_a_line(
    stack: Stack, run_child: Callable[..., subprocess.CompletedProcess[str]], limit: int
) -> None:
    done = run_child(LIMITED, stack.path, stack.spills, limit)
    assert done.returncode == 0, done.stderr
    made, error = done.stdout.split()
    assert error in {"JournalFailed", "StateAccessError"}
    assert 0 < int(made) < 1000
    data = stack.read()
    in_doubt = {intent.address for intent in data.intents.values()}
    for number in range(int(made)):
        address = f"vbrprov_data.x{number}"
        assert (address, "") in data.instances or address in in_doubt
    assert len(in_doubt) <= 1
    with stack.backend.session("apply") as session:
        for op in list(session.data.intents):
            session.outcome(op, "not_done")
    assert len(stack.read().instances) >= int(made) - 1
