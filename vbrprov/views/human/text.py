"""Colour and escaping."""

from __future__ import annotations

import re
import textwrap

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36",
          "bold": "1", "dim": "2"}
#: Control characters and those that reorder text: shown escaped, never sent to a terminal.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Style:
    """Paints text, or leaves it alone."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, *names: str) -> str:
        """*text* in the named styles."""
        if not self.colour or not text or not names:
            return text
        return f"\x1b[{';'.join(_CODES[n] for n in names)}m{text}\x1b[0m"


def safe(text: str) -> str:
    """*text* with control and bidirectional characters written as escapes."""
    return _HOSTILE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


#: Columns of text that is no excerpt of anything; Terraform's where no terminal says otherwise.
WIDTH = 78
#: What sets the plan apart from what is said about it.
RULE = "\u2500" * (WIDTH - 1)


def wrapped(text: str) -> str:
    """A paragraph in lines of at most ``WIDTH`` columns."""
    return "".join(f"{line}\n" for line in textwrap.wrap(
        text, WIDTH, break_long_words=False, break_on_hyphens=False))
