"""Checks of single arguments of jobs, and short forms for declaring them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vbrprov.sdk import attribute
from vbrprov_veeam import words

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def positive(value: Any) -> str | None:
    """Validator: a number above zero."""
    return None if value is None or value > 0 else "It must be greater than zero."


def clock_time(value: Any) -> str | None:
    """Validator: a time of day."""
    return None if value is None or _TIME.fullmatch(value) else "It must be a time such as 22:00."


def members(table: str) -> Callable[[Any], str | None]:
    """A validator of a set whose members are words of *table*."""
    def check(value: Any) -> str | None:
        known = words.choices(table)
        wrong = sorted(set(value or ()) - set(known))
        return f"{', '.join(wrong)} is none of: {', '.join(known)}." if wrong else None

    return check


def own(doc: str, **options: Any) -> Any:
    """An argument that the server decides where configuration leaves it out."""
    return attribute(doc=f"{doc} The server's own choice when left out.", computed=True, **options)


def own_word(doc: str, table: str) -> Any:
    """As ``own``, with the words of *table*."""
    return own(f"{doc} One of: {', '.join(words.choices(table))}.", choices=words.choices(table))


def word(doc: str, table: str, **options: Any) -> Any:
    """An argument with the words of *table*."""
    return attribute(doc=f"{doc} One of: {', '.join(words.choices(table))}.",
                     choices=words.choices(table), **options)


def word_set(doc: str, table: str) -> Any:
    """A set of words of *table*."""
    return attribute(doc=doc, default=[], validators=(members(table),))
