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
