"""Patterns with ``*`` and ``?``, of actions, resources and values."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    # Stars in a row mean one star, and cost exponential time when they are not taken as one.
    text = re.sub(r"\*+", "*", pattern)
    body = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text)
    return re.compile(body, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether *text* is what *pattern* describes; names of actions ignore case, others do not."""
    if pattern == "*":
        return True
    if "*" not in pattern and "?" not in pattern:
        return pattern.lower() == text.lower() if ignore_case else pattern == text
    if pattern.count("*") > _MANY:
        return _by_table(pattern.lower() if ignore_case else pattern,
                         text.lower() if ignore_case else text)
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


#: With more stars than this a regular expression may take very long.
_MANY = 4


def covers(wider: str, narrower: str) -> bool:
    """Whether every text that *narrower* describes is described by *wider* too.

    What it says yes to is so; in rare forms (``*?`` against ``?*``) it may miss one.
    """
    return _by_table(re.sub(r"\*+", "*", wider), re.sub(r"\*+", "*", narrower))


def _by_table(pattern: str, text: str) -> bool:
    """Match character by character; a star or question mark in *text* stands for itself.

    Then a star of the text is matched by a star of the pattern only, and a question mark by either.
    """
    reach = {0}
    for char in pattern:
        if char == "*":
            reach = set(range(min(reach), len(text) + 1)) if reach else reach
        else:
            reach = {at + 1 for at in reach if at < len(text) and (
                text[at] == char or (char == "?" and text[at] != "*"))}
        if not reach:
            return False
    return len(text) in reach


def overlaps(left: str, right: str) -> bool:
    """Whether some text is described by both patterns."""
    reach = {(0, 0)}
    seen = set(reach)
    while reach:
        at, other = reach.pop()
        if at == len(left) and other == len(right):
            return True
        for step in _steps(left, right, at, other):
            if step not in seen:
                seen.add(step)
                reach.add(step)
    return False


def _steps(left: str, right: str, at: int, other: int) -> list[tuple[int, int]]:
    a = left[at] if at < len(left) else ""
    b = right[other] if other < len(right) else ""
    out = []
    if a == "*":
        out.append((at + 1, other))
    if b == "*":
        out.append((at, other + 1))
    if a and b:
        if a == "*" and b != "*":
            out.append((at, other + 1))
        elif b == "*" and a != "*":
            out.append((at + 1, other))
        elif a == b or "?" in (a, b):
            out.append((at + 1, other + 1))
    return out
