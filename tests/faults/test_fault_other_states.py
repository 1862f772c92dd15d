"""States that are not the newest of this stack, written by this version: each is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import store_servers
from launcher import Result
from ledger_actions import ACTIONS
from ledger_stack import wanted
from ledger_trial import Ground, Trial
from remote_trial import remote

Change = Callable[[Trial, Ground], None]
NAME = "vbrprov.vbrstate"


def sealed(document: dict[str, object]) -> bytes:
    """A document with its checksum, as another version would write it."""
    rest = json.dumps(document, separators=(",", ":")).encode()[1:] + b"\n"
    return b'{"sha256":"' + sha256(rest).hexdigest().encode() + b'",' + rest


def changed(trial: Trial, **fields: object) -> bytes:
    document = json.loads((trial.stack / NAME).read_bytes()) | fields
    del document["sha256"]
    return sealed(document)


def from_the_future(trial: Trial, ground: Ground) -> None:
    (trial.stack / NAME).write_bytes(changed(trial, version=2, tool="9.1", shape={"new": 1}))


def from_the_past_of_formats(trial: Trial, ground: Ground) -> None:
    (trial.stack / NAME).write_bytes(changed(trial, version=0))


def of_another_stack(trial: Trial, ground: Ground) -> None:
    other = ACTIONS["create"].trial(ground)
    ground.tally.add("trials", -1)
    assert other.apply().status == 0
    shutil.copy(other.stack / NAME, trial.stack / NAME)


def with_the_journal_of_another_stack(trial: Trial, ground: Ground) -> None:
    other = ACTIONS["create"].trial(ground)
    ground.tally.add("trials", -1)
    assert other.apply().status == 0
    shutil.copy(other.stack / f"{NAME}.journal", trial.stack / f"{NAME}.journal")


def older_by_one(trial: Trial, ground: Ground) -> None:
    shutil.copy(trial.stack / f"{NAME}.1", trial.stack / NAME)


def emptied(trial: Trial, ground: Ground) -> None:
    (trial.stack / NAME).write_bytes(b"")


def missing(trial: Trial, ground: Ground) -> None:
    (trial.stack / NAME).unlink()


def of_terraform(trial: Trial, ground: Ground) -> None:
    (trial.stack / NAME).write_text(json.dumps({"version": 4, "serial": 9, "lineage": "x",
                                                "resources": []}), encoding="utf-8")


FILES: tuple[Change, ...] = (
    from_the_future, from_the_past_of_formats, of_another_stack, with_the_journal_of_another_stack,
    older_by_one, emptied, missing, of_terraform)


def refuse(trial: Trial, done: Result) -> None:
    """Nothing was done, and the state is said to be the reason."""
    trial.tally.add("kills")
    assert done.status == 1, f"{done.tail}{trial}"
    assert "tate" in done.err, f"{done.tail}{trial}"
    writes = trial.world()["writes"]
    trial.tally.must(not writes, f"{writes} calls: {done.tail}{trial}", "forks")


@pytest.mark.fault("F14")
@pytest.mark.parametrize("command", ["apply", "destroy"])
@pytest.mark.parametrize("change", FILES, ids=lambda change: change.__name__)
def test_a_file_in_the_states_place(ground: Ground, change: Change, command: str) -> None:
    trial = ground.trial(made=True)
    trial.variables["note"] = "second"
    assert trial.apply().status == 0
    trial.plan_faults()
    trial.variables["note"] = "third"
    kept = {path: path.read_bytes() for path in trial.stack.glob(f"{NAME}*")}
    change(trial, ground)
    refuse(trial, trial.run(command, "-auto-approve", "-no-color"))
    for path, content in kept.items():
        put_back(path, content)
    trial.check_end(wanted(note="third"))


def put_back(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def push_older_and_other(trial: Trial, ground: Ground) -> None:
    """An older document of this stack, and one of another, are pushed over a newer state."""
    older = trial.run("state", "pull").out
    trial.variables["note"] = "second"
    assert trial.apply().status == 0
    trial.plan_faults()
    other = ACTIONS["create"].trial(ground)
    ground.tally.add("trials", -1)
    assert other.apply().status == 0
    for text, force in ((older, []), (other.run("state", "pull").out, []),
                        (other.run("state", "pull").out, ["-force"])):
        document = trial.folder / "document.json"
        document.write_text(text, encoding="utf-8")
        position = trial.state().position
        refuse(trial, trial.run("state", "push", *force, str(document)))
        trial.tally.must(trial.state().position == position, f"it was written{trial}", "forks")
        document.unlink()
    trial.check_end(wanted(note="second"))


@pytest.mark.fault("F14")
@pytest.mark.parametrize("trial_number", range(2))
def test_an_older_state_is_not_pushed_over_a_newer_one(ground: Ground, trial_number: int) -> None:
    trial = ground.trial(made=True)
    push_older_and_other(trial, ground)


@pytest.mark.fault("F14")
@pytest.mark.parametrize("trial_number", range(2))
def test_an_older_state_is_not_pushed_into_a_store(
        ground: Ground, server: store_servers.Server, trial_number: int) -> None:
    trial = remote(ground, server, ACTIONS["update"])
    trial.variables.clear()
    push_older_and_other(trial, ground)
