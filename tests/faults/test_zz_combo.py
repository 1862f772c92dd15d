from __future__ import annotations
import pytest
from ledger_trial import CONFIGURATION, KILLED, Ground, Trial, existing, wanted
import sys; sys.path.insert(0,"tests/faults"); from test_fault_refactoring import RENAMED
BACK = CONFIGURATION
for _kind in ("bucket.b", "record.r", "volume.v", "volume.w", "key.k", "login.l"):
    t, n = _kind.split(".")
    BACK = BACK.replace(f'resource "ledger_{t}" "{n}"', f"moved {{\n  from = ledger_{_kind}new\n  to   = ledger_{_kind}\n}}\n\nresource \"ledger_{t}\" \"{n}\"")
PLACES = ["journal.before_outcome:1","journal.after_outcome:1","call.before_send:2","call.after_response:2","call.after_response:9","call.after_response:17","journal.after_intent:20","call.after_response:30","journal.before_outcome:33","call.after_response:45","journal.after_intent:50","call.after_response:70","snapshot.partial_write","snapshot.after_rename","journal.before_truncate"]
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("nxt", ["back", "gone", "same_other", "refresh"])
def test_combo(ground: Ground, place: str, nxt: str) -> None:
    trial = ground.trial(made=True)
    (trial.stack / "main.vbr.hcl").write_text(RENAMED, encoding="utf-8")
    trial.variables["flavor"] = "other"
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
    if done.status != KILLED: pytest.skip("not reached")
    trial.check_after_fault(had_objects=True)
    if nxt == "back":
        (trial.stack / "main.vbr.hcl").write_text(BACK, encoding="utf-8")
        trial.variables["flavor"] = "plain"
        trial.check_end(wanted())
    elif nxt == "gone":
        trial.variables["share"] = "0"
        done = trial.apply(); assert done.status == 0, f"{done.tail}{trial}"
        assert not any(trial.world()["objects"].values()), trial.world()
    elif nxt == "refresh":
        done = trial.apply("-refresh-only"); assert done.status == 0, f"{done.tail}{trial}"
        trial.check_end(wanted(flavor="other"))
    else:
        trial.variables["flavor"] = "third"
        trial.check_end(wanted(flavor="third"))
