"""How MinIO's admin API encrypts bodies that hold secrets.

A sealed body is salt (32 bytes), one byte that names the cipher, nonce (8 bytes), then fragments of
at most 16 KiB of text, each with a tag of 16 bytes. A fragment is sealed with the nonce and its
number (little endian, from 1), and is authenticated together with a byte that marks the last
fragment and the tag of an empty text under number 0.

Sources: https://github.com/minio/madmin-go/blob/main/encrypt.go and
https://github.com/secure-io/sio-go/blob/master/sio.go
"""

from __future__ import annotations

import os
from typing import Any, Final

ARGON2ID_AES: Final = 0
ARGON2ID_CHACHA: Final = 1
PBKDF2_AES: Final = 2

FRAGMENT: Final = 1 << 14
TAG: Final = 16
_HEADER: Final = 32 + 1 + 8
_MORE, _LAST = b"\x00", b"\x80"


class SealError(ValueError):
    """A body is not sealed as it should be, or for another key."""


def seal(text: bytes, password: str, cipher: int = ARGON2ID_AES) -> bytes:
    """Encrypt a body with a key that is made from *password*."""
    salt, nonce = os.urandom(32), os.urandom(8)
    aead = _aead(cipher, password, salt)
    bound = aead.encrypt(_nonce(nonce, 0), b"", b"")
    parts = [text[at:at + FRAGMENT] for at in range(0, len(text), FRAGMENT)] or [b""]
    out = [salt, bytes([cipher]), nonce]
    for number, part in enumerate(parts, 1):
        mark = _LAST if number == len(parts) else _MORE
        out.append(aead.encrypt(_nonce(nonce, number), part, mark + bound))
    return b"".join(out)


def unseal(body: bytes, password: str) -> bytes:
    """Decrypt a body.

    Raises:
        SealError: Too short, an unknown cipher, another password, or tampered with.
    """
    from cryptography.exceptions import InvalidTag

    if len(body) < _HEADER + TAG:
        raise SealError("the body is too short to be encrypted")
    salt, cipher, nonce = body[:32], body[32], body[33:_HEADER]
    aead = _aead(cipher, password, salt)
    bound = aead.encrypt(_nonce(nonce, 0), b"", b"")
    size = FRAGMENT + TAG
    parts = [body[at:at + size] for at in range(_HEADER, len(body), size)]
    out = []
    for number, part in enumerate(parts, 1):
        mark = _LAST if number == len(parts) else _MORE
        try:
            out.append(aead.decrypt(_nonce(nonce, number), part, mark + bound))
        except (InvalidTag, ValueError) as error:
            raise SealError("the body is encrypted for another key") from error
    return b"".join(out)


def _nonce(nonce: bytes, number: int) -> bytes:
    return nonce + number.to_bytes(4, "little")


def _aead(cipher: int, password: str, salt: bytes) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    secret = password.encode()
    if cipher == PBKDF2_AES:
        return AESGCM(PBKDF2HMAC(hashes.SHA256(), 32, salt, 8192).derive(secret))
    if cipher not in (ARGON2ID_AES, ARGON2ID_CHACHA):
        raise SealError(f"the body is encrypted with the unknown cipher {cipher}")
    kdf = Argon2id(salt=salt, length=32, iterations=1, lanes=4, memory_cost=64 * 1024)
    key = kdf.derive(secret)
    return AESGCM(key) if cipher == ARGON2ID_AES else ChaCha20Poly1305(key)
