"""Every case of ``syntax.json``: read or refused, and on which line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vbrprov.syntax import decode_source, parse_config

CASES = json.loads(Path(__file__).with_name("syntax.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_file(case: dict[str, Any]) -> None:
    source, diags = decode_source("main.vbr.hcl", case["text"].encode())
    if not diags:
        diags = parse_config(source)[1]
    lines = [found.subject.start.line for found in diags if found.subject]
    assert bool(lines) == (case["expect"] == "reject")
    if "reference_line" in case:
        assert min(lines) == case["reference_line"]
