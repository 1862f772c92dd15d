"""The second net: takes every secret of this run out of every text that leaves the program."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

MASK = "(sensitive)"
#: Shorter secrets are not searched for: they would black out ordinary words.
MIN_LENGTH = 6


def spellings(secret: str) -> set[str]:
    """The ways in which a secret may show: raw, base64, URL, JSON, hex, HTML and XML."""
    # Imported here: most runs have no secret, and these cost more than a small plan.
    import base64
    import html
    import json
    import urllib.parse

    raw = secret.encode("utf-8", "surrogatepass")
    found = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        html.escape(secret),
        html.escape(secret, quote=False),
        raw.hex(),
        raw.hex().upper(),
    }
    # Base64 of the secret inside a longer text depends on where it starts: three variants.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode()
        start = (shift * 8 + 5) // 6 + (1 if shift else 0)
        core = encoded[start:].rstrip("=")
        core = core[:-1] if len(raw) % 3 or shift else core
        if len(core) >= MIN_LENGTH:
            found.add(core)
            found.add(core.replace("+", "-").replace("/", "_"))
    return {s for s in found if len(s) >= MIN_LENGTH}


class Redactor:
    """Knows the secrets of a run and masks them in text."""

    def __init__(self) -> None:
        self._spellings: list[str] = []
        self._known: set[str] = set()
        self._revealed: list[str] = []
        self._lock = threading.Lock()

    def add(self, secret: str) -> None:
        """Remember a secret; short ones are left to the marks of values."""
        if len(secret) < MIN_LENGTH or secret in self._known:
            return
        with self._lock:
            self._known.add(secret)
            merged = set(self._spellings) | spellings(secret)
            # Longest first, so that a part never uncovers the rest.
            self._spellings = sorted(merged, key=len, reverse=True)

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
            import re

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
        return text

    def filter(self) -> logging.Filter:
        """A logging filter that redacts records, arguments included."""
        import logging

        redactor = self

        class _Filter(logging.Filter):
            def filter(self, record: logging.LogRecord) -> bool:
                record.msg = redactor.redact(record.getMessage())
                record.args = ()
                if record.exc_info:
                    record.exc_text = redactor.redact(
                        logging.Formatter().formatException(record.exc_info))
                    record.exc_info = None
                return True

        return _Filter()
