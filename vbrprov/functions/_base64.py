"""Base64, read as strictly as Go reads it."""

from __future__ import annotations

import re
from base64 import b64decode

_STANDARD = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def decoded(source: str) -> bytes | None:
    """The bytes that *source* stands for, ``None`` when it is not Base64; line ends are skipped."""
    compact = source.replace("\r", "").replace("\n", "")
    return b64decode(compact) if _STANDARD.fullmatch(compact) else None
