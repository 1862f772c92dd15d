"""Calls that end after the client's death, interrupts, a full disk, a stale plan."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter

import pytest
from launcher import Running
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


@pytest.mark.parametrize("kind", [
    "buckets", "keys", *(pytest.param(k, marks=pytest.mark.slow) for k in ("records", "volumes"))])
def test_call_that_ends_after_the_death_of_its_client(ground: Ground, kind: str) -> None:
    trial = ground.trial(configuration=PROVIDER + ONE_OF_A_KIND[kind],
                         plan=[{"write": 1, "do": "kill_before", "seconds": 0.7}],
                         environ={"LEDGER_SETTLE_SECONDS": "2.5"})
    assert trial.apply().status == KILLED
    # At once: the object does not exist yet, and comes while the recovery waits.
    done = trial.apply()
    assert done.status == 0, f"{done.tail}{trial}"
    assert len(trial.world()["objects"][kind]) == 1, trial
    again = trial.run("plan", "-detailed-exitcode")
    assert again.status == 0, f"{again.tail}{trial}"


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


def wait_for(trial: Trial, writes: int) -> None:
    """Until the cloud got so many calls."""
    limit = time.monotonic() + 60
    while trial.cloud.ask("GET", f"ctl/{trial.name}")["writes"] < writes:
        assert time.monotonic() < limit, "the run does not get on"
        time.sleep(0.01)


def interrupt(running: Running, times: int) -> None:
    """Send one signal after the other: two that are not yet handled count as one."""
    for number in range(1, times + 1):
        running.signal(signal.SIGINT)
        limit = time.monotonic() + 60
        while number < times and running.out.lower().count("interrupt") < number:
            assert time.monotonic() < limit, "the run does not hear"
            time.sleep(0.005)


@pytest.mark.parametrize("number", [
    signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_first_signal_ends_in_order(ground: Ground, number: int) -> None:
    trial = ground.trial(pace=(0.1, 0.1))
    running = trial.start("apply", "-auto-approve", "-no-color")
    wait_for(trial, 12)
    running.signal(number)
    done = running.wait()
    assert done.status == 1, f"{done.tail}{trial}"
    assert "Interrupted" in done.err
    # What was begun is finished and recorded whole; nothing is in doubt; the rest was not started.
    data = trial.check_after_fault(had_objects=False)
    assert not data.intents
    assert len(data.instances) == sum(existing(trial.world()).values())
    assert 0 < len(data.instances) < 40
    assert "Creation complete" in done.out
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


def test_second_signal_ends_sooner_and_is_recoverable(ground: Ground) -> None:
    trial = ground.trial(pace=(0.2, 0.2))
    running = trial.start("apply", "-auto-approve", "-no-color")
    wait_for(trial, 12)
    interrupt(running, 2)
    done = running.wait()
    assert "Two interrupts received" in done.out
    assert done.status == 130, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=False)
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


def test_third_signal_ends_at_once_and_is_recoverable(ground: Ground) -> None:
    trial = ground.trial(pace=(0.3, 0.3))
    running = trial.start("apply", "-auto-approve", "-no-color")
    wait_for(trial, 12)
    interrupt(running, 3)
    done = running.wait()
    assert done.status == 130, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=False)
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


@pytest.mark.parametrize("fault", ["enospc", pytest.param("eio", marks=pytest.mark.slow)])
def test_after_a_failed_write_of_the_journal_no_call_starts(ground: Ground, fault: str) -> None:
    trial = ground.trial()
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1",
                       VBRPROV_FAILPOINT=f"journal.before_intent:9+={fault}")
    assert done.status == 1, f"{done.tail}{trial}"
    # Eight intents were written: no more calls than these have gone out.
    assert trial.world()["writes"] <= 8
    trial.check_after_fault(had_objects=False)
    trial.check_end(wanted())


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
    wait_for(trial, 5)
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
