"""How wide text is, in characters as a reader counts them."""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"


def columns(text: str) -> int:
    """The number of characters in *text*, marks and joined symbols counted with their base.

    Follows https://www.unicode.org/reports/tr29/ as far as alignment needs it.
    """
    if text.isascii():
        return len(text) - text.count("\r\n")
    count = 0
    flag = False
    before = ""
    for char in text:
        code = ord(char)
        if 0x1F1E6 <= code <= 0x1F1FF:
            # Two regional indicators make one flag.
            flag = not flag
            count += flag
        else:
            flag = False
            joined = before == _JOINER and code >= 0x2190
            count += not (joined or (before == "\r" and char == "\n")
                          or (before and _extends(char, code)))
        before = char
    return count


def _extends(char: str, code: int) -> bool:
    """Whether *char* belongs to the character before it."""
    return (
        char == _JOINER or 0x1160 <= code <= 0x11FF or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F or unicodedata.category(char) in ("Mn", "Me", "Mc")
    )
