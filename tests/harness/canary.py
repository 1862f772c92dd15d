"""Looks for secrets in bytes, however they are spelled or packed; shares no code with the redactor.

Eight spellings: raw, base64, URL, JSON, hex, HTML and XML, each also as Python and UTF-16 have it,
and gzip: what is packed, in whatever place of the bytes, is unpacked and searched in turn.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, quote_plus

#: How deep packed things are unpacked, and how large they may become.
_DEPTH, _LARGEST = 5, 1 << 26
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
#: gzip, zlib in its four levels, a member of a zip archive.
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04", re.DOTALL)
#: What a layout puts between the words of a text.
_GAP = re.compile(rb"(?:\s|\xe2\x94\x82)+")
_LINE = 16


@lru_cache(maxsize=512)
def spellings(secret: str) -> Mapping[str, bytes]:
    """Ways to write a secret, each with a name."""
    raw = secret.encode()
    found = {
        "raw": raw,
        "raw, in lines": _GAP.sub(b" ", raw),
        "raw as UTF-16": secret.encode("utf-16-le"),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON, any character": json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
        "JSON in JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1].encode(),
        "URL": quote(secret, safe="").encode(),
        "URL, slashes kept": quote(secret).encode(),
        "URL, form": quote_plus(secret).encode(),
        "URL, small letters": re.sub(
            "%..", lambda m: m[0].lower(), quote(secret, safe="")).encode(),
        "hex": raw.hex().encode(),
        "hex, capitals": raw.hex().upper().encode(),
        "HTML": html.escape(secret).encode(),
        "HTML, numbers": html.escape(secret).replace("&quot;", "&#34;").replace(
            "&#x27;", "&#39;").encode(),
        "XML": html.escape(secret, quote=False).encode(),
        "XML, attribute": html.escape(secret).replace("&#x27;", "&apos;").encode(),
        "Python": repr(secret)[1:-1].encode(),
        "Python bytes": repr(raw)[2:-1].encode(),
    }
    for shift in range(3):
        # What stands before shifts the sextets; only those wholly of the secret are certain.
        encoded = base64.b64encode(b"\0" * shift + raw)
        tail = {0: 0, 1: 3, 2: 2}[(shift + len(raw)) % 3]
        core = encoded[{0: 0, 1: 2, 2: 3}[shift]:len(encoded) - tail]
        found[f"base64 at {shift}"] = core
        found[f"base64 at {shift}, for URLs"] = core.replace(b"+", b"-").replace(b"/", b"_")
    return found


def pieces(secret: str) -> list[str]:
    """A secret and the first lines of it that are one by themselves."""
    lines = [line.strip() for line in secret.splitlines()]
    telling = [line for line in lines if len(lines) > 1 and len(line) >= _LINE
               and not line.startswith("-----")]
    return [secret, *telling[:3]]


def layers(data: bytes, depth: int = _DEPTH) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what is packed in them, each with how it is packed."""
    yield "", data
    if not depth:
        return
    for found in _PACKED.finditer(data):
        inner = _unpacked(data, found.start())
        if len(inner) > 3:
            for how, layer in layers(inner, depth - 1):
                yield f"gzip {how}".strip(), layer
    for found in _BASE64.finditer(data):
        try:
            text = found[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
            inner = base64.b64decode(text[:len(text) // 4 * 4 if len(text) % 4 == 1 else None]
                                     + b"=" * (-len(text) % 4 % 3))
        except (binascii.Error, ValueError):
            continue
        if _PACKED.search(inner) or _BASE64.search(inner):
            for how, layer in layers(inner, depth - 1):
                yield f"base64 {how}".strip(), layer


def _unpacked(data: bytes, start: int) -> bytes:
    """What begins to be packed at *start*, as far as it can be unpacked."""
    window = zlib.MAX_WBITS
    if data.startswith(b"PK\x03\x04", start):
        head = data[start:start + 30]
        if len(head) < 30 or head[8:10] != b"\x08\0":
            return b""
        start += 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        window = -window
    elif data.startswith(b"\x1f\x8b", start):
        window += 16
    try:
        return zlib.decompressobj(window).decompress(data[start:], _LARGEST)
    except zlib.error:
        return b""


def find(secrets: Mapping[str, str], data: bytes) -> list[str]:
    """Which secrets are in *data*, and how they are spelled."""
    found = set()
    for how, layer in layers(data):
        for text in {layer, _GAP.sub(b" ", layer)}:
            for name, secret in secrets.items():
                found |= {f"{name} as {how and how + ' of '}{spelling}"
                          for needle, spelling in _needles(secret) if needle in text}
    return sorted(found)


@lru_cache(maxsize=1024)
def _needles(secret: str) -> tuple[tuple[bytes, str], ...]:
    return tuple({needle: spelling for piece in reversed(pieces(secret))
                  for spelling, needle in reversed(spellings(piece).items())}.items())


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file below *folders*."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
