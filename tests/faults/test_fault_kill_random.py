"""SIGKILL at random moments, while calls are under way; then one more apply.

``VBRPROV_FAULT_SEEDS=1000-1199`` tries other seeds than the usual ones.
"""

from __future__ import annotations

import os
import random

import pytest
from ledger_actions import ACTIONS, strike
from ledger_trial import KILLED, Ground

USUAL = 30


def _seeds() -> list[object]:
    first, _, last = os.environ.get("VBRPROV_FAULT_SEEDS", "").partition("-")
    if first:
        return list(range(int(first), int(last or first) + 1))
    return [*range(USUAL), *(pytest.param(n, marks=pytest.mark.slow) for n in range(USUAL, 230))]


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
