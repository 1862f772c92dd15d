"""Marks that let an object be recognised as ours after a crash.

Objects whose creation takes a unique id get one that tells stack, run and address. The others carry
the token as a suffix of their description, which is taken off again wherever a person sees it.
"""

from __future__ import annotations

import re
import uuid

_SPACE = uuid.UUID("5b0c7c1e-7a7e-4f0e-9d36-0f0a3c6b9a41")
_TOKEN = re.compile(r"([0-9a-f]{8})-[0-9a-f]+")
_SUFFIX = re.compile(r"(?:^| )\[vbrprov:([^\]\s]+)\]$")


def unique_id(token: str, address: str) -> str:
    """The unique id for the object of *address* that *token* marks.

    Its first group is that of the token, which is the stack's, and its last one stands for the
    address: so whose it is can be read from it (version 8 of RFC 9562 leaves the content to us).
    """
    known = _TOKEN.fullmatch(token)
    if known is None:
        return str(uuid.uuid5(_SPACE, f"{token}/{address}"))
    run = uuid.uuid5(_SPACE, token).bytes
    made = bytearray(bytes.fromhex(known.group(1)) + run[:6] + _place(address))
    made[6] = 0x80 | made[6] & 0x0F
    made[8] = 0x80 | made[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(made)))


def _place(address: str) -> bytes:
    return uuid.uuid5(_SPACE, address).bytes[:6]


def token_in(mark: str | None) -> str:
    """The token that a mark tells: one in a description, or a unique id of ours; else empty.

    Of a unique id only the beginning is the token's; the rest is its own.
    """
    text = mark or ""
    try:
        made = uuid.UUID(text)
    except ValueError:
        return text if _TOKEN.fullmatch(text) else ""
    return f"{made.hex[:8]}-{made.hex[8:24]}" if made.version == 8 else ""


def is_for(mark: str | None, address: str) -> bool:
    """Whether a unique id was made for the object of *address*."""
    try:
        made = uuid.UUID(mark or "")
    except ValueError:
        return False
    return made.version == 8 and made.bytes[10:] == _place(address)


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
