"""The rules as a whole: nothing of the catalogue is missing, and every statement is held up."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from rule_world import all_rules, overlay, run

from vbrprov.sdk import Rule

HERE = Path(__file__).parents[2] / "cases"


def _read(name: str, key: str) -> list[dict[str, Any]]:
    text = (HERE / "rules_catalogue" / name).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)[key]
    return found


CATALOGUE = _read("catalogue.toml", "rule")
WALK = _read("walk.toml", "statement")
RULES = {rule.rule_id: rule for rule in all_rules()}


def _cases(rule_id: str) -> list[dict[str, Any]]:
    text = (HERE / "rules" / rule_id / "cases.toml").read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = tomllib.loads(text)["case"]
    return cases


def _severities(rule_id: str) -> set[str]:
    """The severities of all violations in the bad cases of a rule."""
    return {said.split()[1] for case in _cases(rule_id) if case["outcome"] == "bad"
            for said in case["expect"] if said.startswith("violated") and "repaired" not in said}


def test_rules_and_catalogue_have_the_same_ids() -> None:
    assert sorted(RULES) == [entry["id"] for entry in CATALOGUE]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry["id"])
def test_a_rule_is_as_the_catalogue_says(entry: dict[str, Any]) -> None:
    rule = RULES[entry["id"]]
    assert {case["outcome"] for case in _cases(rule.rule_id)} == {"bad", "good", "unknown"}
    assert list(rule.phases) == entry["phases"]
    if entry["severities"]:
        assert rule.severity.value in entry["severities"]
        assert _severities(rule.rule_id) == set(entry["severities"])
    else:
        assert type(rule).order is not Rule.order


def test_the_walk_has_every_statement_of_the_page() -> None:
    assert [statement["number"] for statement in WALK] == list(range(1, 36))
    assert all(statement["rules"] for statement in WALK
               if statement["kind"] not in ("information", "order"))


@pytest.mark.parametrize("statement", WALK, ids=lambda statement: str(statement["number"]))
def test_each_statement_is_held_up_by_rules_that_find_its_violation(
    statement: dict[str, Any],
) -> None:
    for rule_id in statement["rules"]:
        bad = [case for case in _cases(rule_id) if case["outcome"] == "bad"]
        assert bad
        base = tomllib.loads((HERE / "rules" / rule_id / "cases.toml").read_text(
            encoding="utf-8"))["base"]
        for case in bad:
            specs = {a: s for a, s in base.items() if a not in case.get("without", ())}
            assert run(overlay(specs, case.get("instances", {})), rule_id)[0], case["name"]
