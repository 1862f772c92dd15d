"""Several threads, several processes, readers beside a writer."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from vbrprov.state.backends import local
from vbrprov.state.errors import StateLockedError
from vbrprov.state.load import RawFiles, read_files
from vbrprov.state.model import Instance, Intent, StateData
from vbrprov.state.paths import StatePaths

MakeInstance = Callable[..., Instance]
MakeIntent = Callable[..., Intent]
Stack = Any

WRITER = """
import sys
from pathlib import Path
import msgspec
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.errors import StateLockedError
from vbrprov.state.model import Instance, Intent

path, name, runs, timeout = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
backend = LocalBackend(path, spill_directories=[])
print("ready", flush=True)
sys.stdin.readline()
for run in range(runs):
    try:
        with backend.session(f"apply by {name}", lock_timeout=timeout) as session:
            session.begin(2)
            for step in range(2):
                op = f"{name}-{run}-{step}"
                address = f"vbrprov_data.{name}-{run}-{step}"
                session.intent(Intent(op, address, "create", "create", "vbrprov_data", "builtin"))
                raw = msgspec.Raw(b'{"v":"' + b"x" * 500 + b'"}')
                session.outcome(op, "ok", put=[Instance(address, "builtin", raw)])
            if timeout == 0:
                print("holding", flush=True)
                sys.stdin.readline()
    except StateLockedError as error:
        print("locked", error.detail, flush=True)
"""


def start(stack: Stack, name: str, runs: int, timeout: float) -> subprocess.Popen[str]:
    """A process that waits for a line of input, then writes."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", WRITER, str(stack.path), name, str(runs),
         str(timeout)],
        env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def tell(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def line_from(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline()


def test_one_of_two_processes_is_refused_and_a_dead_holder_is_none(stack: Stack) -> None:
    first, second = start(stack, "one", 1, 0), start(stack, "two", 1, 0)
    tell(first)
    assert line_from(first) == "holding\n"
    tell(second)
    refusal = line_from(second)
    assert refusal.startswith("locked")
    assert f"process {first.pid}" in refusal
    assert "apply by one" in refusal
    second.communicate(timeout=30)
    with pytest.raises(StateLockedError), stack.backend.session("apply"):
        pass
    first.kill()
    first.communicate(timeout=30)
    with stack.backend.session("apply") as session:
        assert len(session.data.instances) == 2
    assert stack.read().serial == 1


def test_processes_that_wait_for_each_other_lose_nothing(stack: Stack) -> None:
    children = [start(stack, f"p{n}", 5, 60) for n in range(3)]
    for child in children:
        tell(child)
    while any(child.poll() is None for child in children):
        data, diagnostics = stack.backend.read()
        assert list(diagnostics) == []
        time.sleep(0.005)
    for child in children:
        output, _ = child.communicate(timeout=30)
        assert (output, child.returncode) == ("", 0)
    data = stack.read()
    assert len(data.instances) == 3 * 5 * 2
    assert data.serial == 15
    assert data.intents == {}


def test_readers_beside_a_writer_see_each_change_once_made(
    stack: Stack, make_instance: MakeInstance
) -> None:
    done = threading.Event()
    confirmed = 0

    def write() -> None:
        nonlocal confirmed
        try:
            for run in range(15):
                with stack.backend.session("apply") as session:
                    for step in range(4):
                        session.put(make_instance(f"i{run:02}-{step}"))
                        confirmed += 1
        finally:
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    while not done.is_set():
        least = confirmed
        data = stack.read()
        assert least <= len(data.instances) <= confirmed + 1
        reads += 1
    writer.join()
    assert confirmed == 60
    assert reads > 10
    assert len(stack.read().instances) == 60


def test_many_threads_in_one_session(
    stack: Stack, make_instance: MakeInstance, make_intent: MakeIntent,
    content_of: Callable[[StateData], tuple[object, ...]],
) -> None:
    with stack.backend.session("apply") as session:
        session.begin(200)

        def work(number: int) -> None:
            name = f"i{number}"
            session.intent(make_intent(f"op{number}", name))
            session.outcome(f"op{number}", "ok", put=[make_instance(name)])
            session.put(make_instance(f"local{number}"), sync=False)
            if number % 3 == 0:
                session.remove((f"vbrprov_data.{name}", ""))

        with ThreadPoolExecutor(10) as pool:
            list(pool.map(work, range(200)))
        session.flush()
        assert content_of(stack.read()) == content_of(session.data)
    data = stack.read()
    assert content_of(data) == content_of(session.data)
    assert len(data.instances) == 400 - 67
    assert data.intents == {}


def test_a_reader_waits_out_a_write_in_progress(
    stack: Stack, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stack.backend.session("apply") as session:
        session.put(make_instance("a"))
    whole = (stack.folder / "vbrprov.vbrstate.journal.1").read_bytes()
    snapshot = stack.path.read_bytes()
    stack.path.unlink()
    stack.journal.write_bytes(whole[:-30])
    pauses = 0

    def pause(seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        stack.journal.write_bytes(whole)

    monkeypatch.setattr(time, "sleep", pause)
    assert len(stack.read().instances) == 1
    assert pauses == 1
    stack.path.write_bytes(snapshot)


def test_a_reader_between_snapshot_and_journal_tries_again(
    stack: Stack, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stack.backend.session("apply") as session:
        session.put(make_instance("a"))
    plain = [False, True, True]

    def read_in_two_halves(paths: StatePaths) -> RawFiles:
        first = read_files(paths)
        if not plain or plain.pop(0):
            return first
        # A whole run goes by between the two files.
        with stack.backend.session("apply") as session:
            session.put(make_instance("b"))
        second = read_files(paths)
        return RawFiles(first.snapshot, second.journal, second.marker)

    monkeypatch.setattr(local, "read_files", read_in_two_halves)
    assert len(stack.read().instances) == 2


def test_the_working_folder_may_change(
    tmp_path: Path, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    backend = local.LocalBackend(spill_directories=[])
    with backend.session("apply") as session:
        monkeypatch.chdir(tmp_path / "there")
        session.put(make_instance())
    assert list((tmp_path / "there").iterdir()) == []
    assert len(backend.read()[0].instances) == 1
