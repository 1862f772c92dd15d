"""Runs every case of ``tests/cases/cli``."""

from __future__ import annotations

from pathlib import Path

import pytest
from case import Case, CaseRun, all_cases
from hands import Hands
from launcher import Launcher
from services import Sandbox


@pytest.mark.parametrize("name", all_cases())
def test_case(
    name: str, launcher: Launcher, work: Path, tmp_path: Path, request: pytest.FixtureRequest,
) -> None:
    case = Case(name)
    env = launcher.environment(tmp_path / "home")
    if not case.needs_sandbox:
        CaseRun(case, work, launcher, env, {}).run()
        return
    sandbox: Sandbox = request.getfixturevalue("sandbox")
    names = {"vbr_url": sandbox.veeam["url"], "vbr_fingerprint": sandbox.veeam["fingerprint"],
             "vbr_username": sandbox.veeam["username"], "vbr_password": sandbox.veeam["password"],
             "aws_endpoint": sandbox.aws["endpoint"]}
    CaseRun(case, work, launcher, env | sandbox.env, names, outside=sandbox.writes,
            watched=(sandbox.states(),), hand=Hands(sandbox, work)).run()
