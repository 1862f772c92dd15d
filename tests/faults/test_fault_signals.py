"""Whoever is at the terminal, or it goes away: an orderly end, or one that the next run mends."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable

import pytest
from launcher import Result, Running
from ledger_actions import ACTIONS
from ledger_stack import existing, wanted
from ledger_trial import Ground, Trial
from seeds import seeds

APPLY = ("apply", "-auto-approve", "-no-color")


def interrupt(running: Running, times: int) -> None:
    """Send one signal after the other: two that are not yet handled count as one."""
    for number in range(1, times + 1):
        running.signal(signal.SIGINT)
        limit = time.monotonic() + 60
        while number < times and running.out.lower().count("interrupt") < number:
            assert time.monotonic() < limit, "the run does not hear"
            time.sleep(0.005)


def begin(ground: Ground, seed: int, subject: str, pace: float) -> tuple[Trial, int]:
    """A creation, and how many calls it has made when the fault strikes."""
    trial = ACTIONS["create"].trial(ground, seed=seed, pace=(pace, pace))
    trial.tally.subject = f"local, {subject}"
    return trial, 12 if seed == 0 else random.Random(f"{subject} {seed}").randint(1, 45)


def end(trial: Trial, done: Result) -> None:
    """What must hold of a run that was asked to end in order, once."""
    assert done.status == 1, f"{done.tail}{trial}"
    # What was begun is finished and recorded whole; nothing is in doubt; the rest was not started.
    data = trial.check_after_fault(had_objects=False)
    trial.tally.must(not data.intents, f"{list(data.intents)} are open{trial}")
    recorded, made = len(data.instances), sum(existing(trial.world()).values())
    assert recorded == made, f"{recorded} of {made}{trial}"
    assert recorded < 40, trial


@pytest.mark.fault("F10")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP],
                         ids=lambda number: number.name)
@pytest.mark.parametrize("seed", seeds(1, 20))
def test_first_signal_ends_in_order(ground: Ground, number: signal.Signals, seed: int) -> None:
    trial, after = begin(ground, seed, f"{number.name} once", 0.1)
    running = trial.start(*APPLY)
    trial.wait_for(after)
    running.signal(number)
    trial.tally.add("kills")
    done = trial.ended(running.wait())
    assert "Interrupted" in done.err
    end(trial, done)
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


@pytest.mark.fault("F10")
@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("seed", seeds(1, 20))
def test_more_signals_end_sooner_and_leave_what_can_be_recovered(
        ground: Ground, times: int, seed: int) -> None:
    trial, after = begin(ground, seed, f"SIGINT {times} times", 0.1 * times)
    running = trial.start(*APPLY)
    trial.wait_for(after)
    interrupt(running, times)
    trial.tally.add("kills")
    done = trial.ended(running.wait())
    if times == 2:
        assert "Two interrupts received" in done.out
    assert done.status == 130, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=False)
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


def drain(descriptor: int) -> Callable[[], None]:
    """Read all that comes; what is returned ends that and closes the reading end."""
    over = threading.Event()
    os.set_blocking(descriptor, False)

    def read() -> None:
        while not over.wait(0.005):
            with contextlib.suppress(BlockingIOError, OSError):
                os.read(descriptor, 65536)

    thread = threading.Thread(target=read)
    thread.start()

    def close() -> None:
        over.set()
        thread.join()
        os.close(descriptor)

    return close


@pytest.mark.fault("F10")
@pytest.mark.parametrize("seed", seeds(1, 20))
def test_terminal_that_is_closed(ground: Ground, seed: int) -> None:
    trial, after = begin(ground, seed, "closed terminal", 0.1)
    ours, theirs = os.openpty()
    terminal = os.ttyname(theirs)
    running = trial.start(*APPLY, stdin=terminal, stdout=terminal, stderr=terminal)
    close = drain(ours)
    os.close(theirs)
    trial.wait_for(after)
    # The kernel sends HUP; from now on nothing can be read or written.
    close()
    trial.tally.add("kills")
    end(trial, trial.ended(running.wait()))
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


@pytest.mark.fault("F10")
@pytest.mark.parametrize("which", ["stdout", "stderr", "both"])
@pytest.mark.parametrize("seed", seeds(1, 20))
def test_reader_that_goes_away(ground: Ground, seed: int, which: str) -> None:
    trial, after = begin(ground, seed, f"broken pipe on {which}", 0.05)
    pipe = str(trial.folder / "pipe")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    names = ["stdout", "stderr"] if which == "both" else [which]
    running = trial.start(*APPLY, **dict.fromkeys(names, pipe))
    close = drain(reader)
    trial.wait_for(after)
    close()
    trial.tally.add("kills")
    done = trial.ended(running.wait())
    os.unlink(pipe)
    # Nobody listens any more, and the work goes on: `vbrprov apply | head` is no reason to stop.
    assert done.status == 0, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=False)
    trial.check_settled(wanted())
