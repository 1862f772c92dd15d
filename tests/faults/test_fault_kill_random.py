"""SIGKILL at random moments, while calls are under way; then one more apply.

``VBRPROV_FAULT_SEEDS=1000-1199`` tries other seeds than the usual ones.
"""

from __future__ import annotations

import os
import random
import time

import pytest
from ledger_actions import ACTIONS
from ledger_trial import KILLED, Ground, Trial

USUAL = 30


def _seeds() -> list[object]:
    first, _, last = os.environ.get("VBRPROV_FAULT_SEEDS", "").partition("-")
    if first:
        return list(range(int(first), int(last or first) + 1))
    return [*range(USUAL), *(pytest.param(n, marks=pytest.mark.slow) for n in range(USUAL, 230))]


def strike(trial: Trial, chance: random.Random, writes: int) -> int:
    """One apply that is killed on the way; its exit status (0 when it was too quick)."""
    what = chance.choice(["kill_before", "kill_after", "kill_late", "clock"])
    if what == "clock":
        running = trial.start("apply", "-auto-approve", "-no-color")
        trial.story.append("killed by the clock")
        time.sleep(chance.uniform(0.03, 0.5))
        running.signal()
        return running.wait().status
    number = chance.randint(1, max(1, writes))
    seconds = chance.uniform(0, 0.03)
    trial.plan_faults({"write": number, "do": what, "seconds": seconds})
    trial.story.append(f"{what} at write {number}, {seconds:.3f} s")
    status = trial.apply().status
    trial.plan_faults()
    return status


@pytest.mark.parametrize("seed", _seeds())
def test_kill(ground: Ground, seed: int) -> None:
    chance = random.Random(seed)
    # Creation is what others lose, so it gets half of the trials.
    name = chance.choice(["create", "create", "create", "update", "replace", "delete"])
    action = ACTIONS[name]
    trial = action.trial(ground, seed=seed, pace=(chance.uniform(0, 0.02), chance.uniform(0, 0.02)))
    trial.story.append(f"seed {seed}: {name}")
    left = action.writes
    for _ in range(chance.choice([1, 1, 1, 3])):
        before = trial.world()["writes"]
        status = strike(trial, chance, left)
        assert status in (0, KILLED), f"exit status {status}{trial}"
        left -= trial.world()["writes"] - before
        trial.check_after_fault(had_objects=action.made)
        left = max(1, left)
    trial.check_end(action.expected)
