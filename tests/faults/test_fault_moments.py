"""Calls that end after the client's death, what a plan sees then, a stale plan, two runs."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from ledger_stack import existing, wanted
from ledger_trial import KILLED, Ground, Trial

ONE_OF_A_KIND = {
    "buckets": 'resource "ledger_bucket" "a" {\n  name = "late"\n}\n',
    "records": 'resource "ledger_record" "a" {\n  name = "late"\n}\n',
    "volumes": 'resource "ledger_volume" "a" {\n  name = "late"\n}\n',
    "keys": 'resource "ledger_key" "a" {\n  user = "late"\n}\n',
}
PROVIDER = """
variable "endpoint" {}
variable "world" {}

provider "ledger" {
  endpoint = var.endpoint
  world    = var.world
}

"""


def _late_calls() -> list[object]:
    """Kinds, seeds, and after how many seconds the call ends: up to half a minute."""
    found: list[object] = [("buckets", 0, 0.7), ("keys", 0, 0.7)]
    for seed in range(1, 51):
        chance = random.Random(f"late {seed}")
        found.append(pytest.param(chance.choice(list(ONE_OF_A_KIND)), seed, chance.uniform(0, 30),
                                  marks=pytest.mark.slow))
    return found


@pytest.mark.fault("F12")
@pytest.mark.parametrize(("kind", "seed", "seconds"), _late_calls())
def test_call_that_ends_after_the_death_of_its_client(ground: Ground, kind: str, seed: int,
                                                      seconds: float) -> None:
    trial = ground.trial(configuration=PROVIDER + ONE_OF_A_KIND[kind],
                         plan=[{"write": 1, "do": "kill_before", "seconds": seconds}],
                         environ={"LEDGER_SETTLE_SECONDS": str(seconds + 1.8)})
    assert trial.apply().status == KILLED
    # At once: the object does not exist yet, and comes while the recovery waits.
    done = trial.apply()
    trial.tally.must(done.status == 0, f"{done.tail}{trial}", "failed")
    number = len(trial.world()["objects"][kind])
    trial.tally.must(number == 1, f"{number} objects{trial}", "doubled" if number else "lost")
    again = trial.run("plan", "-detailed-exitcode")
    trial.tally.must(again.status == 0, f"{again.tail}{trial}")


def test_plan_after_a_kill_shows_what_it_found_and_changes_nothing(ground: Ground) -> None:
    trial = ground.trial(plan=[{"write": 30, "do": "kill_after"}])
    assert trial.apply().status == KILLED
    trial.plan_faults()
    before = trial.world(), files(trial)
    found = trial.run("plan", "-detailed-exitcode", "-no-color")
    assert found.status == 2, f"{found.tail}{trial}"
    assert (trial.world(), files(trial)) == before
    made = sum(existing(trial.world()).values())
    # What is incomplete is finished, what is there is not made again, but for orphaned keys.
    [added, changed] = map(int, re.findall(r"Plan: (\d+) to add, (\d+) to change", found.out)[0])
    assert added in (40 - made, 40 - made + orphans(found.out))
    assert changed <= made
    trial.check_end(wanted())


def orphans(text: str) -> int:
    return text.count("An unusable object of an interrupted run exists")


def files(trial: Trial) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(trial.stack.iterdir())}


def test_a_saved_plan_is_stale_after_a_run_that_was_cut_off(ground: Ground) -> None:
    trial = ground.trial(made=True)
    trial.variables["note"] = "second"
    assert trial.run("plan", "-out=it.plan").status == 0
    serial = trial.state().serial
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT="call.after_response:20")
    assert done.status == KILLED
    # The run could not raise the serial any more.
    assert trial.state().serial == serial
    done = trial.run("apply", "it.plan")
    assert done.status == 1, f"{done.tail}{trial}"
    assert "Make a new plan." in done.err
    trial.check_end(wanted(note="second"))


def test_two_runs_at_once(ground: Ground) -> None:
    trial = ground.trial(pace=(0.1, 0.1))
    running = trial.start("apply", "-auto-approve", "-no-color")
    trial.wait_for(5)
    env = trial.launcher.environment(trial.folder / "home", TF_VAR_world=trial.name,
                                     TF_VAR_endpoint=trial.cloud.endpoint)
    second = trial.launcher.fresh(["apply", "-auto-approve"], trial.stack, env)
    assert second.status == 1
    assert "is in use by" in " ".join(second.err.replace("│", " ").split())
    patient = trial.launcher.fresh(
        ["apply", "-auto-approve", "-lock-timeout=60s"], trial.stack, env)
    assert patient.status == 0, patient.tail
    assert "No changes." in patient.out
    assert running.wait().status == 0
    trial.check_settled(wanted())


def test_the_ledger_notices_a_double(ground: Ground) -> None:
    # The control of the judgement itself: a lost and a doubled object are found.
    trial = ground.trial(made=True)
    world = trial.world()
    record = dict(world["objects"]["records"].popitem()[1])
    lost = existing(world)
    assert wanted() - lost == Counter([next(iter(wanted() - lost))])
    world["objects"]["records"] |= {"one": record, "two": dict(record)}
    doubled = existing(world)
    assert sum((doubled - wanted()).values()) == 1
    trial.seed(objects=world["objects"])
    with pytest.raises(AssertionError, match="neither recorded nor announced"):
        trial.check_after_fault(had_objects=True)
