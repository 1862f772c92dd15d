"""Three-valued logic, facts and choices."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbrprov.sdk import Choice, Facet, Fact, Truth, Verdict

NO, MAYBE, YES = Truth.NO, Truth.UNKNOWN, Truth.YES


def worlds(truth: Truth) -> set[bool]:
    """What a condition may turn out to be."""
    return {NO: {False}, YES: {True}, MAYBE: {False, True}}[truth]


def folded(outcomes: set[bool]) -> Truth:
    """The condition that may turn out so."""
    return MAYBE if len(outcomes) == 2 else Truth.of(outcomes.pop())


@pytest.mark.parametrize(("left", "right"), list(product(Truth, Truth)))
def test_operators_agree_with_all_ways_it_may_turn_out(left: Truth, right: Truth) -> None:
    pairs = list(product(worlds(left), worlds(right)))
    assert left & right is folded({a and b for a, b in pairs})
    assert left | right is folded({a or b for a, b in pairs})


@pytest.mark.parametrize(("truth", "opposite"), [(NO, YES), (YES, NO), (MAYBE, MAYBE)])
def test_not(truth: Truth, opposite: Truth) -> None:
    assert ~truth is opposite


@given(st.lists(st.sampled_from(Truth)))
def test_any_and_all_are_each_others_opposite(conditions: list[Truth]) -> None:
    assert Truth.any(conditions) is ~Truth.all(~c for c in conditions)


def test_of_nothing() -> None:
    assert Truth.any([]) is NO
    assert Truth.all([]) is YES


def test_a_truth_is_never_taken_for_a_bool() -> None:
    with pytest.raises(TypeError, match="compare it with"):
        bool(MAYBE)


def test_verdicts() -> None:
    assert [Verdict.of(t) for t in (YES, NO, MAYBE)] == [
        Verdict.VIOLATED, Verdict.SATISFIED, Verdict.UNKNOWN]


def test_facts() -> None:
    assert Fact("a").equals("a") is YES
    assert Fact("a").equals("b") is NO
    assert Fact[str].unknown().equals("a") is MAYBE
    assert Fact[bool](None).is_true is NO
    assert Fact[int](None).holds(lambda n: n > 1, absent=True) is YES


@pytest.mark.parametrize(("fact", "text"), [
    (Fact("x"), '"x"'), (Fact(True), "true"), (Fact(None), "not set"),
    (Fact.unknown(), "(known after apply)"), (Fact.unknown("Ask."), "(not readable)"),
    (Fact("geheim", sensitive=True), "(sensitive)"),
])
def test_how_a_fact_is_shown(fact: Fact[object], text: str) -> None:
    assert fact.shown == text


def test_drift_needs_a_record() -> None:
    live = Fact("Suspended")
    assert Facet(live, live).drifted is NO
    assert Facet(live, live, Fact("Enabled")).drifted is YES
    assert Facet(live, Fact.unknown("Denied."), Fact("Enabled")).drifted is MAYBE
    assert Facet(Fact("Enabled"), live, Fact("Enabled")).restored is YES
    assert Facet(live, live, Fact("Enabled")).restored is NO


@pytest.mark.parametrize(("found", "is_open", "expected"), [
    ([], False, NO), ([], True, NO), ([YES], False, YES), ([YES], True, MAYBE),
    ([NO, NO], True, NO), ([YES, YES], False, YES), ([YES, NO], False, MAYBE),
    ([MAYBE], False, MAYBE),
])
def test_what_holds_for_a_choice(found: list[Truth], is_open: bool, expected: Truth) -> None:
    choice = Choice(tuple(range(len(found))), is_open)  # type: ignore[type-var]  # any options do
    assert choice.holds(lambda i: found[i]) is expected
