"""What every place that can keep a state offers.

A backend reads a state without a lock, and opens sessions that may change it. A session's logic
(``session.StateSession``) is the same everywhere; a backend brings the :class:`SessionStorage` that
makes records durable: lines in a file here, conditionally written segments in a store elsewhere.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vbrprov.diag import Diagnostics
from vbrprov.platform_.lock import LockHolder
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.model import StateData
from vbrprov.state.records import Record

if TYPE_CHECKING:
    from vbrprov.state.session import StateSession


DEFAULT_WORKSPACE = "default"


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock that somebody holds. ``lease``: seconds it outlives its holder, where it does."""

    workspace: str
    holder: LockHolder | None
    lease: float | None


@dataclass(frozen=True, slots=True)
class Generation:
    """A state that is kept. ``written`` is UTC, ISO 8601; ``where`` names the file or object."""

    serial: int
    written: str
    where: str
    instances: int
    outputs: int


class Rebuild(ABC):
    """A state that was lost, about to be written anew.

    Attributes:
        lineage: Of the stack that was here, as far as something still says so; else empty.
    """

    lineage: str

    @abstractmethod
    def write(self, data: StateData) -> None:
        """Make *data* the state, wholly or not at all; it gets a serial above all known ones.

        Raises:
            StateError: It cannot be written.
        """


class StateBackend(ABC):
    """A place that keeps a state, and others beside it: one for each workspace.

    Attributes:
        origin: The label and the arguments it was opened with, where a configuration names it.
        codec: How its bytes are kept: as they are, or encrypted.
    """

    origin: tuple[str, Mapping[str, str]] | None = None
    codec: StateCodec = PLAIN

    @property
    @abstractmethod
    def description(self) -> str:
        """Where the state is, for messages: a path or an address, without secrets."""

    @abstractmethod
    def read(self) -> tuple[StateData, Diagnostics]:
        """One consistent state, read without a lock and without writing anything.

        Returns:
            The state (empty when there are errors) and what the user should know about it.
        """

    @abstractmethod
    def session(
        self, operation: str, *, lock_timeout: float = 0, lock: bool = True,
        stop: threading.Event | None = None,
    ) -> AbstractContextManager[StateSession]:
        """Lock the state for this process, read it, and let the caller change it.

        Leaving the context closes the session and gives up the lock, whatever happened in it.

        Args:
            operation: What the lock is for, for others to read: ``apply``, ``state rm``.
            lock_timeout: Seconds to wait for another holder to finish.
            lock: Without a lock two runs can work at once; the first that writes shuts the other
                out. A local state is always locked.
            stop: Ends a wait for the lock early when it is set (a signal's event).

        Raises:
            StateLockedError: Another process holds the lock; it is named.
            StateError: The state cannot be read.
        """

    @abstractmethod
    def rebuild(
        self, operation: str, *, lock_timeout: float = 0, lock: bool = True,
        stop: threading.Event | None = None,
    ) -> AbstractContextManager[Rebuild]:
        """Lock the state as :meth:`session` does, and make sure that it is lost.

        Raises:
            StateLockedError: Another process holds the lock.
            StateExistsError: There is a state, or one that can be restored.
            StateError: It cannot be told.
        """

    def history(self) -> list[Generation]:
        """The states that are kept, newest first; those that cannot be read are left out."""
        return []

    @abstractmethod
    def lock_holder(self) -> LockHolder | None:
        """Who, by its own note, holds the lock or held it last without giving it up."""

    @abstractmethod
    def locks(self) -> list[HeldLock]:
        """The locks of all workspaces that are held.

        Raises:
            StateError: They cannot be read.
        """

    @abstractmethod
    def break_lock(self, lock_id: str = "") -> LockHolder | None:
        """Take the lock from its holder, who can write nothing from then on, and free it.

        Args:
            lock_id: The lock's id, to break no other; empty for any.

        Returns:
            Who held it; ``None`` when nobody did.

        Raises:
            StateError: It has another id, or cannot be broken.
        """

    @abstractmethod
    def workspaces(self) -> list[str]:
        """The names of all workspaces, "default" among them, sorted. Raises ``StateError``."""

    @abstractmethod
    def for_workspace(self, workspace: str) -> StateBackend:
        """The same place, for another workspace."""

    @abstractmethod
    def drop(self) -> None:
        """Delete the state of this workspace with all that belongs to it.

        Raises:
            StateError: It is locked, or cannot be deleted.
        """


class SessionStorage(Protocol):
    """Makes a session's records durable, in order. Safe to use from many threads."""

    @property
    def needs_compaction(self) -> bool:
        """Whether an earlier run left changes that the snapshot does not hold."""
        ...

    def begin(self, data: StateData, planned_operations: int) -> None:
        """Prepare for writing; gives a new stack its lineage.

        Raises:
            StateError: The state cannot be written, or not as much as planned.
        """
        ...

    def reserve(self, data: StateData, planned_operations: int) -> None:
        """Make room for more operations, after :meth:`begin`; raises as it does."""
        ...

    def enqueue(self, records: Iterable[Record]) -> int:
        """Take *records*, in order; the ticket says what to wait for.

        Raises:
            JournalFailed: An intent is among them, and an earlier write failed.
        """
        ...

    def wait(self, ticket: int) -> None:
        """Return when the records up to *ticket* will be found by the next read.

        Raises:
            JournalFailed: They will not.
        """
        ...

    def wait_journalled(self, ticket: int) -> None:
        """Return when the records up to *ticket* are durable in the journal proper.

        Raises:
            JournalFailed: They are not; the calls they announce must not start.
        """
        ...

    def flush(self) -> None:
        """Wait for everything taken so far; raises as :meth:`wait`."""
        ...

    def compact(self, data: StateData) -> None:
        """Write *data* as the new snapshot, then empty the journal.

        Raises:
            StateError: The snapshot cannot be written; the journal still holds everything.
        """
        ...

    def close(self) -> None:
        """Stop writing, and give back what :meth:`begin` reserved."""
        ...
