"""Marks that let an object be recognised as ours after a crash.

Objects whose creation takes a unique id get one made from the token. The others carry the token as
a suffix of their description, which is taken off again wherever a person sees it.
"""

from __future__ import annotations

import re
import uuid

_SPACE = uuid.UUID("5b0c7c1e-7a7e-4f0e-9d36-0f0a3c6b9a41")
_SUFFIX = re.compile(r"(?:^| )\[vbrprov:([^\]\s]+)\]$")


def unique_id(token: str, address: str) -> str:
    """The unique id for the object of *address* that *token* marks."""
    return str(uuid.uuid5(_SPACE, f"{token}/{address}"))


def with_token(description: str, token: str) -> str:
    """*description* with the mark."""
    if not token:
        return description
    return f"{description} [vbrprov:{token}]" if description else f"[vbrprov:{token}]"


def without_token(description: str | None) -> str:
    """*description* as the user wrote it."""
    return _SUFFIX.sub("", description or "", count=1)


def token_of(description: str | None) -> str:
    """The token in a description, or an empty text."""
    found = _SUFFIX.search(description or "")
    return found.group(1) if found else ""
