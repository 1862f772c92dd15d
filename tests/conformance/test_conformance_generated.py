"""The generated cases: the same answers as Terraform, but for the deviations that are known."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from expressions import sections
from notplain import UNKNOWNS
from quoting import folded, loads, same
from reference import Reference, Reply, find
from sessions import Ours, Session

HERE = Path(__file__).parent
KINDS = ("expressions", "templates", "variables", "unknowns")


@pytest.fixture(scope="session")
def generated() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "generated.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def deviations() -> dict[str, dict[str, str]]:
    found: dict[str, Any] = json.loads((HERE / "deviations.json").read_text(encoding="utf-8"))
    return {text: found["reasons"][key] for key, texts in found["cases"].items() for text in texts}


def answer(kind: str, text: str, session: Session, ours: Ours) -> Reply:
    """Our answer in the form of the reference's."""
    if kind == "unknowns":
        found = session.ask(text)
        return [] if found.error else [found.text]
    if kind == "variables":
        session, text = ours.open(f'variable "v" {{\n{text}}}\n'), "var.v"
    value = session.json(text)
    if value.error:
        return []
    return [value.text] if kind == "templates" else [value.text, session.type(text)]


def agree(kind: str, got: Reply, want: Reply) -> bool:
    """Whether two answers are the same; numbers in JSON count by value."""
    if len(got) != len(want) or not want:
        return len(got) == len(want)
    if kind == "unknowns":
        return got == want
    exact = same(loads(got[0]), loads(want[0])) == "exact"
    return exact and got[1:] == [folded(t) for t in want[1:]]


def differences(kind: str, replies: dict[str, Reply], ours: Ours, config: str) -> dict[str, Any]:
    """The texts that are answered otherwise, with both answers."""
    session = ours.open(config if kind == "unknowns" else "")
    out = {}
    for text, want in replies.items():
        got = answer(kind, text, session, ours)
        if not agree(kind, got, want):
            out[text] = {"want": want, "got": got}
    return out


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_terraforms(
    kind: str, generated: dict[str, Any], deviations: dict[str, str], ours: Ours,
) -> None:
    found = differences(kind, generated[kind], ours, generated["config"])
    new = {text: both for text, both in found.items() if text not in deviations}
    assert not new, json.dumps(new, indent=1, ensure_ascii=False)[:5000]
    gone = [text for text in deviations if text in generated[kind] and text not in found]
    assert not gone, "these do not deviate any more"


@pytest.mark.slow
@pytest.mark.terraform
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_fresh_ones_are_answered_alike(kind: str, ours: Ours) -> None:
    program = find()
    if program is None:
        pytest.skip("there is no terraform")
    seed = random.randrange(2**32)
    texts = sections(seed, 200)[kind]
    replies = getattr(Reference(program), kind)(texts)
    found = differences(kind, replies, ours, UNKNOWNS)
    # What deviates on purpose turns up by chance, too.
    assert len(found) <= len(replies) * 0.08, json.dumps({"seed": seed, **found}, indent=1)[:5000]
