"""The lock between processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from vbrprov.platform_.errors import ExposedFileError
from vbrprov.platform_.lock import FileLock, LockHolder, LockTakenError, read_holder
from vbrprov.platform_.process import process_alive

HOLD = """
import sys, time
from pathlib import Path
from vbrprov.platform_.lock import FileLock
with FileLock(Path(sys.argv[1]), "apply"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its input ends."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], env=environment, text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def finish(child: subprocess.Popen[str]) -> None:
    child.communicate(timeout=30)


def test_holder_is_named_and_death_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    child = hold(path)
    with pytest.raises(LockTakenError) as caught:
        FileLock(path, "destroy").acquire()
    holder = caught.value.holder
    assert holder is not None
    assert holder.pid == child.pid
    assert holder.operation == "apply"
    assert holder.who
    assert holder.host
    assert f"process {child.pid}" in str(caught.value)
    assert 'running "apply" since 20' in str(holder)
    assert process_alive(child.pid)

    child.kill()
    finish(child)
    assert read_holder(path) == holder
    with FileLock(path, "destroy") as lock:
        assert lock.holder is not None
        assert lock.holder.pid == os.getpid()
        assert read_holder(path) == lock.holder
    assert read_holder(path) is None
    assert path.exists()


def test_waits_for_the_holder_and_says_so_once(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    child = hold(path)
    told: list[LockHolder | None] = []
    timer = threading.Timer(0.3, finish, [child])
    timer.start()
    started = time.monotonic()
    with FileLock(path, "destroy", timeout=20, on_wait=told.append):
        assert time.monotonic() - started >= 0.2
    timer.join()
    assert [holder.pid for holder in told if holder is not None] == [child.pid]


def test_a_wait_ends_with_the_timeout(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    child = hold(path)
    started = time.monotonic()
    with pytest.raises(LockTakenError):
        FileLock(path, "destroy", timeout=0.2).acquire()
    assert 0.15 <= time.monotonic() - started < 5
    finish(child)


def test_a_wait_ends_when_told_to_stop(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    stop = threading.Event()
    with FileLock(path, "one"):
        timer = threading.Timer(0.1, stop.set)
        timer.start()
        with pytest.raises(LockTakenError):
            FileLock(path, "two", timeout=60, stop=stop).acquire()
        timer.join()


def test_two_locks_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    with FileLock(path, "one"), pytest.raises(LockTakenError):
        FileLock(path, "two").acquire()
    lock = FileLock(path, "three")
    lock.acquire()
    lock.release()
    lock.release()


def test_an_unreadable_note_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    note = tmp_path / "x.lock.info"
    for content in (b"", b"{", b"[1]", b'{"id": "a"}', b"\xff"):
        note.write_bytes(content)
        note.chmod(0o600)
        assert read_holder(path) is None
    with FileLock(path, "one"):
        assert read_holder(path) is not None


@pytest.mark.skipif(os.name == "nt", reason="file modes of POSIX")
def test_refuses_an_exposed_lock_file(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    path.touch()
    path.chmod(0o666)
    with pytest.raises(ExposedFileError):
        FileLock(path, "one").acquire()
