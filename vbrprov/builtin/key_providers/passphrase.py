"""key_provider "passphrase": a key made of words that somebody knows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.keys import LEAST_KEY_BYTES, Key, KeyContext, KeyProvider, KeyProviderError
from vbrprov.sdk.model import Model, attribute

#: Below, a passphrase can be found by trying. OpenTofu asks for as many.
LEAST_LENGTH = 16
_SALT_BYTES = 32
_BLOCK_SIZE = 8


def _long(value: Any) -> str | None:
    if len(value) < LEAST_LENGTH:
        return f"A passphrase has at least {LEAST_LENGTH} characters."
    return None


def _cost(value: Any) -> str | None:
    if not 14 <= value <= 22:
        return "The cost is 14 to 22: each step doubles the time and the memory of a guess."
    return None


class PassphraseModel(Model):
    """Arguments of ``key_provider "passphrase"``."""

    passphrase: str = attribute(doc="The words; give them as a sensitive variable.", required=True,
                                sensitive=True, validators=(_long,))
    cost: int | None = attribute(
        doc="Binary logarithm of scrypt's cost: 17 takes about 0.4 s and 128 MiB.", default=17,
        validators=(_cost,), source="https://www.rfc-editor.org/rfc/rfc7914")


class Passphrase(KeyProvider[PassphraseModel]):
    """scrypt (RFC 7914) with a random salt that is stored beside the data."""

    type_name = "passphrase"
    model = PassphraseModel
    doc = "A key made of a passphrase, with scrypt."
    source = "https://www.rfc-editor.org/rfc/rfc7914"

    def new_key(self, config: PassphraseModel, context: KeyContext) -> Key:
        """A key with a new salt."""
        meta = {"salt": os.urandom(_SALT_BYTES).hex(), "cost": config.cost or 17}
        return Key(self.key_again(config, meta, context), meta)

    def key_again(self, config: PassphraseModel, meta: Mapping[str, Any],
                  context: KeyContext) -> bytes:
        """The key with a known salt."""
        context.secret(config.passphrase)
        cost, salt = meta.get("cost"), meta.get("salt")
        # What a stranger wrote into the file must not make this run out of memory.
        if not isinstance(cost, int) or _cost(cost) or not isinstance(salt, str):
            raise KeyProviderError("The note on the key is not as it was written.")
        try:
            raw = bytes.fromhex(salt)
        except ValueError:
            raise KeyProviderError("The note on the key is not as it was written.") from None
        return hashlib.scrypt(
            config.passphrase.encode(), salt=raw, n=1 << cost, r=_BLOCK_SIZE, p=1,
            dklen=LEAST_KEY_BYTES, maxmem=256 * _BLOCK_SIZE * (1 << cost))

    def is_current(self, config: PassphraseModel, meta: Mapping[str, Any]) -> bool:
        """Whether the cost is the wanted one."""
        return meta.get("cost") == (config.cost or 17)
