"""Suggestions are bounded: what they cost is counted, never timed."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from vbrprov.diag import did_you_mean
from vbrprov.diag.suggest import allowance


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many words each look for close matches went through."""
    seen: list[int] = []
    original = difflib.get_close_matches

    def counted(word: str, words: list[str], **options: Any) -> list[str]:
        seen.append(len(words))
        return original(word, words, **options)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    return seen


def test_the_closest_word_is_named() -> None:
    assert did_you_mean("buckt", ["other", "bucket", "buckets"]) == 'Did you mean "bucket"?'
    assert did_you_mean("xyz", ["bucket"]) == ""


def test_thousands_of_mistakes_compare_no_more_words_than_allowed(compared: list[int]) -> None:
    known = [f"name_{index}" for index in range(3_000)]
    hints = [did_you_mean(f"nama_{index}", known) for index in range(3_000)]
    assert hints[0] == 'Did you mean "name_0"?'
    assert hints[-1] == ""
    assert sum(compared) <= allowance.WORK // 200


def test_words_of_another_length_are_not_compared(compared: list[int]) -> None:
    did_you_mean("ab", ["a" * 50, "b" * 50])
    assert compared == [0]


def test_very_long_names_are_not_compared(compared: list[int]) -> None:
    assert did_you_mean("a" * 5_000, ["a" * 5_001]) == ""
    assert compared == []
