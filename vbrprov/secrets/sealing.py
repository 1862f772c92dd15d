"""Sealed documents and records: encrypted, and protected against any change.

AES-256-GCM. Each document and each stretch of records has a key of its own, derived (HKDF, RFC
5869) from the configured one and a random salt: no two share nonces. ``check`` is derived beside
it, and tells a wrong key from content that was changed.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

FORMAT = "vbrprov-sealed"
VERSION = 1
KEY_BYTES = 32

_SALT_BYTES = 32
_NONCE_BYTES = 12
_CHECK_BYTES = 8
_START = b'{"sha256":"'
_SUM_END = len(_START) + 64
_AFTER = b'",'
_CONTENT = _SUM_END + len(_AFTER)
_MARK = b'"format":"vbrprov-sealed",'
_DATA = b',"data":"'


class SealError(Exception):
    """Sealed data cannot be opened; the text is a full sentence without its subject."""


class WrongKeyError(SealError):
    """The key is not the one that the data were sealed with."""


class DamagedSealError(SealError):
    """The bytes are not those that were written."""


class KeyNote(msgspec.Struct, frozen=True):
    """How to get at a key again: stored in plain beside what it seals.

    ``key`` is the key's id in the configuration, ``provider`` the type of its key provider and
    ``meta`` what that wants to know again (a salt, a wrapped key). ``salt`` and ``check`` are hex.
    """

    key: str
    provider: str
    meta: dict[str, Any]
    salt: str
    check: str
    method: str = "aes_gcm"


class _Document(msgspec.Struct):
    format: str
    version: int
    kind: str
    lineage: str
    serial: int
    note: KeyNote
    nonce: str
    data: str


def new_note(key: str, provider: str, meta: Mapping[str, Any], master: bytes,
             purpose: str) -> KeyNote:
    """A note for data that *master* will seal, with a salt of its own."""
    salt = os.urandom(_SALT_BYTES)
    _, check = _derive(master, salt, purpose)
    return KeyNote(key, provider, dict(meta), salt.hex(), check)


def _derive(master: bytes, salt: bytes, purpose: str) -> tuple[bytes, str]:
    """The key for one purpose, and its check."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(SHA256(), KEY_BYTES + _CHECK_BYTES, salt, f"vbrprov/1 {purpose}".encode()).derive(
        master)
    return made[:KEY_BYTES], made[KEY_BYTES:].hex()


class RecordCipher:
    """Seals and opens records of one stretch.

    Args:
        note: Says which key it is.
        master: The configured key.
        purpose: What is sealed and for which stack.

    Raises:
        WrongKeyError: *master* is not the key that *note* was made with.
    """

    def __init__(self, note: KeyNote, master: bytes, purpose: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            key, check = _derive(master, bytes.fromhex(note.salt), purpose)
        except ValueError:
            raise DamagedSealError("has a note about its key that is not as it was written") from (
                None)
        if check != note.check:
            raise WrongKeyError(f"was not encrypted with the key that {note.key} gives now")
        self.note = note
        self._box = AESGCM(key)

    def seal(self, payload: bytes, context: bytes) -> bytes:
        """*payload* as one word of ASCII; *context* must be given again to open it."""
        nonce = os.urandom(_NONCE_BYTES)
        return b"~" + base64.b64encode(nonce + self._box.encrypt(nonce, payload, context))

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What :meth:`seal` got.

        Raises:
            DamagedSealError: It was changed, or stands in another place.
        """
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.b64decode(sealed[1:], validate=True)
            return self._box.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise DamagedSealError("was changed, or stands in another place than where it was "
                                   "written") from None


def is_sealed(raw: bytes) -> bool:
    """Whether *raw* begins as a sealed document does."""
    return raw.startswith(_START) and raw[_CONTENT : _CONTENT + len(_MARK)] == _MARK


def seal_document(kind: str, data: bytes, note: KeyNote, master: bytes, *, lineage: str,
                  serial: int) -> bytes:
    """*data* as a sealed JSON document that says in plain what it is and which key opens it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, _ = _derive(master, bytes.fromhex(note.salt), purpose_of(kind, lineage))
    nonce = os.urandom(_NONCE_BYTES)
    head = {"format": FORMAT, "version": VERSION, "kind": kind, "lineage": lineage,
            "serial": serial, "note": msgspec.to_builtins(note), "nonce": nonce.hex()}
    about = msgspec.json.encode(head)[1:-1]
    sealed = base64.b64encode(AESGCM(key).encrypt(nonce, data, about))
    content = about + _DATA + sealed + b'"}\n'
    return b"".join((_START, sha256(content).hexdigest().encode(), _AFTER, content))


def purpose_of(kind: str, lineage: str) -> str:
    """What a derived key is for: data of one kind of one stack."""
    return f"{kind} {lineage}"


class SealedDocument:
    """A sealed document, read but not opened.

    Raises:
        DamagedSealError: It is cut off or changed.
    """

    def __init__(self, raw: bytes) -> None:
        content = raw[_CONTENT:]
        if raw[_SUM_END:_CONTENT] != _AFTER or sha256(content).hexdigest().encode() != raw[
            len(_START) : _SUM_END
        ]:
            raise DamagedSealError("was cut off or changed: its checksum does not match")
        try:
            self._document = msgspec.json.decode(b"{" + content, type=_Document)
        except msgspec.MsgspecError as error:
            raise DamagedSealError(f"is not as it was written: {error}") from None
        if self._document.version > VERSION:
            raise SealError("was written by a newer version of vbrprov")
        self._about = content[: content.rfind(_DATA)]

    @property
    def kind(self) -> str:
        """What it holds: ``state``, ``plan``..."""
        return self._document.kind

    @property
    def lineage(self) -> str:
        """Of the stack that it belongs to."""
        return self._document.lineage

    @property
    def serial(self) -> int:
        """Of the state that it holds."""
        return self._document.serial

    @property
    def note(self) -> KeyNote:
        """Which key opens it."""
        return self._document.note

    def open(self, master: bytes) -> bytes:
        """The content.

        Raises:
            WrongKeyError: *master* is not its key.
            DamagedSealError: It was changed by somebody who repaired its checksum.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        note = self.note
        try:
            key, check = _derive(master, bytes.fromhex(note.salt),
                                 purpose_of(self.kind, self.lineage))
            if check != note.check:
                raise WrongKeyError(f"was not encrypted with the key that {note.key} gives now")
            sealed = base64.b64decode(self._document.data, validate=True)
            return AESGCM(key).decrypt(bytes.fromhex(self._document.nonce), sealed, self._about)
        except (InvalidTag, ValueError):
            raise DamagedSealError("was changed on purpose: its checksum is right, but its "
                                   "authentication code is not") from None
