"""'Did you mean' suggestions, at a cost that does not grow with the number of mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

#: A longer name is no slip of the finger, and comparing letters is quadratic.
_LONGEST: Final = 100
#: Candidates that are looked at for one name.
_MOST_CANDIDATES: Final = 10_000
#: What comparing two words costs beside looking at the length of one.
_COMPARISON: Final = 200


class Allowance:
    """The work that suggestions of one command may cost, about half a second of it.

    Thousands of undeclared names among thousands of declared ones would take minutes, for hints
    that nobody reads: the first ones get them.
    """

    WORK: Final = 4_000_000

    def __init__(self) -> None:
        self.left = self.WORK

    def renew(self) -> None:
        """Begin anew: with the next line of a console, say."""
        self.left = self.WORK


#: A process runs one command, so it has one allowance.
allowance: Final = Allowance()


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A sentence that names the closest known word, or an empty string when none is close."""
    from difflib import get_close_matches

    if len(given) > _LONGEST or allowance.left <= 0:
        return ""
    words = list(islice(known, _MOST_CANDIDATES))
    # Words whose lengths differ more than this cannot be close: the ratio of letters in common.
    lower, upper = len(given) * 3 / 7, len(given) * 7 / 3
    words_near = [word for word in words if lower <= len(word) <= upper]
    allowance.left -= len(words) + _COMPARISON * len(words_near)
    affordable = len(words_near) + min(0, allowance.left) // _COMPARISON
    close = get_close_matches(given, words_near[:affordable], n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else ""
