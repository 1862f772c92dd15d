"""How a state's bytes are kept: as they are, or encrypted.

A snapshot, a saved plan or a segment of a remote journal is sealed as a whole. A local journal
grows line by line: a ``KeyRecord`` says in plain which key seals the payloads after it, and each is
bound to its place by its number and the hash of the line before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from vbrprov.diag import Diagnostic, Severity
from vbrprov.sdk.keys import LEAST_KEY_BYTES, KeyContext, KeyProvider, KeyProviderError
from vbrprov.secrets.sealing import (
    KeyNote,
    RecordCipher,
    SealedDocument,
    SealError,
    WrongKeyError,
    is_sealed,
    new_note,
    purpose_of,
    seal_document,
)
from vbrprov.state.errors import REPAIR_COMMAND, StateError
from vbrprov.state.model import StateData
from vbrprov.state.records import KeyRecord
from vbrprov.state.sensitive import secrets_in, texts_in, without_secrets
from vbrprov.values.wire import SENSITIVE_KEY

T = TypeVar("T")

_JOURNAL = "journal"
_MAY_BE_DAMAGED = 128


class SealedStateError(StateError):
    """Encrypted data cannot be opened, or data that should be encrypted are not."""

    def __init__(self, summary: str, detail: str, *, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.title = summary

    @property
    def diagnostic(self) -> Diagnostic:
        """As the user is to see it."""
        return Diagnostic(Severity.ERROR, self.title, self.detail, hint=self.hint)


class DamagedSealedError(SealedStateError):
    """Encrypted data are not as they were written."""


@dataclass(slots=True)
class ConfiguredKey:
    """A key that the configuration names; ``id`` is ``key_provider.TYPE.NAME``."""

    id: str
    provider: KeyProvider[Any]
    config: Any
    context: KeyContext
    masters: dict[bytes, bytes] = field(default_factory=dict)
    current: tuple[Mapping[str, Any], bytes] | None = None

    def again(self, meta: Mapping[str, Any]) -> bytes:
        """The key that *meta* was noted for; asked for once in a run."""
        name = msgspec.json.encode(meta, order="sorted")
        if name not in self.masters:
            master = self._checked(self.provider.key_again(self.config, meta, self.context))
            self.masters[name] = master
        return self.masters[name]

    def for_writing(self) -> tuple[Mapping[str, Any], bytes]:
        """A key for new data: the one that this run read with, or else a new one."""
        if self.current is None:
            made = self.provider.new_key(self.config, self.context)
            self.current = made.meta, self._checked(made.material)
        return self.current

    def used(self, meta: Mapping[str, Any], master: bytes) -> None:
        """*master* opened something, so it may seal what is written next."""
        if self.current is None and self.provider.is_current(self.config, meta):
            self.current = meta, master

    def _checked(self, master: bytes) -> bytes:
        if len(master) < LEAST_KEY_BYTES:
            raise SealedStateError(
                "Key too short", f"{self.id} gives a key of {len(master)} bytes, but it must have "
                f"at least {LEAST_KEY_BYTES}.")
        return master


class StateCodec:
    """Seals what is written with the first of *keys*, and opens what any of them sealed.

    Args:
        keys: The keys; ``None`` among them stands for data that are not encrypted.
        learn: Told each secret value that is read, so that it is hidden in all output.
        what: For messages: ``state`` or ``plan``.
    """

    def __init__(self, keys: Sequence[ConfiguredKey | None] = (None,),
                 learn: Callable[[str], None] = lambda value: None, what: str = "state") -> None:
        self._keys = tuple(keys)
        self._learn = learn
        self._what = what
        self._lock = threading.Lock()
        self._used: ConfiguredKey | None = None
        self._opened_with: ConfiguredKey | None = None

    @property
    def encrypts(self) -> bool:
        """Whether what is written is encrypted, so that it may hold secret values."""
        return self._keys[0] is not None

    def seal(self, kind: str, data: bytes, *, lineage: str = "", serial: int = 0,
             otherwise: ConfiguredKey | None = None) -> bytes:
        """*data* as it is to be written; sealed with *otherwise* where nothing is encrypted.

        Raises:
            StateError: There is no key.
        """
        key = self._keys[0] or otherwise
        if key is None:
            return data
        note, master = self._new_note(key, purpose_of(kind, lineage))
        return seal_document(kind, data, note, master, lineage=lineage, serial=serial)

    def open(self, kind: str, raw: bytes, where: str, *, lineage: str | None = None) -> bytes:
        """What :meth:`seal` got; *raw* itself when it is not encrypted and need not be.

        Args:
            kind: As it was sealed.
            raw: As it was read.
            where: What it is, to begin a sentence with.
            lineage: The stack it must be of; ``None`` for any.

        Raises:
            StateError: It cannot be opened, or should be encrypted and is not.
        """
        if not is_sealed(raw):
            if raw.strip(b"\0"):
                self.require_plain(where, may_be_damaged=len(raw) < _MAY_BE_DAMAGED)
            return raw
        try:
            document = SealedDocument(raw)
            if document.kind != kind or (lineage is not None and document.lineage != lineage):
                raise SealedStateError(
                    "Encrypted data of something else", f"{where} holds the {document.kind} of the "
                    f'stack "{document.lineage}". Was another file put in its place?')
            opened = self._with_key(document.note, document.open, where)
        except SealError as error:
            raise self.damaged(where, error) from error
        self._opened_with = self._used
        return opened

    def key_of(self, raw: bytes) -> ConfiguredKey | None:
        """What opened *raw*, which was opened last; ``None`` when it is not encrypted."""
        return self._opened_with if is_sealed(raw) else None

    def is_current(self, raw: bytes | None) -> bool:
        """Whether what was opened last is kept as it would be written now."""
        if raw is None:
            return True
        key = self._keys[0]
        if key is None or not is_sealed(raw):
            return key is None and not is_sealed(raw)
        return self._opened_with is key and key.provider.is_current(
            key.config, SealedDocument(raw).note.meta)

    def require_plain(self, where: str, *, may_be_damaged: bool = False) -> None:
        """Raise unless data that are not encrypted may be read."""
        if None in self._keys:
            return
        hint = (f"If it is to be encrypted from now on, add to the encryption block's "
                f"{self._what} block:\n\n    fallback {{\n      method = method.unencrypted.NAME\n"
                f"    }}\n\nand, beside it, a block: method \"unencrypted\" \"NAME\" {{}}")
        maybe = " Or it is damaged." if may_be_damaged else ""
        raise SealedStateError(
            "Data not encrypted", f"{where} is not encrypted, but the configuration asks for it. "
            f"Somebody may have replaced it.{maybe}", hint=hint)

    def new_cipher(self, lineage: str, kind: str = _JOURNAL) -> RecordCipher | None:
        """What seals the records that a session writes; ``None`` where nothing is encrypted."""
        key = self._keys[0]
        if key is None:
            return None
        purpose = purpose_of(kind, lineage)
        note, master = self._new_note(key, purpose)
        return RecordCipher(note, master, purpose)

    def cipher_of(self, note: KeyNote, lineage: str, where: str,
                  kind: str = _JOURNAL) -> RecordCipher:
        """What opens the records after a key record.

        Raises:
            StateError: None of the keys is the one.
        """
        purpose = purpose_of(kind, lineage)
        try:
            return self._with_key(note, lambda master: RecordCipher(note, master, purpose), where)
        except SealError as error:
            raise self.damaged(where, error) from error

    def settle(self, data: StateData) -> bool:
        """Make a state that was read fit to be kept: without secrets, where nothing is encrypted.

        Returns:
            Whether anything had to be changed.
        """
        changed = False
        for key, instance in data.instances.items():
            raw = self._fit(bytes(instance.attributes))
            if raw is not None:
                data.instances[key] = msgspec.structs.replace(
                    instance, attributes=msgspec.Raw(raw))
                changed = True
        for name, output in data.outputs.items():
            raw = self._fit(bytes(output.value))
            if raw is not None:
                data.outputs[name] = msgspec.structs.replace(output, value=msgspec.Raw(raw))
                changed = True
        return changed

    def _fit(self, raw: bytes) -> bytes | None:
        if SENSITIVE_KEY.encode() not in raw:
            return None
        content = msgspec.json.decode(raw)
        for secret in secrets_in(content):
            for text in texts_in(secret):
                self._learn(text)
        return None if self.encrypts else msgspec.json.encode(without_secrets(content))

    def _new_note(self, key: ConfiguredKey, purpose: str) -> tuple[KeyNote, bytes]:
        try:
            with self._lock:
                meta, master = key.for_writing()
        except KeyProviderError as error:
            raise self._no_key(key.id, error) from error
        return new_note(key.id, key.provider.type_name, meta, master, purpose), master

    def _with_key(self, note: KeyNote, use: Callable[[bytes], T], where: str) -> T:
        """Try the keys that may be the one, the one of the same name first."""
        keys = [key for key in self._keys if key is not None]
        fitting = [k for k in keys if k.id == note.key] + [
            k for k in keys if k.id != note.key and k.provider.type_name == note.provider]
        if not fitting:
            raise self._unknown_key(note, where, configured=bool(keys))
        refusal: StateError | None = None
        for key in fitting:
            try:
                with self._lock:
                    master = key.again(note.meta)
                found = use(master)
            except WrongKeyError:
                refusal = refusal or SealedStateError(
                    "Wrong key", f"{where} was encrypted with another key than the one that "
                    f"{key.id} gives now.", hint="Give the key that it was encrypted with. To "
                    "change a key, keep the old one under another name, in a fallback block.")
            except KeyProviderError as error:
                refusal = refusal or self._no_key(key.id, error)
            else:
                key.used(note.meta, master)
                self._used = key
                return found
        assert refusal is not None
        raise refusal

    def _unknown_key(self, note: KeyNote, where: str, *, configured: bool) -> StateError:
        if configured:
            return SealedStateError(
                "Unknown key", f"{where} was encrypted with {note.key}, which the configuration "
                "does not name any more.", hint="Name it in a fallback block until everything was "
                "written again.")
        return SealedStateError(
            "Data encrypted", f"{where} is encrypted with {note.key}, but the configuration has no "
            "encryption block that names it.", hint="To stop encrypting, keep the block, make "
            "method.unencrypted.NAME the method, and the old method the fallback.")

    def _no_key(self, key: str, error: KeyProviderError) -> StateError:
        return SealedStateError("No key", f"{key} gives no key. {error.detail}", hint=error.hint)

    def damaged(self, where: str, error: SealError) -> StateError:
        """What became of something encrypted that is not as it was written."""
        return DamagedSealedError(
            "Encrypted data damaged", f"{where} {error}.", hint="To see what can be saved, run:"
            f"\n\n    {REPAIR_COMMAND}" if self._what == "state" else "Make a new plan.")


#: Keeps everything as it is, and opens nothing that is encrypted.
PLAIN = StateCodec()


def key_record(cipher: RecordCipher) -> KeyRecord:
    """The record that goes before those that *cipher* seals."""
    return KeyRecord(msgspec.to_builtins(cipher.note))


def note_of(record: KeyRecord) -> KeyNote:
    """Which key a key record names.

    Raises:
        msgspec.MsgspecError: It is not as it was written.
    """
    return msgspec.convert(record.note, KeyNote)
