"""Answers that get lost, and calls that are refused: nothing lost, nothing doubled."""

from __future__ import annotations

import pytest
from ledger_actions import ACTIONS
from ledger_stack import existing, wanted
from ledger_trial import Ground

#: The cloud does the work, or does not, and the client cannot tell; or it has too much to do.
LOSSES = ("drop_before", "drop_after", "error_after", "hang", "throttle")
USUAL = {("create", "drop_before"), ("create", "error_after"), ("replace", "drop_after"),
         ("create", "throttle"), ("update", "hang")}


@pytest.mark.fault("F11")
@pytest.mark.parametrize(("name", "loss", "first"), [
    pytest.param(name, loss, first,
                 marks=[] if (name, loss) in USUAL and first == 2 else [pytest.mark.slow])
    for name in ACTIONS for loss in LOSSES for first in (1, 2, 3)])
def test_lost_answers(ground: Ground, name: str, loss: str, first: int) -> None:
    action = ACTIONS[name]
    # Three trials meet every call.
    trial = action.trial(ground, plan=[
        {"write": number, "do": loss, "seconds": 0.6} for number in range(first, action.writes, 3)])
    trial.environ["LEDGER_TIMEOUT"] = "0.3" if loss == "hang" else "60"
    trial.tally.subject = f"local, {loss.replace('_', ' ')}"
    # Each run that meets new losses stops at them; the rules are by number, so they end.
    for _ in range(8):
        done = trial.apply()
        trial.check_after_fault(had_objects=action.made)
        if done.status == 0:
            break
    trial.plan_faults()
    trial.environ["LEDGER_TIMEOUT"] = "60"
    trial.check_end(action.expected)


@pytest.mark.fault("F11")
@pytest.mark.parametrize("loss", LOSSES[:3])
def test_a_creation_whose_answer_is_lost_is_settled_at_once(ground: Ground, loss: str) -> None:
    # Every creation once; what was made is found again by its mark, in the same run.
    trial = ground.trial(plan=[{"kind": kind, "method": "POST", "do": loss}
                               for kind in ("records", "volumes")])
    trial.tally.subject = f"local, {loss.replace('_', ' ')}"
    done = trial.apply()
    assert done.status == (1 if loss == "drop_before" else 0), f"{done.tail}{trial}"
    assert not trial.state().intents
    trial.plan_faults()
    trial.check_end(wanted())


def test_old_key_stays_while_its_user_could_not_be_moved(ground: Ground) -> None:
    trial = ground.trial(made=True)
    before = existing(trial.world())
    trial.variables["flavor"] = "bold"
    trial.plan_faults({"kind": "logins", "do": "refuse"})
    done = trial.apply()
    assert done.status == 1, f"{done.tail}{trial}"
    assert "Refused by the cloud" in done.err
    after = existing(trial.world())
    # The logins still work: with the old keys, which are there beside the new ones.
    assert {line for line in after if line.startswith("login")} == {
        line for line in before if line.startswith("login")}
    assert sum(line.startswith("key") for line in after) == 4
    trial.plan_faults()
    trial.check_end(wanted(flavor="bold"))


def test_nothing_is_destroyed_below_what_could_not_be(ground: Ground) -> None:
    trial = ground.trial(made=True)
    trial.plan_faults({"kind": "records", "method": "DELETE", "do": "refuse"},
                      {"kind": "logins", "method": "DELETE", "do": "refuse"})
    done = trial.run("destroy", "-auto-approve", "-no-color")
    assert done.status == 1, f"{done.tail}{trial}"
    kinds = {line.split()[0] for line in existing(trial.world())}
    assert kinds == {"bucket", "record", "key", "login"}
    trial.plan_faults()
    done = trial.run("destroy", "-auto-approve", "-no-color")
    assert done.status == 0, f"{done.tail}{trial}"
    assert not existing(trial.world())


def test_foreign_object_of_the_same_name_is_left_alone(ground: Ground) -> None:
    trial = ground.trial()
    trial.seed(objects={"buckets": {"b-plain-3": {
        "id": "b-plain-3", "name": "b-plain-3", "note": "somebody's", "parts": {}, "created": 0}}})
    done = trial.apply()
    assert done.status == 1, f"{done.tail}{trial}"
    assert "ledger_bucket.b[3]" in done.err
    assert "b-plain-3 exists already" in done.err
    # Cut off between intent and call, the name alone does not make it ours.
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT="call.before_send")
    assert done.status == -9
    done = trial.apply()
    assert done.status == 1, f"{done.tail}{trial}"
    assert "ledger_bucket.b[3]" in done.err
    assert trial.world()["objects"]["buckets"]["b-plain-3"]["note"] == "somebody's"
    assert "ledger_bucket.b[3]" not in {address for address, _ in trial.state().instances}
