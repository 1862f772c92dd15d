"""What a state backend implements: a store of small objects whose writes are conditional.

Snapshot, journal and lease are built on it once, in ``vbrprov.state.remote``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

_READERS = 8


class Stored(NamedTuple):
    """An object and what names this very content of it: an ETag, a generation, a number."""

    data: bytes
    version: str


class StoreError(Exception):
    """The store did not do what it was asked.

    Args:
        detail: What went wrong, for the user, without secrets.
        hint: What to do about it.
        passing: Whether trying again may help. A write may then have happened all the same.
    """

    def __init__(self, detail: str, *, hint: str = "", passing: bool = False) -> None:
        self.detail = detail
        self.hint = hint
        self.passing = passing
        super().__init__(detail)


class StoreConflictError(StoreError):
    """The object is not as the write expected it; nothing was written."""


class ObjectStore(ABC):
    """A store of objects by name. Safe to use from many threads.

    Names hold letters, digits, ``.``, ``_``, ``-`` and ``/``. A write is visible to every later
    :meth:`get` and :meth:`names`, from anywhere.
    """

    @property
    @abstractmethod
    def description(self) -> str:
        """Where the store is, for messages: an address without secrets."""

    @abstractmethod
    def get(self, name: str) -> Stored | None:
        """The object; ``None`` where there is none.

        Raises:
            StoreError: It cannot be told.
        """

    @abstractmethod
    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """Write an object if it is as expected, in one step.

        Args:
            name: The object.
            data: Its new content.
            expected: The version that it must have; ``None``: there must be none.

        Returns:
            The new version.

        Raises:
            StoreConflictError: It is not as expected.
            StoreError: It was not written, or that is not known (``passing``).
        """

    def get_all(self, names: Sequence[str]) -> list[Stored | None]:
        """Several objects, as :meth:`get` would give each."""
        if len(names) < 2:
            return [self.get(name) for name in names]
        with ThreadPoolExecutor(min(_READERS, len(names))) as pool:
            return list(pool.map(self.get, names))

    @abstractmethod
    def delete(self, names: Sequence[str]) -> None:
        """Delete objects, in order; does nothing where there is none. Raises as :meth:`get`."""

    @abstractmethod
    def names(self, prefix: str) -> list[str]:
        """The names that begin with *prefix*, sorted. Raises as :meth:`get`."""

    def unfit(self) -> str:
        """What the store gets wrong that trying conditional writes would not show; else empty.

        Raises:
            StoreError: It cannot be told.
        """
        return ""


@dataclass(frozen=True, slots=True)
class Setting:
    """An argument of a backend block.

    ``environ`` names variables that are read, in order, where the argument is not given.
    ``secret`` values are hidden in all output. ``unused`` says why Terraform's argument of that
    name has no effect here.
    """

    name: str
    doc: str
    required: bool = False
    default: str = ""
    environ: tuple[str, ...] = ()
    secret: bool = False
    unused: str = ""


class BackendType(ABC):
    """A kind of backend. A module ``backends/<name>.py`` defines one, as ``BACKEND``.

    Attributes:
        name: The label of the block.
        settings: Its arguments.
    """

    name: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]]

    @abstractmethod
    def open(self, settings: Mapping[str, str]) -> ObjectStore:
        """The store that *settings* name: a text for each argument, ``""`` where none is given.

        Talks to nobody yet.

        Raises:
            StoreError: The settings make no sense.
        """


def flag(text: str) -> bool:
    """A setting that is on or off.

    Raises:
        StoreError: It is neither.
    """
    if text in ("", "false", "0"):
        return False
    if text in ("true", "1"):
        return True
    raise StoreError(f'"{text}" is neither true nor false.')
