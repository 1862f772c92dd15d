"""What a trial saw, in numbers: the crash test sums them up by row of the fault matrix."""

from __future__ import annotations

from collections import Counter
from typing import Any

#: ``kills`` are faults that struck; ``made`` are objects that came into being; ``lost`` exist and
#: are neither recorded nor announced, or are recorded and do not exist; ``doubled`` exist and
#: nobody wants them; ``forks`` are second histories of one state; ``broken`` are all other
#: violations of an invariant; ``failed`` are next applies that did not end well.
COLUMNS = ("trials", "kills", "made", "lost", "doubled", "forks", "broken", "failed")


class Tally:
    """Counts of one test; empty for tests that are no trials of a fault."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        #: Where the state was kept, and what else tells one line of a row from another.
        self.subject = "local"
        #: Figures: what was measured, seconds or a rate.
        self.figures: list[tuple[str, float]] = []

    def add(self, column: str, number: int = 1) -> None:
        """Count."""
        assert column in COLUMNS, column
        self.counts[column] += number

    def none(self, column: str, number: int, message: str) -> None:
        """Count what must not be; an assertion fails if there is any."""
        self.add(column, number)
        assert not number, message

    def must(self, holds: bool, message: str, column: str = "broken") -> None:
        """Count an invariant that does not hold; an assertion fails then."""
        self.none(column, 0 if holds else 1, message)

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {"subject": self.subject, "counts": dict(self.counts), "figures": self.figures}
