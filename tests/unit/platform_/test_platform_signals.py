"""From the first signal to the third."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from vbrprov.platform_.signals import InterruptWatcher

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals sent as on POSIX")


@pytest.fixture(autouse=True)
def python_default() -> Iterator[None]:
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


def test_first_stops_second_abandons_and_handlers_come_back() -> None:
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    seen: list[tuple[str, int]] = []
    with InterruptWatcher(lambda name, count: seen.append((name, count))) as watcher:
        assert watcher.exit_status == 0
        os.kill(os.getpid(), signal.SIGINT)
        assert watcher.stop.wait(5)
        assert not watcher.abandon.is_set()
        assert (watcher.count, watcher.exit_status) == (1, 130)
        os.kill(os.getpid(), signal.SIGTERM)
        assert watcher.abandon.wait(5)
        assert (watcher.count, watcher.exit_status) == (2, 143)
    assert seen == [("SIGINT", 1), ("SIGTERM", 2)]
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_ignored_signals_stay_ignored() -> None:
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with InterruptWatcher() as watcher:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not watcher.stop.wait(0.1)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, previous)


def test_does_nothing_outside_the_main_thread() -> None:
    problems: list[BaseException] = []

    def run() -> None:
        try:
            with InterruptWatcher() as watcher:
                assert not watcher.stop.is_set()
        except BaseException as error:  # noqa: BLE001 - handed to the main thread
            problems.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert problems == []


THIRD = """
import os, signal, sys
from vbrprov.platform_.signals import InterruptWatcher
number = getattr(signal, sys.argv[1])
with InterruptWatcher() as watcher:
    for _ in range(3):
        os.kill(os.getpid(), number)
    print("still here", flush=True)
"""


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_third_ends_at_once(name: str, status: int) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", THIRD, name], env=environment, check=False,
                          capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (status, "")


def test_a_signal_in_the_middle_of_waiting_does_not_lock_up() -> None:
    with InterruptWatcher() as watcher:
        timer = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGTERM])
        timer.start()
        while not watcher.stop.is_set():
            watcher.stop.wait(0.0005)
        timer.join()
