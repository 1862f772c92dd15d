"""Fingerprints: what is kept of a secret so that a change can be seen.

scrypt with a salt of its own for every value (RFC 7914), so that neither two equal secrets nor a
guessed one can be told from a stolen state without paying for each guess.
"""

from __future__ import annotations

import json
import threading
from typing import Any

_COST = 1 << 14
_SALT_BYTES = 16
_HASH_BYTES = 24


def _text(value: Any) -> bytes:
    """The one spelling of a value (plain JSON data) that is fingerprinted."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _scrypt(data: bytes, salt: bytes) -> bytes:
    # Imported here, as hmac and secrets below: most runs have no secret to fingerprint.
    import hashlib

    return hashlib.scrypt(data, salt=salt, n=_COST, r=8, p=1, dklen=_HASH_BYTES, maxmem=1 << 26)


def fingerprint(value: Any) -> str:
    """A new fingerprint of plain JSON data: ``scrypt14$<salt>$<hash>`` in hex."""
    import secrets

    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt14${salt.hex()}${_scrypt(_text(value), salt).hex()}"


def matches(value: Any, stored: str) -> bool:
    """Whether *stored* is a fingerprint of *value*; ``False`` for anything malformed."""
    import hmac

    method, _, rest = stored.partition("$")
    salt, _, digest = rest.partition("$")
    try:
        wanted = bytes.fromhex(digest)
        made = _scrypt(_text(value), bytes.fromhex(salt))
    except ValueError:
        return False
    return method == "scrypt14" and hmac.compare_digest(wanted, made)


def _key(value: Any) -> bytes:
    """What the book knows a value by: a hash, so that the book itself is no list of secrets."""
    import hashlib

    return hashlib.sha256(_text(value)).digest()


class SecretBook:
    """The fingerprints of one run: one secret has one fingerprint, wherever it goes.

    A consumer that gets a secret unchanged is recorded with its producer's fingerprint, so that the
    next run sees without the secret that both still belong together.

    Attributes:
        keeps_values: Records may hold sensitive values as they are: what is written is encrypted.
    """

    keeps_values = False

    def __init__(self) -> None:
        self._by_text: dict[bytes, str] = {}
        self._checked: dict[tuple[bytes, str], bool] = {}
        self._lock = threading.Lock()

    def of(self, value: Any) -> str:
        """The fingerprint of *value* in this run."""
        key = _key(value)
        with self._lock:
            found = self._by_text.get(key)
        if found is None:
            made = fingerprint(value)
            with self._lock:
                found = self._by_text.setdefault(key, made)
        return found

    def matches(self, value: Any, stored: str) -> bool:
        """As ``matches``; a match makes *stored* the fingerprint of *value* for this run."""
        key = _key(value)
        known = self._checked.get((key, stored))
        if known is None:
            known = self._by_text.get(key) == stored or matches(value, stored)
            with self._lock:
                self._checked[(key, stored)] = known
                if known:
                    self._by_text.setdefault(key, stored)
        return known
