"""'Did you mean' suggestions."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A sentence that names the closest known word, or an empty string when none is close."""
    from difflib import get_close_matches

    close = get_close_matches(given, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else ""
