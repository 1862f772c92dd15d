"""Unicode's normal form C in time that does not grow with the square of a text.

CPython sorts the marks on one character by insertion, and a text may have very many of them.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final
from unicodedata import combining, normalize

#: Shorter texts are normalized as they are.
_LONG: Final = 2_000


def nfc(text: str) -> str:
    """*text* in normal form C."""
    if text.isascii():
        return text
    return normalize("NFC", _ordered(text) if len(text) > _LONG else text)


def _ordered(text: str) -> str:
    """*text* with the marks on each character in the order that the normal form asks for."""
    return "".join("".join(sorted(run, key=combining) if marks else run)
                   for marks, run in groupby(text, key=lambda char: combining(char) != 0))
