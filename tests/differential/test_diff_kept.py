"""What once was answered differently is answered as Terraform does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from comparing import Pair
from configurations import Step
from expressions_alike import alike, answer
from programs import play
from sessions import Session
from verdict import Said, judge

KEPT: dict[str, Any] = json.loads(
    Path(__file__).with_name("kept.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", KEPT["expressions"])
def test_an_expression(text: str, session: Session) -> None:
    got = answer(text, session)
    want = KEPT["expressions"][text]
    if "abspath" in text and want:
        assert got, "an absolute path depends on the folder"
        return
    assert alike(got, want), f"{got}, Terraform: {want}"


@pytest.mark.parametrize("name", KEPT["configurations"])
def test_a_configuration(name: str, pair: Pair, tmp_path: Path) -> None:
    kept = KEPT["configurations"][name]
    steps = [Step.of(*step) for step in kept["steps"]]
    said = [Said(**each) for each in kept["said"]]
    assert not judge(said, play(pair.ours, steps, tmp_path)).difference
