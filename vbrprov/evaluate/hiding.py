"""Keeping marked values out of error texts that quote what was wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vbrprov.values import ConversionError, ListV, MapV, SetV, Value, mark, to_string
from vbrprov.values.value import Mark, Marked

HIDDEN = "(sensitive value)"
_QUOTED = re.compile(r"""(["'])((?:(?!\1).)+)\1""", re.DOTALL)
_WORD = re.compile(r"[^\s\"'(),;]+")
#: Shorter parts of a secret are words and numbers that a text has of itself.
_TELLING = 5


def without_secrets(text: str, values: Iterable[Value]) -> str:
    """*text* with every marked part of *values*, and every telling piece of one, left out.

    An error text quotes a value whole, cut off, or the part of it that is wrong.
    """
    secrets = sorted({s for value in values for s in _marked_texts(value, hidden=False) if s},
                     key=len, reverse=True)
    for secret in secrets:
        text = _hide(text, secret)
    return text


def why_not(error: ConversionError, value: Value, marks: Iterable[Mark]) -> str:
    """Why a value that carried *marks* does not convert, without the value."""
    return without_secrets(str(error), (mark(value, marks),))


def _hide(text: str, secret: str) -> str:
    folded = secret.casefold()
    begin, end = (r"(?<!\w)", r"(?!\w)") if len(secret) < _TELLING else ("", "")
    text = re.sub(rf"""(["']?){begin}{re.escape(secret)}{end}\1""", HIDDEN, text)

    def quoted(found: re.Match[str]) -> str:
        return HIDDEN if found[2].casefold() in folded else found[0]

    def word(found: re.Match[str]) -> str:
        part = found[0].rstrip(".:")
        telling = len(part) >= _TELLING or not part.isalnum()
        return HIDDEN if telling and part.casefold() in folded else found[0]

    return _WORD.sub(word, _QUOTED.sub(quoted, text))


def _marked_texts(value: Value, *, hidden: bool) -> Iterator[str]:
    """The texts inside *value* that are marked, or lie in something marked."""
    if type(value) is Marked:
        value, hidden = value.value, True
    if isinstance(value, (tuple, ListV, SetV)):
        for item in value if isinstance(value, tuple) else value.items:
            yield from _marked_texts(item, hidden=hidden)
    elif isinstance(value, (dict, MapV)):
        entries = value if isinstance(value, dict) else value.items
        for key, item in entries.items():
            if hidden and isinstance(value, MapV):
                yield key
            yield from _marked_texts(item, hidden=hidden)
    elif hidden:
        try:
            yield to_string(value)
        except ConversionError:
            return
