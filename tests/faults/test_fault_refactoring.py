"""SIGKILL while addresses change and while objects are imported: no object is lost or doubled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ledger_stack import CONFIGURATION, existing, wanted
from ledger_trial import KILLED, Ground, Trial

#: Everything has another address, and everything that has a note gets another one.
RENAMED = CONFIGURATION
for _kind in ("bucket.b", "record.r", "volume.v", "volume.w", "key.k", "login.l"):
    _type, _name = _kind.split(".")
    RENAMED = RENAMED.replace(
        f'resource "ledger_{_type}" "{_name}"',
        f"moved {{\n  from = ledger_{_kind}\n  to   = ledger_{_kind}new\n}}\n\n"
        f'resource "ledger_{_type}" "{_name}new"')
    RENAMED = RENAMED.replace(f"ledger_{_kind}[", f"ledger_{_kind}new[")
RENAMED = RENAMED.replace("length(ledger_bucket.b)", "length(ledger_bucket.bnew)")

IMPORTS = """
import {
  for_each = { for n in range(10) : n => "b-plain-${n}" }
  to       = ledger_bucket.b[tonumber(each.key)]
  id       = each.value
}
"""

#: The first outcome in the journal is that of the move. 48 calls follow.
PLACES = (
    "journal.before_outcome:1", "journal.after_outcome:1", "call.before_send:1",
    "call.after_response:1", "call.after_response:24", "journal.before_outcome:25",
    "snapshot.partial_write", "snapshot.after_rename", "journal.before_truncate",
)
USUAL = ("journal.before_outcome:1", "journal.after_outcome:1", "call.after_response:24")


def ids(trial: Trial) -> dict[str, list[str]]:
    return {kind: sorted(found) for kind, found in trial.world()["objects"].items()}


def places() -> list[Any]:
    return [pytest.param(p, marks=[] if p in USUAL else [pytest.mark.slow]) for p in PLACES]


def kill(trial: Trial, place: str) -> None:
    trial.tally.subject = "local, moves and imports"
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
    assert done.status == KILLED, f"{done.tail}{trial}"


@pytest.mark.fault("F1")
@pytest.mark.parametrize("place", places())
def test_kill_while_objects_move(ground: Ground, place: str) -> None:
    trial = ground.trial(made=True)
    before = ids(trial)
    (trial.stack / "main.vbr.hcl").write_text(RENAMED, encoding="utf-8")
    trial.variables["note"] = "second"
    kill(trial, place)
    trial.check_after_fault(had_objects=True)
    addresses = {address for address, _ in trial.state().instances}
    moved = {a for a in addresses if "new[" in a}
    # All or nothing: no plan may ever see half of a move.
    assert moved == (set() if place == "journal.before_outcome:1" else addresses)
    trial.check_end(wanted(note="second"))
    assert ids(trial) == before
    assert all("new[" in address for address, _ in trial.state().instances)


@pytest.mark.fault("F1")
@pytest.mark.parametrize("place", [
    "call.after_response:30", pytest.param("call.after_response:3", marks=pytest.mark.slow),
    pytest.param("journal.after_intent:45", marks=pytest.mark.slow)])
def test_what_an_interrupted_run_left_is_found_and_moves_too(ground: Ground, place: str) -> None:
    trial = ground.trial()
    kill(trial, place)
    made = ids(trial)
    (trial.stack / "main.vbr.hcl").write_text(RENAMED, encoding="utf-8")
    trial.check_end(wanted())
    after = ids(trial)
    # A key whose secret was lost with the run is of no use, so it is made again.
    assert all(set(found) <= set(after[kind]) for kind, found in made.items() if kind != "keys")
    assert all("new[" in address for address, _ in trial.state().instances)


@pytest.mark.fault("F1")
@pytest.mark.parametrize("place", [
    "call.before_send:1", pytest.param("call.after_response:1", marks=pytest.mark.slow),
    pytest.param("journal.before_outcome:5", marks=pytest.mark.slow)])
def test_kill_while_imported_objects_change(ground: Ground, place: str) -> None:
    trial = ground.trial(made=True)
    before = ids(trial)
    for name in trial.stack.iterdir():
        name.unlink()
    (trial.stack / "main.vbr.hcl").write_text(_buckets_only(), encoding="utf-8")
    trial.variables["note"] = "second"
    kill(trial, place)
    # Whatever the calls did, every object was recorded before the first of them.
    recorded = {json.loads(bytes(i.attributes))["id"] for i in trial.state().instances.values()}
    assert recorded == set(before["buckets"])
    done = trial.apply()
    assert done.status == 0, f"{done.tail}{trial}"
    assert ids(trial) == before
    assert sorted(line for line in existing(trial.world()) if line.startswith("bucket")) == sorted(
        line for line in wanted(note="second") if line.startswith("bucket"))
    again = trial.run("plan", "-detailed-exitcode", "-no-color")
    assert again.status == 0, f"{again.tail}{trial}"


def _buckets_only() -> str:
    """The configuration with the buckets alone, and imports of them."""
    head, _, rest = CONFIGURATION.partition('resource "ledger_bucket"')
    body = rest[: rest.index('resource "ledger_record"')]
    return f'{head}resource "ledger_bucket"{body}{IMPORTS}'
