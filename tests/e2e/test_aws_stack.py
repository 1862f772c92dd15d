"""A stack of nearly every type of the aws provider, through the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from launcher import CHECKOUT, Launcher, Result
from services import Sandbox

STACK = CHECKOUT / "tests" / "e2e" / "stacks" / "aws" / "main.vbr.hcl"


@pytest.fixture
def run(launcher: Launcher, sandbox: Sandbox, work: Path, tmp_path: Path) -> Any:
    shutil.copy(STACK, work)
    environ = launcher.environment(tmp_path / "home", **sandbox.env)

    def command(*arguments: str) -> Result:
        return launcher.run([*arguments, "-sandbox", "-no-color"], work, environ)

    return command


def test_apply_again_and_destroy(run: Any, sandbox: Sandbox) -> None:
    applied = run("apply", "-auto-approve")
    assert applied.status == 0, applied
    assert "17 added" in applied.out
    again = run("plan", "-detailed-exitcode")
    assert again.status == 0, again
    destroyed = run("destroy", "-auto-approve")
    assert destroyed.status == 0, destroyed
    assert sandbox.client("iam").list_users()["Users"] == []
    assert sandbox.client("s3").list_buckets()["Buckets"] == []


def test_a_key_that_is_not_due_stays(run: Any, sandbox: Sandbox, work: Path) -> None:
    assert run("apply", "-auto-approve").status == 0
    before = sandbox.aws_secrets()
    stack = work / STACK.name
    text = stack.read_text(encoding="utf-8")
    stack.write_text(text.replace("rotate_after = 90", "rotate_after = 1"), encoding="utf-8")
    changed = run("apply", "-auto-approve")
    assert changed.status == 0, changed
    assert "1 changed" in changed.out
    assert sandbox.aws_secrets() == before
    assert all(secret not in changed.text for secret in before.values())
