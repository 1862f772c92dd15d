"""Without a fault: every action ends as wanted, with as many calls as the other tests count on."""

from __future__ import annotations

import pytest
from ledger_actions import ACTIONS, GROW, NAMES, Action
from ledger_trial import Ground


@pytest.mark.parametrize("action", [*ACTIONS.values(), GROW, NAMES], ids=lambda each: each.name)
def test_action_ends_as_wanted(ground: Ground, action: Action) -> None:
    trial = action.trial(ground)
    done = trial.apply()
    assert done.status == 0, done
    assert trial.world()["writes"] == action.writes
    trial.check_settled(action.expected)
