"""SIGKILL at random moments, while calls are under way; then one more apply.

``VBRPROV_FAULT_SEEDS=1000-1199`` tries other seeds than the usual ones.
"""

from __future__ import annotations

import random

import pytest
from ledger_actions import ACTIONS, GROW, NAMES, Action, strike
from ledger_trial import KILLED, Ground, Trial
from seeds import seeds

#: As many seeds give that many kills, and more: some are killed three times, few end too soon.
SEEDS = 210


def begin(ground: Ground, action: Action, seed: int, chance: random.Random) -> Trial:
    """A trial whose calls take up to 20 ms before and after the work."""
    trial = action.trial(ground, seed=seed, pace=(chance.uniform(0, 0.02), chance.uniform(0, 0.02)))
    trial.story.append(f"seed {seed}: {action.name}")
    return trial


def kill(trial: Trial, action: Action, chance: random.Random, times: int, *,
         alone: bool = False) -> None:
    """Kill one run after the other."""
    left = action.writes
    for _ in range(times):
        before = trial.world()["writes"]
        status = strike(trial, chance, left, alone=alone)
        assert status in (0, KILLED), f"exit status {status}{trial}"
        left = max(1, left - trial.world()["writes"] + before)
        trial.check_after_fault(had_objects=action.made)


@pytest.mark.fault("F2")
@pytest.mark.parametrize("seed", seeds(20, SEEDS))
def test_kill_the_host(ground: Ground, seed: int) -> None:
    chance = random.Random(seed)
    # Creation is what others lose, so it gets half of the trials.
    action = ACTIONS[chance.choice(["create", "create", "create", "update", "replace", "delete"])]
    trial = begin(ground, action, seed, chance)
    trial.tally.subject = "local, host"
    kill(trial, action, chance, chance.choice([1, 1, 1, 3]))
    trial.check_end(action.expected)


@pytest.mark.fault("F2")
@pytest.mark.parametrize("seed", seeds(5, SEEDS))
def test_kill_the_process_alone(ground: Ground, seed: int) -> None:
    chance = random.Random(f"core {seed}")
    action = ACTIONS[chance.choice(["create", "create", "create", "update", "replace", "delete"])]
    trial = begin(ground, action, seed, chance)
    trial.tally.subject = "local, core"
    kill(trial, action, chance, chance.choice([1, 1, 1, 3]), alone=True)
    trial.check_end(action.expected)


@pytest.mark.fault("F4")
@pytest.mark.parametrize("alone", [False, True], ids=["host", "core"])
@pytest.mark.parametrize("seed", seeds(2, 105))
def test_kill_while_a_stack_grows(ground: Ground, seed: int, alone: bool) -> None:
    chance = random.Random(f"grow {alone} {seed}")
    trial = begin(ground, GROW, seed, chance)
    trial.tally.subject = "local, core" if alone else "local, host"
    kill(trial, GROW, chance, chance.choice([1, 1, 1, 3]), alone=alone)
    trial.check_end(GROW.expected)


@pytest.mark.fault("F5")
@pytest.mark.parametrize("seed", seeds(2, 60))
def test_kill_with_names_of_ours(ground: Ground, seed: int) -> None:
    chance = random.Random(f"names {seed}")
    trial = begin(ground, NAMES, seed, chance)
    kill(trial, NAMES, chance, 1)
    before = {name: raw["created"] for name, raw in trial.world()["objects"]["buckets"].items()}
    trial.check_end(NAMES.expected)
    after = {name: raw["created"] for name, raw in trial.world()["objects"]["buckets"].items()}
    # Adopted, not made anew.
    trial.tally.must(before.items() <= after.items(), f"an object was made again{trial}", "doubled")


@pytest.mark.fault("F6")
@pytest.mark.parametrize("seed", seeds(3, 100))
def test_kill_again_while_recovering(ground: Ground, seed: int) -> None:
    chance = random.Random(f"deep {seed}")
    action = ACTIONS[chance.choice(["create", "create", "update", "replace", "delete"])]
    trial = begin(ground, action, seed, chance)
    number = chance.randint(1, action.writes - 20)
    trial.plan_faults({"write": number, "do": chance.choice(["kill_before", "kill_after"])})
    assert trial.apply().status == KILLED, trial
    for _ in range(3):
        trial.check_after_fault(had_objects=action.made)
        trial.plan_faults()
        assert interrupt_recovery(trial, chance) in (0, KILLED), trial
    trial.check_after_fault(had_objects=action.made)
    trial.plan_faults()
    trial.check_end(action.expected)


def interrupt_recovery(trial: Trial, chance: random.Random) -> int:
    """An apply that dies early, where it settles what the one before left; its exit status."""
    what = chance.choice(["read", "record", "write"])
    environ = {}
    if what == "read":
        # The first reads are the questions after what open intents were about.
        trial.plan_faults({"read": chance.randint(1, 12), "do": "kill"})
    elif what == "write":
        trial.plan_faults({"write": chance.randint(1, 2), "do": chance.choice(
            ["kill_before", "kill_after"])})
    else:
        point = chance.choice(["journal.before_outcome", "journal.after_outcome"])
        environ = {"VBRPROV_FAILPOINT_ENABLE": "1",
                   "VBRPROV_FAILPOINT": f"{point}:{chance.randint(1, 4)}"}
    return trial.apply(**environ).status
