"""The crash test's table can fail: a lost object, too few trials, a failed test, no server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from matrix import ROWS, Line

HARNESS = Path(__file__).parent / "harness"
TRIAL = """
import pytest

@pytest.mark.fault("F14")
def test_it(request):
    request.node.user_properties.append(("tally", {
        "subject": "here", "counts": COUNTS, "figures": [("seconds", 1.5)]}))
    BODY
"""


def table(folder: Path, counts: dict[str, int], body: str = "pass") -> tuple[
        int, str, dict[str, Any]]:
    (folder / "test_one.py").write_text(
        TRIAL.replace("COUNTS", repr(counts)).replace("BODY", body), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = fault\n", encoding="utf-8")
    places = os.pathsep.join(map(str, (HARNESS, HARNESS.parents[1] / "harness")))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "matrix", "-p", "no:cacheprovider",
         "--rootdir", folder, "--matrix-json", folder / "table.json", "test_one.py"],
        cwd=folder, env={**os.environ, "PYTHONPATH": places}, capture_output=True, text=True,
        check=False)
    [row] = json.loads((folder / "table.json").read_text(encoding="utf-8"))["rows"]
    return done.returncode, done.stdout, row


def test_a_bar_that_is_met(tmp_path: Path) -> None:
    status, text, row = table(tmp_path, {"trials": 2, "made": 80})
    assert (status, row["verdict"], row["made"]) == (0, "met", 80), text
    assert "F14, here: seconds: 1.50" in text
    assert "0 bars missed" in text


@pytest.mark.parametrize("column", ["lost", "doubled", "forks", "broken", "failed"])
def test_each_count_that_must_be_zero(column: str) -> None:
    line = Line(ROWS["F14"], "here", Counter({"trials": 2, column: 1}))
    assert line.verdict(part=False) == line.verdict(part=True) == f"MISSED: {column}"


def test_a_bar_that_is_missed(tmp_path: Path) -> None:
    status, text, row = table(tmp_path, {"trials": 2, "lost": 1, "doubled": 3})
    assert (status, row["verdict"]) == (1, "MISSED: lost, doubled"), text


def test_too_few_trials_miss_the_bar_of_the_whole_only() -> None:
    line = Line(ROWS["F14"], "here", Counter({"trials": 1}))
    assert line.verdict(part=False) == "MISSED: only 1 trials"
    assert line.verdict(part=True) == "met"


def test_a_trial_that_breaks_off_is_named_with_its_command(tmp_path: Path) -> None:
    status, text, row = table(tmp_path, {"trials": 2}, "assert False")
    assert (status, row["verdict"]) == (1, "MISSED: 1 tests failed"), text
    assert "-m pytest 'test_one.py::test_it'" in text


def test_a_row_that_nothing_ran_of(tmp_path: Path) -> None:
    status, text, row = table(tmp_path, {}, "pytest.skip('no npm')")
    assert (status, row["verdict"]) == (0, "not run: no npm"), text
