"""What is under way when a fault strikes: the start, the command, the wanted end."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger_stack import CONFIGURATION, NAMED, wanted, wanted_named
from ledger_trial import Ground, Trial


@dataclass(frozen=True)
class Action:
    """One way to change a stack; ``writes`` is how many calls that change something it makes."""

    name: str
    made: bool
    writes: int
    #: Journalled intents, as many as outcomes.
    variables: Mapping[str, str] = field(default_factory=dict)
    end: Mapping[str, Any] = field(default_factory=dict)
    configuration: str = CONFIGURATION

    def trial(self, ground: Ground, *, seed: int = 0, pace: Sequence[float] = (0.0, 0.0),
              plan: Sequence[dict[str, Any]] = ()) -> Trial:
        trial = ground.trial(made=self.made, seed=seed, pace=pace, plan=plan,
                             configuration=self.configuration)
        trial.variables.update(self.variables)
        return trial

    @property
    def expected(self) -> Counter[str]:
        return wanted_named() if self.configuration == NAMED else wanted(**self.end)


ACTIONS = {action.name: action for action in (
    Action("create", False, 60),
    Action("update", True, 48, {"note": "second"}, {"note": "second"}),
    # Half of the volumes and all keys by create-before-destroy, everything else the other way.
    Action("replace", True, 98, {"flavor": "bold"}, {"flavor": "bold"}),
    Action("delete", True, 40, {"share": "0"}, {"share": 0}),
)}
#: An existing stack gets as much again.
GROW = Action("grow", True, 60, {"share": "2"}, {"share": 2})
#: A repeated creation would be refused.
NAMES = Action("names", False, 40, configuration=NAMED)


def strike(trial: Trial, chance: random.Random, writes: int, *, alone: bool = False) -> int:
    """One apply that is killed on the way; its exit status (0 when it was too quick).

    The whole process group dies, as when a machine does, or (*alone*) its first process.
    """
    what = chance.choice(["kill_before", "kill_after", "kill_late", "clock"])
    if what == "clock":
        running = trial.start("apply", "-auto-approve", "-no-color")
        trial.story.append("killed by the clock")
        time.sleep(chance.uniform(0.03, 0.5))
        running.signal(group=not alone)
        return trial.ended(running.wait()).status
    number = chance.randint(1, max(1, writes))
    seconds = chance.uniform(0, 0.03)
    trial.plan_faults({"write": number, "do": what, "seconds": seconds, "alone": alone})
    trial.story.append(f"{what} at write {number}, {seconds:.3f} s")
    status = trial.apply().status
    trial.plan_faults()
    return status
