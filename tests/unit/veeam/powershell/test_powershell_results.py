"""Results: only what exactly this step printed is taken."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from vbrprov.sdk import ProviderError
from vbrprov_veeam.powershell.results import parse

STEP = "a" * 64


def result(report: Any = None, **fields: Any) -> str:
    body = json.dumps({"address": "t.x", "ok": True, "changed": True, "found": {"a": 1},
                       **(report or {})})
    whole = {"vbrprov_result": 1, "step": STEP, "report": body,
             "proof": hashlib.sha256((STEP + body).encode()).hexdigest(), **fields}
    return json.dumps(whole)


@pytest.mark.parametrize("around", ["{}", "WARNING: x\n{}\n", "{}\r\n\r\n", "[1]\n{}\nnull\n5\n"])
def test_a_result_among_other_lines(around: str) -> None:
    found = parse(around.replace("{}", result()), step=STEP, address="t.x")
    assert (found.found, found.changed) == ({"a": 1}, True)


def test_the_last_result_counts() -> None:
    text = result({"ok": False, "error": "first"}) + "\n" + result()
    assert parse(text, step=STEP, address="t.x").found == {"a": 1}


@pytest.mark.parametrize(("text", "summary"), [
    ("", "Result is not readable"),
    ("nothing", "Result is not readable"),
    ("{}", "Result is not readable"),
    ("[" * 100_000, "Result is not readable"),
    (result(vbrprov_result=2), "Result is not readable"),
    (result(step="b" * 64), "Result of another step"),
    (result(step=None), "Result of another step"),
    (result(step={}), "Result of another step"),
    (result({"address": "t.y"}), "Result of another step"),
    (result(proof="0" * 64), "Result was altered"),
    (result(proof=None), "Result was altered"),
    (result().replace('"report": "', '"report": 5, "x": "'), "Result was altered"),
    (result().replace('\\"a\\": 1', '\\"a\\": 2'), "Result was altered"),
    (result({"ok": False, "error": "No rights."}), "The PowerShell step failed"),
    (result({"ok": "true"}), "The PowerShell step failed"),
    (result({"ok": 1}), "The PowerShell step failed"),
    (result({"found": [1]}), "Result is not readable"),
])
def test_what_is_refused(text: str, summary: str) -> None:
    with pytest.raises(ProviderError) as caught:
        parse(text, step=STEP, address="t.x")
    assert caught.value.summary == summary
    assert caught.value.detail


def test_the_reason_of_a_failure_is_told() -> None:
    with pytest.raises(ProviderError, match=r"t\.x: No rights\."):
        parse(result({"ok": False, "error": "No rights."}), step=STEP, address="t.x")
