"""Whole setups against all rules at once: what is refused, and that nothing else is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from rule_world import run

from vbrprov.diag import Severity

SEEDS = Path(__file__).parents[2] / "cases" / "rules_catalogue" / "seeds.toml"
CASES = tomllib.loads(SEEDS.read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_setup_is_judged_as_the_vendor_says(case: dict[str, Any]) -> None:
    findings, _ = run(case["instances"])
    found = [f"{f.rule_id} {f.verdict.value} {f.severity.value} {f.address}" for f in findings
             if f.severity is not Severity.NOTE]
    # Some name the object as well.
    parts = [len(said.split()) for said in sorted(case["expect"])]
    assert len(found) == len(parts)
    assert [" ".join(said.split()[:n]) for said, n in zip(sorted(found), parts, strict=True)
            ] == sorted(case["expect"])
