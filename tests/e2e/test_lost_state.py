"""Stacks in the sandbox whose state is lost, found again by ``state recover``."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from canary import files, find
from example import Example
from launcher import CHECKOUT, Launcher
from services import Sandbox

PLAN = ("plan", "-sandbox", "-detailed-exitcode", "-no-color")
APPLY = ("apply", "-sandbox", "-auto-approve", "-no-color")
RECOVER = ("state", "recover", "-sandbox", "-auto-approve", "-no-color")
EXAMPLES = ("quickstart", "azure", "google", "minio", "ibm")


def lose(sandbox: Sandbox, *, marker: bool) -> str:
    """Delete all states; the lineage of the last. *marker* says whether its marker stays."""
    [path] = sandbox.states().rglob("*.lineage")
    lineage = str(json.loads(path.read_bytes())["lineage"])
    for found in path.parent.glob("vbrprov.vbrstate*"):
        if not (marker and found == path):
            found.unlink()
    return lineage


@pytest.fixture
def estate(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> Callable[[str], Example]:
    """Makes an example, or another stack of the tests."""

    def make(name: str) -> Example:
        if name in EXAMPLES:
            return Example(name, tmp_path, launcher, sandbox)
        made = Example("google", tmp_path, launcher, sandbox)
        shutil.copy(CHECKOUT / "tests" / name / "main.vbr.hcl", made.folder)
        return made

    return make


def counts(text: str) -> tuple[int, ...]:
    """What a plan adds, changes and destroys."""
    found = re.search(r"Plan: (\d+) to add, (\d+) to change, (\d+) to destroy", text)
    return tuple(map(int, found.groups())) if found else (0, 0, 0)


#: Stack; what a plan adds, changes and destroys after the recovery. It makes each key anew whose
#: secret was told once; and to a user of MinIO, which bears no mark, it sends the secret again.
STACKS = [("quickstart", (1, 1, 1)), ("azure", (0, 0, 0)), ("google", (1, 1, 1)),
          ("minio", (1, 2, 1)), ("ibm", (1, 1, 1)), ("cases/cli/sandbox/repositories", (0, 0, 0))]


def _stacks() -> list[object]:
    """All stacks with and without the marker; those that tell least are slow tests."""
    usual = {("quickstart", True), ("quickstart", False), ("azure", False), ("google", True),
             ("cases/cli/sandbox/repositories", False)}
    return [pytest.param(name, left, marker, id=f"{name}-{'marker' if marker else 'nothing'}",
                         marks=[] if (name, marker) in usual else [pytest.mark.slow])
            for name, left in STACKS for marker in (True, False)]


@pytest.mark.parametrize(("name", "left", "marker"), _stacks())
def test_all_is_found_again(
    estate: Callable[[str], Example], sandbox: Sandbox, name: str, left: tuple[int, ...],
    marker: bool,
) -> None:
    stack = estate(name)
    stack.run(*APPLY)
    lineage = lose(sandbox, marker=marker)
    before = sandbox.writes()
    stack.run(*RECOVER, "-by-name")
    assert sandbox.writes() == before
    planned = stack.run(*PLAN, status=2 if any(left) else 0)
    assert counts(planned.text) == left, planned
    assert "is not kept anywhere (rotation)" in planned.text or not any(left), planned
    if any(left):
        stack.run(*APPLY)
        stack.run(*PLAN, says="No changes.")
    found = lose(sandbox, marker=True)
    assert found[:8] == lineage[:8]
    assert (found == lineage) is marker


def test_what_bears_no_mark_is_recorded_only_when_somebody_says_so(
    estate: Callable[[str], Example], sandbox: Sandbox,
) -> None:
    stack = estate("quickstart")
    stack.run(*APPLY)
    lose(sandbox, marker=True)
    stack.run("state", "recover", "-sandbox", status=1, says="no terminal to ask on")
    stack.run("plan", "-sandbox", status=1, says="vbrprov state recover")
    stack.run(*RECOVER[:3], "-dry-run", says="Nothing was recorded.")
    stack.run("plan", "-sandbox", status=1, says="vbrprov state recover")
    stack.run(*RECOVER, "-stack=00000000", status=1, says="Error: Another stack")
    done = stack.run(*RECOVER, says="5 known by their name alone were left.")
    assert "Recorded 5 objects" in done.text
    listed = stack.run("state", "list", "-sandbox").out.split()
    assert len(listed) == 5
    assert all(address.startswith("veeam_") for address in listed)
    stack.run(*RECOVER, status=1, says="Error: State not lost")


def test_a_plan_that_was_saved_before_is_stale(
    estate: Callable[[str], Example], sandbox: Sandbox,
) -> None:
    """A plan that was saved before does not fit any more."""
    stack = estate("quickstart")
    stack.run(*APPLY)
    stack.run("plan", "-sandbox", "-out=old.plan")
    lose(sandbox, marker=True)
    stack.run(*RECOVER, "-by-name")
    stack.run("apply", "-sandbox", "old.plan", status=1, says="stale")


def test_objects_of_another_stack_are_left_alone(
    estate: Callable[[str], Example], sandbox: Sandbox,
) -> None:
    stack = estate("quickstart")
    stack.run(*APPLY)
    lose(sandbox, marker=False)
    done = stack.run(*RECOVER, "-by-name", "-stack=00000000", "-json")
    found = {o["address"]: o for o in json.loads(done.out)["objects"]}
    foreign = {a for a, o in found.items() if o["result"] == "foreign"}
    # Records of credentials have no names: those of others are not even alike.
    assert foreign == {"veeam_protection_group.workstations", "veeam_amazon_s3_repository.backup",
                       "veeam_agent_backup_policy.workstations"}
    assert not any(found[address]["recorded"] for address in foreign)


def test_what_cannot_be_read_is_an_error_and_the_rest_is_recorded(
    estate: Callable[[str], Example], sandbox: Sandbox,
) -> None:
    stack = estate("quickstart")
    stack.run(*APPLY)
    lose(sandbox, marker=True)
    sandbox.vbr.fault("status", method="GET", path="/api/v1/credentials", status=403, times=-1)
    sandbox.aws_fault("GetUser", code="AccessDenied", times=0)
    done = stack.run(*RECOVER, "-by-name", status=1)
    sandbox.clear_faults()
    assert "Not recorded, because it cannot be read or told from others:" in done.text
    listed = stack.run("state", "list", "-sandbox").out.split()
    assert "veeam_amazon_s3_repository.backup" in listed
    assert "veeam_credentials.computers" not in listed
    assert "aws_iam_user.backup" not in listed


def test_names_that_were_made_up_are_not_guessed(
    estate: Callable[[str], Example], sandbox: Sandbox,
) -> None:
    stack = estate("e2e/stacks/aws")
    stack.run(*APPLY)
    lose(sandbox, marker=False)
    done = stack.run(*RECOVER, "-by-name", "-json", status=1)
    by_result: dict[str, set[str]] = {}
    for item in json.loads(done.out)["objects"]:
        by_result.setdefault(item["result"], set()).add(item["type"])
    assert by_result["marked"] == {"aws_kms_key"}
    assert by_result["failed"] == {"aws_kms_grant", "aws_iam_policy", "aws_iam_instance_profile"}
    assert by_result["waits"] == {"aws_iam_role_policy_attachment",
                                  "aws_iam_group_policy_attachment"}
    assert "absent" not in by_result


def test_no_secret_is_written(
    estate: Callable[[str], Example], sandbox: Sandbox, tmp_path: Path,
) -> None:
    password = 'canary recover/one+"1"&<é>'
    stack = estate("quickstart")
    variables = {"VBRPROV_VAR_computer_password": password}
    stack.run(*APPLY, **variables)
    lose(sandbox, marker=False)
    done = stack.run(*RECOVER, "-by-name", VBRPROV_LOG="debug", **variables)
    planned = stack.run(*PLAN, status=2, VBRPROV_LOG="debug", **variables)
    # What was sent is known by its fingerprint.
    assert counts(planned.text) == (1, 1, 1), planned
    secrets = {"password": password, **sandbox.aws_secrets()}
    assert len(secrets) > 1
    assert find(secrets, (done.text + planned.text).encode()) == []
    for path in files([tmp_path, sandbox.states()]):
        assert find(secrets, path.read_bytes()) == [], path
