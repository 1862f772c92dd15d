"""Bytes to source text."""

from __future__ import annotations

import re
from typing import Final

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax.limits import DEFAULT_LIMITS, Limits

_BOM: Final = b"\xef\xbb\xbf"
#: Characters that change the direction of what follows, so that a reader sees other code than the
#: program does (https://trojansource.codes/).
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def decode_source(
    name: str, raw: bytes, limits: Limits = DEFAULT_LIMITS
) -> tuple[SourceFile, Diagnostics]:
    """Turn the bytes of the file *name* into source text.

    A byte order mark is dropped. With an error among the diagnostics the text is empty or not fit
    to be parsed.
    """
    diags = Diagnostics()
    if len(raw) > limits.file_bytes:
        source = SourceFile(name, "")
        diags.error(
            "File too large",
            f"The file has {len(raw)} bytes; the limit is {limits.file_bytes}. Split it into "
            "several files.", source.range(0, 0),
        )
        return source, diags
    lead = len(_BOM) if raw.startswith(_BOM) else 0
    body = raw[lead:]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as bad:
        # Everything before the bad byte is valid, so this much gives its line and column.
        source = SourceFile(name, body[: bad.start].decode("utf-8"), lead)
        offset = bad.start + lead
        diags.error(
            "Invalid character encoding",
            f"The byte 0x{body[bad.start]:02x} at offset {offset} is not UTF-8. Save the file in "
            "UTF-8.", source.range(len(source.text), len(source.text)),
        )
        return SourceFile(name, ""), diags
    source = SourceFile(name, text, lead)
    nul = text.find("\0")
    if nul >= 0:
        diags.error("Invalid character", "The file holds a NUL character, which is never part of "
                    "a text. Remove it.", source.range(nul, nul + 1))
    if not text.isascii():
        for m in _DIRECTION.finditer(text):
            diags.error(
                "Invisible direction character",
                f"The character U+{ord(m.group()):04X} changes the direction of the text after "
                "it, so that this line does not say what it seems to say. Remove it, or write it "
                f"as \\u{ord(m.group()):04X} in a quoted string.", source.range(*m.span()),
            )
            break
    return source, diags
