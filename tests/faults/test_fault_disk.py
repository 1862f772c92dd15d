"""Disks that fill up, break, may not be written or are over their quota, at each write."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_actions import ACTIONS
from ledger_stack import existing, wanted
from ledger_trial import Ground, Trial

ERRORS = ("enospc", "eio", "edquot", "erofs")
#: Calls that may be under way when the first write fails.
PARALLEL = 10
AT_THE_END = ("snapshot.before_write", "snapshot.partial_write", "snapshot.before_rename",
              "snapshot.after_rename", "journal.before_truncate")


def _writes() -> Iterator[object]:
    """Each record of the journal fails once for want of space; the other errors at a few places."""
    for point in ("journal.before_intent", "journal.before_outcome"):
        for number in range(1, 61):
            usual = number == (9 if point == "journal.before_intent" else 30)
            yield pytest.param(point, number, "enospc", marks=[] if usual else [pytest.mark.slow])
        for error in ERRORS[1:]:
            for number in (1, 9, 30, 60):
                yield pytest.param(point, number, error, marks=pytest.mark.slow)


@pytest.mark.fault("F7")
@pytest.mark.parametrize("all_", [False, True], ids=["journal", "all"])
@pytest.mark.parametrize(("point", "number", "error"), list(_writes()))
def test_after_a_failed_write_of_the_journal_no_call_starts(
        ground: Ground, point: str, number: int, error: str, all_: bool) -> None:
    trial = ground.trial()
    places = [f"{point}:{number}+={error}"]
    if all_:
        # Nothing can be written beside the state any more, and results go to the second place.
        other = {"journal.before_intent": "journal.before_outcome",
                 "journal.before_outcome": "journal.before_intent"}[point]
        places += [f"{other}:{number + 1}+={error}", f"snapshot.before_write:1+={error}"]
    trial.tally.subject = f"local, {error}"
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=",".join(places))
    trial.tally.add("kills")
    # Where only the last results could not be journalled, the snapshot has them and all is well.
    well = not all_ and point == "journal.before_outcome" and (
        existing(trial.world()) == wanted())
    assert done.status == 1 or (well and done.status == 0), f"{done.tail}{trial}"
    # I6. Each call had its intent, and no new one starts after the failure.
    begun = number - 1 if point == "journal.before_intent" else number - 1 + PARALLEL
    writes = trial.world()["writes"]
    trial.tally.must(writes <= begun, f"{writes} calls of {begun}{trial}")
    data = trial.check_after_fault(had_objects=False)
    # What came back is recorded, if not here then in the second place: nothing is in doubt.
    trial.tally.must(not data.intents, f"{list(data.intents)} are open{trial}")
    trial.check_end(wanted())


@pytest.mark.fault("F7")
@pytest.mark.parametrize("point", AT_THE_END)
@pytest.mark.parametrize("error", [
    "enospc", *(pytest.param(e, marks=pytest.mark.slow) for e in ERRORS[1:])])
@pytest.mark.parametrize("name", [
    "create", *(pytest.param(n, marks=pytest.mark.slow) for n in ("update", "replace", "delete"))])
def test_a_failed_write_at_the_end(ground: Ground, name: str, point: str, error: str) -> None:
    action = ACTIONS[name]
    trial = action.trial(ground)
    trial.tally.subject = f"local, {error}"
    trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=f"{point}:1+={error}")
    trial.tally.add("kills")
    data = trial.check_after_fault(had_objects=action.made)
    trial.tally.must(not data.intents, f"{list(data.intents)} are open{trial}")
    trial.check_end(action.expected)


@pytest.mark.fault("F7")
@pytest.mark.parametrize("point", ["marker.before_write", "journal.before_intent"])
@pytest.mark.parametrize("error", [
    "enospc", *(pytest.param(e, marks=pytest.mark.slow) for e in ERRORS[1:])])
def test_a_first_write_that_fails_starts_nothing(ground: Ground, point: str, error: str) -> None:
    trial = ground.trial()
    trial.tally.subject = f"local, {error}"
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=f"{point}:1+={error}")
    trial.tally.add("kills")
    assert done.status == 1, f"{done.tail}{trial}"
    trial.tally.must(not trial.world()["writes"], f"a call was made{trial}")
    trial.check_end(wanted())


@contextmanager
def small_disk(trial: Trial, kilobytes: int) -> Iterator[Callable[[str], None]]:
    """The trial's folder on a disk of its own; what is given mounts it with other options."""
    kept = {path.name: path.read_bytes() for path in trial.stack.iterdir()}
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=700", "none",
                           trial.stack], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip("no right to mount a disk")
    try:
        for name, content in kept.items():
            (trial.stack / name).write_bytes(content)

        def remount(options: str) -> None:
            subprocess.run(["mount", "-o", f"remount,{options}", trial.stack], check=True)

        yield remount
    finally:
        subprocess.run(["umount", "-l", trial.stack], check=True)


def fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\1" * size)
            except OSError:
                continue


@pytest.mark.fault("F7")
@pytest.mark.parametrize("writes", [
    20, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 5, 10, 30, 40, 50, 55))])
def test_a_disk_that_is_full(ground: Ground, writes: int) -> None:
    trial = ground.trial(pace=(0.03, 0.03))
    trial.tally.subject = "local, a full disk"
    with small_disk(trial, 4096):
        running = trial.start("apply", "-auto-approve", "-no-color")
        trial.wait_for(writes)
        fill(trial.stack / "ballast")
        trial.tally.add("kills")
        trial.ended(running.wait())
        data = trial.check_after_fault(had_objects=False)
        trial.tally.must(not data.intents, f"{list(data.intents)} are open{trial}")
        (trial.stack / "ballast").unlink()
        trial.plan_faults(pace=(0, 0))
        trial.check_end(wanted())


@pytest.mark.fault("F7")
@pytest.mark.parametrize("kilobytes", [
    64, *(pytest.param(n, marks=pytest.mark.slow) for n in (16, 32, 48, 96, 128, 192, 256, 512))])
def test_a_disk_that_is_too_small(ground: Ground, kilobytes: int) -> None:
    trial = ground.trial()
    trial.tally.subject = "local, a full disk"
    with small_disk(trial, kilobytes) as remount:
        done = trial.apply()
        trial.tally.add("kills")
        if done.status:
            # Found before the first call.
            trial.tally.must(not trial.world()["writes"], f"a call was made: {done.tail}{trial}")
        remount("size=8m")
        trial.check_end(wanted())


@pytest.mark.fault("F7")
@pytest.mark.parametrize("name", [
    "update", *(pytest.param(n, marks=pytest.mark.slow) for n in ("create", "replace", "delete"))])
def test_a_disk_that_may_not_be_written(ground: Ground, name: str) -> None:
    action = ACTIONS[name]
    trial = action.trial(ground)
    trial.tally.subject = "local, a read-only disk"
    with small_disk(trial, 4096) as remount:
        for path in trial.stack.iterdir():
            path.chmod(0o600)
        remount("ro")
        done = trial.apply()
        trial.tally.add("kills")
        assert done.status == 1, f"{done.tail}{trial}"
        trial.tally.must(not trial.world()["writes"], f"a call was made: {done.tail}{trial}")
        remount("rw")
        trial.check_after_fault(had_objects=action.made)
        trial.check_end(action.expected)


@pytest.mark.fault("F7")
@pytest.mark.parametrize("limit", [
    9001, *(pytest.param(n, marks=pytest.mark.slow)
            for n in (1, 700, 2003, 4001, 6007, 8009, 12007, 16001, 20011, 30011, 40009))])
def test_a_quota_in_the_middle_of_a_line(ground: Ground, limit: int) -> None:
    trial = ground.trial(pace=(0.03, 0.03))
    trial.tally.subject = "local, a quota"
    running = trial.start("apply", "-auto-approve", "-no-color", stdout=os.devnull)
    trial.wait_for(1)
    # No file may grow beyond this any more: a write comes back short, then fails.
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (limit, limit))
    trial.tally.add("kills")
    trial.ended(running.wait())
    trial.check_after_fault(had_objects=False)
    trial.plan_faults(pace=(0, 0))
    trial.check_end(wanted())


@pytest.mark.fault("F7")
@pytest.mark.parametrize("which", ["stdout", "stderr", "both"])
def test_a_full_disk_for_what_is_printed(ground: Ground, which: str) -> None:
    trial = ground.trial()
    trial.tally.subject = "local, no room for the output"
    names = ["stdout", "stderr"] if which == "both" else [which]
    done = trial.ended(trial.start("apply", "-auto-approve", "-no-color",
                                   **dict.fromkeys(names, "/dev/full")).wait())
    trial.tally.add("kills")
    # All was made, and the status says that not all was told (of errors there were none).
    assert done.status == (0 if which == "stderr" else 1), f"{done.tail}{trial}"
    assert which != "stdout" or "Output cannot be written" in done.err
    trial.check_after_fault(had_objects=False)
    trial.check_settled(wanted())
