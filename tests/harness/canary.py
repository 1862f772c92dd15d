"""Looks for secrets in bytes, however they are spelled; shares no code with the redactor."""

from __future__ import annotations

import base64
import html
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

PLAN_MAGIC = b"VBRPLAN1\n"


def spellings(secret: str) -> dict[str, bytes]:
    """Ways to write a secret, each with a name."""
    raw = secret.encode()
    found = {
        "raw": raw,
        "UTF-16": secret.encode("utf-16-le"),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON, any character": json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
        "URL": quote(secret, safe="").encode(),
        "URL, slashes kept": quote(secret).encode(),
        "form": quote_plus(secret).encode(),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "HTML": html.escape(secret).encode(),
        "XML text": html.escape(secret, quote=False).encode(),
        "Python": repr(secret)[1:-1].encode(),
    }
    for shift in range(3):
        # What stands before shifts the sextets; only those wholly of the secret are certain.
        encoded = base64.b64encode(b"\0" * shift + raw)
        tail = {0: 0, 1: 3, 2: 2}[(shift + len(raw)) % 3]
        core = encoded[{0: 0, 1: 2, 2: 3}[shift]:len(encoded) - tail]
        found[f"base64 at {shift}"] = core
        found[f"base64url at {shift}"] = core.replace(b"+", b"-").replace(b"/", b"_")
    return found


def layers(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield data
    if data.startswith(PLAN_MAGIC):
        inner = zlib.decompress(data[len(PLAN_MAGIC):])
        yield inner
        for stored in json.loads(inner)["files"].values():
            yield base64.b64decode(stored)


def find(secrets: Mapping[str, str], data: bytes) -> list[str]:
    """Which secrets are in *data*, and how they are spelled."""
    return sorted({
        f"{name} as {spelling}" for layer in layers(data)
        for name, secret in secrets.items() for spelling, needle in spellings(secret).items()
        if needle in layer})


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file below *folders*."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
