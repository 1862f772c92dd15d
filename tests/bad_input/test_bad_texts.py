"""Configurations that are too deep, too long, broken or malicious."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import accepted, contents, refused
from launcher import Launcher
from texts import EVALUATION, SYNTAX, Bad

#: These use a limit up that takes seconds to reach.
LONG = {"for-in-for", "joins"}
CASES = [pytest.param(name, bad, id=name, marks=[pytest.mark.slow] if name in LONG else [])
         for name, bad in {**SYNTAX, **EVALUATION}.items()]


@pytest.mark.parametrize(("name", "bad"), CASES)
def test_a_bad_text(name: str, bad: Bad, launcher: Launcher, work: Path,
                    env: dict[str, str]) -> None:
    (work / "main.vbr.hcl").write_bytes(bad.text)
    # A default of a variable is evaluated by validate, an output only by plan.
    result = launcher.run(["plan", "-no-color"], work, env)
    if bad.says:
        refused(result, bad.says, bad.never)
        assert len(result.err) < 10_000
    else:
        accepted(result)
    assert contents(work) == {"main.vbr.hcl"}
