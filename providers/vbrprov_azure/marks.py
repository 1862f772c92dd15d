"""Marks by which an object whose creation was cut off is known again.

What has tags carries the token in one of its own; a lock has it at the end of its notes. Both are
taken off wherever a person sees them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

TAG: Final = "vbrprov-token"
_SUFFIX: Final = re.compile(r"(?:^| )\[vbrprov:([^\]\s]+)\]$")


def tags_with(tags: Mapping[str, str] | None, token: str) -> dict[str, str]:
    """*tags* with the mark."""
    return {**(tags or {}), **({TAG: token} if token else {})}


def tags_without(
    tags: Mapping[str, str] | None, stated: Mapping[str, str] | None,
) -> dict[str, str] | None:
    """*tags* as the user wrote them; ``None`` for none where none were *stated*."""
    out = {key: value for key, value in (tags or {}).items() if key != TAG}
    return out if out or stated is not None else None


def tag_token(tags: Mapping[str, str] | None) -> str:
    """The token in tags, or an empty text."""
    return (tags or {}).get(TAG, "")


def notes_with(notes: str | None, token: str) -> str:
    """*notes* with the mark."""
    return " ".join(part for part in (notes, f"[vbrprov:{token}]" if token else "") if part)


def notes_without(notes: str | None) -> str | None:
    """*notes* as the user wrote them."""
    return _SUFFIX.sub("", notes or "", count=1) or None


def notes_token(notes: str | None) -> str:
    """The token in notes, or an empty text."""
    match = _SUFFIX.search(notes or "")
    return match.group(1) if match else ""
