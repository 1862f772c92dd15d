"""Key providers: where the keys that encrypt state, journal and plans come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import msgspec

from vbrprov.sdk.model import Model

M = TypeVar("M", bound=Model)

#: How many bytes a key has at least.
LEAST_KEY_BYTES = 32


class KeyProviderError(Exception):
    """There is no key. The text is a full sentence for the user, without secrets.

    Args:
        detail: What went wrong.
        hint: What to do about it.
    """

    def __init__(self, detail: str, *, hint: str = "") -> None:
        self.detail = detail
        self.hint = hint
        super().__init__(detail)


class Key(NamedTuple):
    """A key, and what its provider must be told to give it again.

    ``meta`` is stored in plain beside what the key encrypts: plain JSON data, no secret.
    """

    material: bytes
    meta: Mapping[str, Any]


class KeyContext(msgspec.Struct, frozen=True):
    """What a key provider may use.

    ``secret`` tells the redactor a value that must never be printed. ``untrusted``: the
    configuration was written by strangers, so no program may be started for it.
    """

    secret: Callable[[str], None] = lambda value: None
    untrusted: bool = False
    directory: str = "."


class KeyProvider(ABC, Generic[M]):
    """A kind of ``key_provider``. Found by file name in ``key_providers`` of its package.

    Attributes:
        type_name: The first label of the block.
        model: Its arguments.
        doc: What it is, for the reference.
        source: URL of the page that says how it works.
    """

    type_name: ClassVar[str]
    model: ClassVar[type[Model]]
    doc: ClassVar[str] = ""
    source: ClassVar[str] = ""

    @abstractmethod
    def new_key(self, config: M, context: KeyContext) -> Key:
        """A key for new data; at least ``LEAST_KEY_BYTES`` long.

        Raises:
            KeyProviderError: There is none.
        """

    @abstractmethod
    def key_again(self, config: M, meta: Mapping[str, Any], context: KeyContext) -> bytes:
        """The key that :meth:`new_key` gave together with *meta*. Not checked to be the same.

        Raises:
            KeyProviderError: It cannot be had.
        """

    def is_current(self, config: M, meta: Mapping[str, Any]) -> bool:
        """Whether a key with *meta* is what *config* asks for, so that it may seal new data."""
        return True
