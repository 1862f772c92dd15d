"""The second net: takes every secret of this run out of every text that leaves the program."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vbrprov.secrets.spellings import MIN_LENGTH, parts, spellings

if TYPE_CHECKING:
    import logging

MASK = "(sensitive)"
#: What a layout puts between the words of a text that it breaks into lines.
_GAP = r"[\s│|>]+"


class Redactor:
    """Knows the secrets of a run and masks them in text."""

    def __init__(self) -> None:
        self._spellings: list[str] = []
        self._known: set[str] = set()
        self._revealed: list[str] = []
        #: The words of those spellings that a layout can break, longest first.
        self._broken: list[tuple[str, ...]] = []
        self._lock = threading.Lock()
        self._held = threading.local()

    def add(self, secret: str) -> None:
        """Remember a secret; short ones are left to the marks of values."""
        if len(secret) < MIN_LENGTH or secret in self._known:
            return
        with self._lock:
            fresh = {each for each in (secret, *parts(secret))
                     if len(each) >= MIN_LENGTH} - self._known
            self._known |= fresh
            merged = set(self._spellings).union(*map(spellings, fresh))
            # Longest first, so that a part never uncovers the rest.
            self._spellings = sorted(merged, key=len, reverse=True)
            self._broken = list(dict.fromkeys(
                words for each in self._spellings if len(words := tuple(each.split())) > 1))

    def add_made_of(self, value: str) -> None:
        """Remember what was worked out of secrets, unless masking these is enough."""
        if not any(secret in value for secret in tuple(self._known)):
            self.add(value)

    def reveal(self, text: str) -> None:
        """Leave a text alone wherever it stands as a whole.

        It is to be shown although it holds a secret, which stays hidden everywhere else.
        """
        if text in self._revealed or not any(s in text for s in self._spellings):
            return
        with self._lock:
            merged = {*self._revealed, text, *spellings(text)}
            self._revealed = sorted(merged, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """*text* with every known secret masked."""
        if self._revealed:
            shown = re.compile("|".join(map(re.escape, self._revealed)))
            parts, start = [], 0
            for found in shown.finditer(text):
                parts += [self._masked(text[start:found.start()]), found[0]]
                start = found.end()
            return "".join([*parts, self._masked(text[start:])])
        return self._masked(text)

    def _masked(self, text: str) -> str:
        for spelling in self._spellings:
            if spelling in text:
                text = text.replace(spelling, MASK)
        for words in self._broken:
            if all(word in text for word in words):
                text = re.sub(_GAP.join(map(re.escape, words)), MASK, text)
        return text

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold back what this thread logs until the end of the block.

        For calls whose answers hold secrets that only the answer itself makes known.
        """
        held: list[tuple[logging.Handler, logging.LogRecord]] = []
        self._held.records = held
        try:
            yield
        finally:
            self._held.records = None
            for handler, record in held:
                handler.handle(record)

    def filter(self, handler: logging.Handler) -> logging.Filter:
        """A filter for *handler* that redacts records, arguments included."""
        import logging

        redactor = self

        class _Filter(logging.Filter):
            def filter(self, record: logging.LogRecord) -> bool:
                held = getattr(redactor._held, "records", None)
                if held is not None:
                    held.append((handler, record))
                    return False
                record.msg = redactor.redact(record.getMessage())
                record.args = ()
                if record.exc_info:
                    record.exc_text = redactor.redact(
                        logging.Formatter().formatException(record.exc_info))
                    record.exc_info = None
                return True

        return _Filter()
