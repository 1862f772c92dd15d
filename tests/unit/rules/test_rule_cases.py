"""Every rule against its cases of data, at every moment."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rule_world import all_rules, overlay, run, shown, world

from vbrprov.diag import Severity
from vbrprov.sdk import Phase, Verdict

CASES = Path(__file__).parents[2] / "cases" / "rules"
MOMENTS = {"static": ("static",), "plan": ("plan",), "live": ("plan", "apply")}


def _cases() -> Iterator[tuple[str, Phase, dict[str, Any]]]:
    for path in sorted(CASES.glob("*/cases.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in data["case"]:
            specs = {a: s for a, s in data["base"].items() if a not in case.get("without", ())}
            case["specs"] = overlay(specs, case.get("instances", {}))
            for phase in case["phases"]:
                yield path.parent.name, phase, case


def _expected(case: dict[str, Any], phase: str) -> list[str]:
    """What is found at *phase* of what is found at plan."""
    expected: list[str] = case["expect"]
    if phase == "static":
        return [e for e in expected if not e.startswith("unknown") and not e.endswith("repaired")]
    if phase == "apply":
        return [e for e in expected if " refuse " in e]
    return expected


PARAMETERS = [pytest.param(*each, id=f"{each[0]}-{each[1]}-{each[2]['name']}")
              for each in _cases()]


@pytest.mark.parametrize(("rule", "phase", "case"), PARAMETERS)
def test_rule_finds_what_its_case_says(rule: str, phase: Phase, case: dict[str, Any]) -> None:
    findings, diagnostics = run(case["specs"], rule, phase=phase)
    assert shown(findings) == _expected(case, phase)
    if findings:
        text = "\n".join(f"{d.detail} {d.hint}" for d in diagnostics)
        for words in case.get("says", ()):
            assert words in text or (phase == "plan" and not text)
    by_address = {facts.address: facts for facts in world(case["specs"], phase)}
    for finding in findings:
        assert finding.range == by_address[finding.address].range_of(finding.at)
        assert finding.because.endswith(".")
    refused = [d for d in diagnostics if d.severity is Severity.REFUSE]
    if phase == "apply":
        assert len(refused) == len(findings)
        for finding, diagnostic in zip(findings, refused, strict=True):
            undecided = finding.verdict is Verdict.UNKNOWN
            assert ("    attest {" in diagnostic.detail) is undecided


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.rule_id)
def test_every_rule_has_bad_good_and_unknown_cases_that_differ(rule: Any) -> None:
    found: dict[str, set[str]] = {}
    phases: dict[str, set[str]] = {}
    for rule_id, phase, case in _cases():
        if rule_id == rule.rule_id:
            phases.setdefault(case["outcome"], set()).add(phase)
            if phase == "plan":
                findings, _ = run(case["specs"], rule_id)
                verdicts = {f.verdict.value for f in findings if not f.repaired}
                found.setdefault(case["outcome"], set()).add(" ".join(sorted(verdicts)))
    assert found == {"bad": {"violated"}, "good": {""}, "unknown": {"unknown"}}
    for outcome, seen in phases.items():
        wanted = {moment for phase in rule.phases for moment in MOMENTS[phase]}
        assert wanted <= seen, outcome


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.rule_id)
def test_every_rule_explains_itself(rule: Any) -> None:
    for text in (rule.summary, rule.why, rule.hint, rule.bad, rule.good):
        assert text.strip()
    assert rule.source.startswith("https://helpcenter.veeam.com/")
    assert not rule.summary.endswith(".")
    assert rule.reason.endswith(".")
    assert rule.hint.endswith(".")
    assert type(rule).__doc__
