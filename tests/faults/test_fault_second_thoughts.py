"""SIGKILL during moves and replacements, and another configuration on the next run."""

from __future__ import annotations

from typing import Any

import pytest
from ledger_stack import CONFIGURATION, wanted
from ledger_trial import KILLED, Ground

#: Everything has another address.
RENAMED = CONFIGURATION
#: Everything has its first address again.
BACK = CONFIGURATION
for _kind in ("bucket.b", "record.r", "volume.v", "volume.w", "key.k", "login.l"):
    _type, _name = _kind.split(".")
    _head = f'resource "ledger_{_type}" "{_name}"'
    _moved = "moved {{\n  from = ledger_{}\n  to   = ledger_{}\n}}\n\n"
    RENAMED = RENAMED.replace(
        _head, _moved.format(_kind, f"{_kind}new") + _head.replace(f'"{_name}"', f'"{_name}new"'))
    RENAMED = RENAMED.replace(f"ledger_{_kind}[", f"ledger_{_kind}new[")
    BACK = BACK.replace(_head, _moved.format(f"{_kind}new", _kind) + _head)
RENAMED = RENAMED.replace("length(ledger_bucket.b)", "length(ledger_bucket.bnew)")

PLACES = ("journal.after_outcome:1", "call.after_response:9", "journal.after_intent:20",
          "call.after_response:45", "call.after_response:70", "snapshot.after_rename")


def moments() -> list[Any]:
    return [pytest.param(place, later, marks=[] if (place, later) in (
        ("call.after_response:9", "back"), ("call.after_response:45", "gone")) else [
            pytest.mark.slow]) for place in PLACES for later in ("back", "gone", "third", "record")]


@pytest.mark.parametrize(("place", "later"), moments())
def test_another_configuration_after_a_kill(ground: Ground, place: str, later: str) -> None:
    trial = ground.trial(made=True)
    (trial.stack / "main.vbr.hcl").write_text(RENAMED, encoding="utf-8")
    trial.variables["flavor"] = "other"
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
    assert done.status == KILLED, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=True)
    if later == "back":
        (trial.stack / "main.vbr.hcl").write_text(BACK, encoding="utf-8")
        trial.variables["flavor"] = "plain"
    elif later == "gone":
        trial.variables["share"] = "0"
    elif later == "third":
        trial.variables["flavor"] = "third"
    else:
        done = trial.apply("-refresh-only")
        assert done.status == 0, f"{done.tail}{trial}"
    trial.check_end(wanted(flavor=trial.variables["flavor"],
                           share=int(trial.variables.get("share", "1"))))
