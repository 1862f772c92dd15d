"""Failpoints: off by default, exact when on."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import timeit
from collections.abc import Iterator

import pytest

from vbrprov.platform_ import failpoint as module
from vbrprov.platform_.failpoint import arm, failpoint


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm({})


def armed(text: str) -> None:
    arm({"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": text})


def test_needs_both_variables() -> None:
    arm({"VBRPROV_FAILPOINT": "a=eio"})
    failpoint("a")
    arm({"VBRPROV_FAILPOINT_ENABLE": "0", "VBRPROV_FAILPOINT": "a=eio"})
    failpoint("a")
    arm({"VBRPROV_FAILPOINT_ENABLE": "1"})
    failpoint("a")


def test_fails_at_the_named_passage_only() -> None:
    armed("a:3=enospc, b=eio")
    failpoint("a")
    failpoint("a")
    failpoint("c")
    with pytest.raises(OSError, match="failpoint a") as caught:
        failpoint("a")
    assert caught.value.errno == errno.ENOSPC
    failpoint("a")
    with pytest.raises(OSError, match="failpoint b") as caught:
        failpoint("b")
    assert caught.value.errno == errno.EIO


def test_a_full_disk_stays_full() -> None:
    armed("a:2+=enospc")
    failpoint("a")
    for _ in range(3):
        with pytest.raises(OSError, match="failpoint a"):
            failpoint("a")


def test_an_unknown_action_is_a_mistake_of_the_test() -> None:
    with pytest.raises(ValueError, match="unknown action"):
        armed("a=explode")


def test_kill_by_default() -> None:
    environment = {
        **os.environ, "VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": "here",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    code = ("from vbrprov.platform_.failpoint import failpoint\n"
            "failpoint('there'); print('alive', flush=True); failpoint('here'); print('no')")
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True,
                          text=True, timeout=30, check=False)
    assert done.stdout == "alive\n"
    assert done.returncode != 0


def test_costs_nearly_nothing_when_off() -> None:
    assert module._armed is None
    assert min(timeit.repeat(lambda: failpoint("a"), number=10_000, repeat=5)) < 0.02


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system stops no processes")
def test_stops_until_continued() -> None:
    code = ("from vbrprov.platform_.failpoint import failpoint\n"
            "failpoint('a'); print('woken')")
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": "a=stop"})
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    child.send_signal(signal.SIGCONT)
    assert child.communicate(timeout=60)[0] == "woken\n"
    assert child.returncode == 0
