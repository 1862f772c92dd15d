"""A stack of 10,000 objects that is killed at half of its creation. Times are told, not judged."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from ledger_trial import KILLED, Ground
from seeds import seeds

from vbrprov.state.backends.local import LocalBackend

COUNT = 10_000
LARGE = f"""
variable "endpoint" {{}}
variable "world" {{}}

provider "ledger" {{
  endpoint = var.endpoint
  world    = var.world
}}

resource "ledger_record" "r" {{
  count = {COUNT}
  name  = "r-${{count.index}}"
}}
"""
#: No command hangs for so long.
PATIENCE = 1200.0


@pytest.mark.slow
@pytest.mark.fault("F15")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", seeds(0, 3))
def test_kill_at_half(ground: Ground, seed: int) -> None:
    trial = ground.trial(configuration=LARGE, seed=seed,
                         plan=[{"write": COUNT // 2 + seed, "do": "kill_after"}])
    assert trial.apply(patience=PATIENCE).status == KILLED, trial
    trial.plan_faults()
    trial.check_after_fault(had_objects=False)

    started = time.process_time()
    data, _ = LocalBackend(trial.stack / "vbrprov.vbrstate", spill_directories=[]).read()
    seconds = time.process_time() - started
    journal = (trial.stack / "vbrprov.vbrstate.journal").read_bytes()
    records = journal.rstrip(b"\0").count(b"\n")
    assert len(data.instances) > COUNT // 3, len(data.instances)
    trial.tally.figures.append((
        "journal read, checked and replayed, records per second of CPU", records / seconds))

    # Recovery alone: what is open is asked for, and nothing else is.
    started = time.monotonic()
    done = trial.run("plan", "-refresh=false", "-no-color", patience=PATIENCE)
    assert done.status == 0, f"{done.tail}{trial}"
    trial.tally.figures.append(("recovery and plan, s", time.monotonic() - started))
    started = time.monotonic()
    done = trial.apply(patience=PATIENCE)
    trial.tally.must(done.status == 0, f"{done.tail}{trial}", "failed")
    trial.tally.figures.append(("next apply with the other half, s", time.monotonic() - started))
    found = Counter(raw["name"] for raw in trial.world()["objects"]["records"].values())
    missing = Counter(f"r-{n}" for n in range(COUNT)) - found
    trial.tally.none("lost", missing.total(), f"{missing}{trial}")
    trial.tally.none("doubled", found.total() - len(found), f"{found.most_common(3)}{trial}")
    trial.tally.must(not trial.state().intents, f"an operation is still open{trial}")
    again = trial.run("plan", "-detailed-exitcode", "-no-color", patience=PATIENCE)
    trial.tally.must(again.status == 0, f"{again.tail}{trial}")
