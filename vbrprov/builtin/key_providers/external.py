"""key_provider "external": a key that a program gives."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.sdk.keys import Key, KeyContext, KeyProvider, KeyProviderError
from vbrprov.sdk.model import Model, attribute

MAGIC = "OpenTofu-External-Key-Provider"
TIMEOUT_SECONDS = 60


def _not_empty(value: Any) -> str | None:
    return None if value and value[0] else "The command needs a program."


class ExternalModel(Model):
    """Arguments of ``key_provider "external"``."""

    command: list[str] = attribute(
        doc="The program and its arguments; no shell reads them. It runs in the folder of the "
            "configuration.", required=True, validators=(_not_empty,))


class _Header(msgspec.Struct):
    magic: str
    version: int


class _Keys(msgspec.Struct):
    encryption_key: str
    decryption_key: str | None = None


class _Answer(msgspec.Struct):
    keys: _Keys
    meta: dict[str, Any] | None = None


class External(KeyProvider[ExternalModel]):
    """OpenTofu's protocol, so that programs written for it work.

    The program prints ``{"magic": "OpenTofu-External-Key-Provider", "version": 1}`` and a line
    end, reads ``null`` or ``{"external_data": {...}}``, and prints ``{"keys": {"encryption_key":
    "<base64>", "decryption_key": "<base64>"}, "meta": {"external_data": {...}}}``.
    """

    type_name = "external"
    model = ExternalModel
    doc = "A key that a program gives, over OpenTofu's protocol."
    source = "https://opentofu.org/docs/language/state/encryption/"

    def new_key(self, config: ExternalModel, context: KeyContext) -> Key:
        """Ask for a key for new data."""
        answer = self._ask(config, None, context)
        return Key(_material(answer.keys.encryption_key), answer.meta or {})

    def key_again(self, config: ExternalModel, meta: Mapping[str, Any],
                  context: KeyContext) -> bytes:
        """Ask for the key of known data."""
        answer = self._ask(config, dict(meta), context)
        return _material(answer.keys.decryption_key or answer.keys.encryption_key)

    def _ask(self, config: ExternalModel, meta: dict[str, Any] | None,
             context: KeyContext) -> _Answer:
        program = config.command[0]
        if context.untrusted:
            raise KeyProviderError(
                f'The key comes from the program "{program}", and the configuration is not '
                "trusted: no program is run for it.",
                hint="Use a key provider that runs no program, or plan it as trusted.")
        try:
            done = subprocess.run(  # noqa: S603 - the configuration's own program, without a shell
                config.command, input=msgspec.json.encode(meta), capture_output=True, check=False,
                timeout=TIMEOUT_SECONDS, cwd=context.directory or ".")
        except subprocess.TimeoutExpired:
            raise KeyProviderError(
                f'The program "{program}" gave no key in {TIMEOUT_SECONDS} seconds.') from None
        except OSError as error:
            raise KeyProviderError(
                f'The program "{program}" cannot be run: {error.strerror or error}.') from None
        if done.returncode:
            # What it printed may hold the key: only its errors are shown.
            said = done.stderr.decode(errors="replace").strip()[:500]
            raise KeyProviderError(
                f'The program "{program}" ended with status {done.returncode}'
                f'{f": {said}" if said else ""}.')
        head, _, rest = done.stdout.partition(b"\n")
        try:
            header = msgspec.json.decode(head, type=_Header)
            answer = msgspec.json.decode(rest, type=_Answer)
        except msgspec.MsgspecError:
            raise KeyProviderError(
                f'The program "{program}" does not answer as a key provider must: a header line '
                f'{{"magic":"{MAGIC}","version":1}}, then keys and meta as JSON.') from None
        if header.magic != MAGIC or header.version != 1:
            raise KeyProviderError(f'The program "{program}" speaks another protocol: '
                                   f'"{header.magic}", version {header.version}.')
        for text in (answer.keys.encryption_key, answer.keys.decryption_key):
            if text:
                context.secret(text)
        return answer


def _material(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise KeyProviderError("The program gave a key that is not base64.") from None
