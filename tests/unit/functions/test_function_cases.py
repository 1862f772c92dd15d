"""Values, types and refusals that Terraform 1.11.4 gave for the expressions in cases.json."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vbrprov.evaluate import EvalError
from vbrprov.functions._json import encode
from vbrprov.functions.type import describe
from vbrprov.values import SENSITIVE, Value, is_wholly_known, marks_deep, type_of, unmark_deep

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))


def outcome(run: Callable[..., Value], expression: str) -> dict[str, Any]:
    try:
        value = run(expression)
    except EvalError:
        return {"expr": expression, "error": True}
    if not is_wholly_known(unmark_deep(value)[0]):
        return {"expr": expression, "unknown": True}
    if SENSITIVE in marks_deep(value):
        return {"expr": expression, "sensitive": True}
    shown = re.sub(r"\s+", " ", describe(type_of(value)))
    return {"expr": expression, "json": encode(value), "type": shown}


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_terraform(name: str, run: Callable[..., Value]) -> None:
    assert [outcome(run, case["expr"]) for case in CASES[name]] == CASES[name]


@pytest.mark.parametrize("expression", [
    "pow(2, 1024)", "pow(0, -1)", "pow(-8, 1 / 3)", "log(0, 10)", "log(10, 1)",
    'tonumber("Inf")', 'yamldecode("[.inf]")', 'jsondecode("NaN")',
])
def test_infinity_is_refused(run: Callable[..., Value], expression: str) -> None:
    with pytest.raises(EvalError):
        run(expression)


@pytest.mark.parametrize("expression", [
    'cidrsubnet("10.0.0.0/8", -1, 0)', 'cidrsubnet("10.0.0.0/8", 8, -1)',
    'cidrhost("2001:db8::/32", 79228162514264337593543950336)',
    'cidrnetmask("::ffff:10.0.0.0/104")', 'format("%s", null)', 'jsondecode("1]")',
])
def test_nonsense_that_terraform_takes_is_refused(
    run: Callable[..., Value], expression: str,
) -> None:
    with pytest.raises(EvalError):
        run(expression)
