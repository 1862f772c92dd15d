"""A slice of the campaign, and fresh texts: both programs answer alike."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from comparing import Pair, texts
from configurations import Maker
from expressions_alike import Theirs, alike, answer, fault, meant_so
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sessions import Session
from verdict import judge

pytestmark = pytest.mark.terraform
#: As many expressions, and these configurations, each time.
COUNT, SEEDS = 400, (1000, 1007, 1016)


def _check(asked: list[str], terraform: str, folder: Path, session: Session) -> float:
    """All expressions agree; the share that Terraform accepted."""
    replies = Theirs(terraform, jobs=1, folder=folder).answers(asked)
    wrong = {}
    for text in asked:
        got = answer(text, session)
        if not alike(got, replies[text]) and not meant_so(
                text, replies[text], got, fault(text, session)):
            wrong[text] = replies[text], got
    assert not wrong
    return sum(map(bool, replies.values())) / len(asked)


def test_expressions(terraform: str, folder: Path, session: Session) -> None:
    assert _check(texts(2, COUNT), terraform, folder, session) > 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_configurations(seed: int, terraform: str, pair: Pair) -> None:
    assert not judge(*pair.ask(Maker(random.Random(seed)).steps())).difference


@pytest.mark.slow
@pytest.mark.timeout(1200)
@given(st.integers(0, 2**32))
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fresh_expressions(terraform: str, folder: Path, session: Session, seed: int) -> None:
    _check(texts(seed, 200), terraform, folder, session)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@given(st.integers(0, 2**32))
@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fresh_configurations(terraform: str, pair: Pair, seed: int) -> None:
    assert not judge(*pair.ask(Maker(random.Random(seed)).steps())).difference
