"""Kills at random moments with the state in a store, and holders that sleep past their lease.

``VBRPROV_FAULT_SEEDS=1000-1199`` tries other seeds than the usual ones.
"""

from __future__ import annotations

import random
import signal
import time

import pytest
import store_servers
from ledger_actions import ACTIONS, GROW, strike
from ledger_stack import wanted
from ledger_trial import KILLED, Ground, Trial
from remote_trial import remote
from seeds import seeds

from vbrprov.state.backends.local import LocalBackend


@pytest.mark.fault("F3")
@pytest.mark.parametrize("seed", seeds(2, 210))
def test_kill(ground: Ground, server: store_servers.Server, seed: int) -> None:
    chance = random.Random(f"{server.kind} {seed}")
    action = {**ACTIONS, "grow": GROW}[chance.choice(
        ["create", "create", "create", "grow", "update", "replace", "delete"])]
    trial = remote(ground, server, action, seed=seed,
                   pace=(chance.uniform(0, 0.02), chance.uniform(0, 0.02)))
    trial.story.append(f"{server.kind}, seed {seed}: {action.name}")
    left = action.writes
    for _ in range(chance.choice([1, 1, 1, 3])):
        before = trial.world()["writes"]
        status = strike(trial, chance, left)
        assert status in (0, KILLED), f"exit status {status}{trial}"
        left = max(1, left - trial.world()["writes"] + before)
        trial.check_after_fault(had_objects=action.made)
    trial.check_end(action.expected)


def _points() -> list[object]:
    always = ["marker.before_write", "journal.after_intent:5", "snapshot.before_rename",
              "journal.before_truncate"]
    more = ["journal.before_intent:5", "journal.before_outcome:5", "journal.after_outcome:5",
            "marker.after_write", "snapshot.before_write", "snapshot.after_rename",
            "lock.before_release"]
    return [*always, *(pytest.param(point, marks=pytest.mark.slow) for point in more)]


@pytest.mark.fault("F1")
@pytest.mark.parametrize("point", _points())
def test_kill_at_a_named_place(ground: Ground, server: store_servers.Server, point: str) -> None:
    trial = remote(ground, server, ACTIONS["create"])
    done = trial.run("apply", "-auto-approve", "-no-color", VBRPROV_FAILPOINT_ENABLE="1",
                     VBRPROV_FAILPOINT=point)
    assert done.status == KILLED, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=False)
    trial.check_end(wanted())


@pytest.mark.fault("F9")
@pytest.mark.parametrize("seed", seeds(1, 20))
def test_a_holder_that_sleeps_past_its_lease_writes_nothing(
        ground: Ground, server: store_servers.Server, seed: int) -> None:
    trial = remote(ground, server, ACTIONS["create"], seed=seed, pace=(0.02, 0.02))
    trial.tally.subject = f"{server.kind}, a sleeper"
    # It stops with an intent in the store, before it knows so. One call at a time: a stop in the
    # moment between a look at the lease and the call lets that call out, which nothing can help.
    number = 10 if seed == 0 else random.Random(f"{server.kind} {seed}").randint(1, 55)
    first = trial.start("apply", "-auto-approve", "-no-color", "-parallelism=1",
                        VBRPROV_FAILPOINT_ENABLE="1",
                        VBRPROV_FAILPOINT=f"journal.after_intent:{number}=stop")
    limit = time.monotonic() + 60
    while not first.stopped:
        assert time.monotonic() < limit, "the run does not get on"
        time.sleep(0.01)
    trial.tally.add("kills")
    second = trial.fresh("apply", "-auto-approve", "-no-color")
    trial.tally.must(second.status == 0, f"{second.tail}{trial}", "failed")
    world, state = trial.world(), trial.state()
    first.signal(signal.SIGCONT)
    woken = trial.ended(first.wait())
    assert woken.status == 1, f"{woken.tail}{trial}"
    assert "taken over" in woken.text
    trial.tally.must(trial.world() == world, f"the sleeper called: {woken.tail}{trial}", "doubled")
    trial.tally.must(trial.state().position == state.position, f"the sleeper wrote{trial}", "forks")
    trial.check_settled(wanted())


@pytest.mark.parametrize("kind", ["local", "http"])
def test_a_wait_for_a_lock_ends_with_a_signal(ground: Ground, kind: str) -> None:
    with store_servers.http() as server:
        trial = (remote(ground, server, ACTIONS["create"]) if kind == "http" else
                 ACTIONS["create"].trial(ground))
        backend = trial.backend or LocalBackend(trial.stack / "vbrprov.vbrstate")
        with backend.session("held by hand"):
            waiting = trial.start("apply", "-auto-approve", "-no-color", "-lock-timeout=1h")
            time.sleep(2)
            waiting.signal(signal.SIGINT)
            done = waiting.wait()
        assert done.status == 1, f"{done.tail}{trial}"
        assert "held by hand" in done.err


def _crowds() -> list[object]:
    return [pytest.param(runs, seed, marks=[] if (runs, seed) == (2, 0) else [pytest.mark.slow])
            for runs in (2, 10) for seed in range(20)]


def meet(ground: Ground, trial: Trial, runs: int) -> None:
    """Several applies at once, of which each waits for the lock."""
    command = ("apply", "-auto-approve", "-no-color", "-lock-timeout=200s")
    begun = [launcher.start(command, trial.stack, trial.environment())
             for launcher in ground.crowd(runs)]
    done = [running.wait(240) for running in begun]
    for one in done:
        trial.ended(one)
        trial.tally.must(one.status == 0, f"{one.tail}{trial}", "failed")
    # One of them made everything, and the others found nothing to do.
    made = [one for one in done if "40 added" in one.out]
    trial.tally.must(len(made) == 1, f"{len(made)} made everything{trial}", "forks")
    trial.check_settled(wanted())


@pytest.mark.fault("F9")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("runs", "seed"), _crowds())
def test_applies_at_once_have_one_writer(ground: Ground, server: store_servers.Server,
                                         runs: int, seed: int) -> None:
    trial = remote(ground, server, ACTIONS["create"], seed=seed, lease="60s")
    trial.tally.subject = f"{server.kind}, {runs} at once"
    meet(ground, trial, runs)


@pytest.mark.fault("F9")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("runs", "seed"), _crowds())
def test_applies_at_once_on_a_local_state(ground: Ground, runs: int, seed: int) -> None:
    trial = ACTIONS["create"].trial(ground, seed=seed)
    trial.tally.subject = f"local, {runs} at once"
    meet(ground, trial, runs)


@pytest.mark.fault("F9")
@pytest.mark.parametrize("seed", seeds(1, 20))
def test_a_holder_of_a_local_lock_that_is_stopped_keeps_it(ground: Ground, seed: int) -> None:
    # The kernel's lock has no lease: it ends with its process, and until then nobody gets in.
    trial = ACTIONS["create"].trial(ground, seed=seed, pace=(0.02, 0.02))
    trial.tally.subject = "local, a sleeper"
    number = random.Random(seed).randint(1, 55)
    # One call at a time: one that is stopped half sent would keep the cloud waiting for the rest.
    first = trial.start("apply", "-auto-approve", "-no-color", "-parallelism=1",
                        VBRPROV_FAILPOINT_ENABLE="1",
                        VBRPROV_FAILPOINT=f"journal.after_intent:{number}=stop")
    limit = time.monotonic() + 60
    while not first.stopped:
        assert time.monotonic() < limit, "the run does not get on"
        time.sleep(0.01)
    trial.tally.add("kills")
    world = trial.world()
    second = trial.fresh("apply", "-auto-approve", "-no-color")
    assert second.status == 1, f"{second.tail}{trial}"
    assert "is in use by" in " ".join(second.err.replace("│", " ").split())
    trial.tally.must(trial.world() == world, f"a second writer{trial}", "forks")
    first.signal(signal.SIGCONT)
    done = trial.ended(first.wait())
    trial.tally.must(done.status == 0, f"{done.tail}{trial}", "failed")
    trial.check_settled(wanted())
