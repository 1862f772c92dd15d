"""A state in a store of objects."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from vbrprov.diag import Diagnostics
from vbrprov.platform_.lock import LockHolder
from vbrprov.platform_.streams import tell
from vbrprov.sdk.store import ObjectStore
from vbrprov.state.backend import (
    DEFAULT_WORKSPACE,
    Generation,
    HeldLock,
    Rebuild,
    StateBackend,
)
from vbrprov.state.codec import PLAIN, DamagedSealedError, StateCodec
from vbrprov.state.errors import (
    StateDamagedError,
    StateError,
    StateLockedError,
    StateLostError,
)
from vbrprov.state.model import StateData
from vbrprov.state.remote.access import persist, store_errors
from vbrprov.state.remote.lease import DEFAULT_SECONDS, Lease, look, seize, take
from vbrprov.state.remote.load import RemoteState, load_remote
from vbrprov.state.remote.names import Listing, Names
from vbrprov.state.remote.rebuild import RemoteRebuild
from vbrprov.state.remote.sealed import SealedStore
from vbrprov.state.remote.storage import RemoteStorage
from vbrprov.state.seen import require_not_older
from vbrprov.state.session import StateSession
from vbrprov.state.snapshot import decode_snapshot
from vbrprov.state.spill import spill_files

_SHUT_OUT_ATTEMPTS = 10


def _to_stderr(text: str) -> None:
    tell(sys.stderr, f"{text}\n")


class RemoteBackend(StateBackend):
    """Keep the states of a store's workspaces.

    Args:
        store: The store; closed by nobody but its maker.
        workspace: Whose state.
        lease: Seconds that a lock outlives its holder.
        report: Told what is worth saying meanwhile; standard error by default.
        spill_directories: Where results go that the store does not take; the user's own folders by
            default.
        codec: Encrypts what is written, where that is wanted.
    """

    def __init__(self, store: ObjectStore, workspace: str = DEFAULT_WORKSPACE, *,
                 lease: float = DEFAULT_SECONDS, report: Callable[[str], None] = _to_stderr,
                 spill_directories: Sequence[Path] | None = None,
                 codec: StateCodec = PLAIN) -> None:
        self._inner = store
        self._store = SealedStore(store, codec)
        self.codec = codec
        self._names = Names(workspace)
        self._lease = lease
        self._report = report
        self._given = spill_directories
        self._spills = spill_files(f"{store.description}\n{workspace}".encode(), spill_directories)

    @property
    def description(self) -> str:
        """The address of the store, and the workspace unless it is the usual one."""
        name = self._names.workspace
        return self._store.description + ("" if name == DEFAULT_WORKSPACE else f", {name}")

    def read(self) -> tuple[StateData, Diagnostics]:
        """One consistent state, while another process may be writing. Writes nothing."""
        try:
            loaded = self._load().loaded
        except StateError as error:
            return StateData(), Diagnostics([error.diagnostic])
        return loaded.data, loaded.diagnostics

    @contextmanager
    def session(self, operation: str, *, lock_timeout: float = 0, lock: bool = True,
                stop: threading.Event | None = None) -> Iterator[StateSession]:
        """Take the lease, read, and let the caller change the state."""
        with self._held(operation, lock_timeout, stop, lock=lock) as (lease, from_other):
            if lease is not None and from_other:
                self._shut_out(lease)
            holder = lease.record.holder if lease is not None else LockHolder.myself(operation)
            with self._opened(holder, lease, fences=not lock) as (session, _):
                yield session

    @contextmanager
    def rebuild(self, operation: str, *, lock_timeout: float = 0, lock: bool = True,
                stop: threading.Event | None = None) -> Iterator[Rebuild]:
        """Take the lease, and make sure that the state is lost."""
        # Nobody is shut out by a record of ours, which would begin a stack here: whoever held the
        # lock before finds another snapshot than it expects, and starts no call without the lock.
        with self._held(operation, lock_timeout, stop, lock=lock) as (lease, _):
            try:
                state = self._load()
            except StateLostError:
                state = None
            yield RemoteRebuild(self._store, self._names, self.codec, state,
                                lease.assure if lease is not None else None)

    @contextmanager
    def _held(self, operation: str, lock_timeout: float, stop: threading.Event | None, *,
              lock: bool) -> Iterator[tuple[Lease | None, bool]]:
        """The lease, unless none is wanted, and whether it was another holder's."""
        lease: Lease | None = None
        from_other = False
        if lock:
            with store_errors(self._store, "locked"):
                lease, from_other = take(
                    self._store, self._names.lock, operation, seconds=self._lease,
                    timeout=lock_timeout, on_wait=self._tell_wait, stop=stop or threading.Event())
        try:
            yield lease, from_other
        finally:
            if lease is not None:
                lease.release()

    @contextmanager
    def _opened(self, holder: LockHolder, lease: Lease | None, *,
                fences: bool) -> Iterator[tuple[StateSession, RemoteStorage]]:
        state = self._load()
        storage = RemoteStorage(self._store, self._names, state, holder, self._spills,
                                self._report, fences=fences, codec=self.codec,
                                assure=lease.assure if lease is not None else None)
        session = StateSession(state.loaded.data, storage, state.loaded.diagnostics)
        if lease is not None:
            lease.tell(storage.lose)
        try:
            yield session, storage
        finally:
            session.close()

    def _load(self) -> RemoteState:
        try:
            with store_errors(self._store, "read"):
                state = load_remote(self._store, self._names, self._spills, self.codec)
            data = state.loaded.data
            require_not_older(self.description, data, self.codec)
        except StateLostError:
            raise
        except (StateDamagedError, DamagedSealedError) as error:
            # The command that the hint names is for files.
            error.hint = ("Put the object that is named above back as it was, from the versions "
                          "that the store keeps of it.")
            raise
        if self.codec.settle(data) or (state.snapshot is not None and self._store.is_stale):
            # The next run that may write brings it into the form that is wanted now.
            state.loaded.leftover = True
        return state

    def _shut_out(self, lease: Lease) -> None:
        """Make sure that the last holder, should it wake, can write no record and no snapshot.

        It may be awake still, and put one more segment or snapshot before ours: then once more.
        """
        for last in (*[False] * _SHUT_OUT_ATTEMPTS, True):
            try:
                with self._opened(lease.record.holder, lease, fences=True) as (session, storage):
                    session.begin()
                    storage.compact(session.data)
            except StateLockedError:
                if last or lease.lost:
                    raise
            else:
                return

    def _tell_wait(self, holder: LockHolder | None) -> None:
        self._report(f"The state is locked by {holder or 'another process'}. Waiting to see "
                     f"whether it is still at work.")

    def history(self) -> list[Generation]:
        """The snapshot and those before it; the store does not tell when they were written."""
        with store_errors(self._store, "read"):
            listing = Listing.of(self._names, persist(
                lambda: self._store.names(self._names.prefix)))
            names = [self._names.snapshot, *map(
                self._names.generation, reversed(listing.generations))]
            stored = persist(lambda: self._store.get_all(names))
        out = []
        for name, found in zip(names, stored, strict=True):
            if found is not None:
                document = decode_snapshot(Path(name), found.data)
                out.append(Generation(document.serial, "", f"{self._store.description}, {name}",
                                      len(document.instances), len(document.outputs)))
        return out

    def lock_holder(self) -> LockHolder | None:
        """Who holds the lock, alive or not."""
        with store_errors(self._store, "read"):
            sight = look(self._store, self._names.lock)
        return sight.record.holder if sight.is_held and sight.record else None

    def locks(self) -> list[HeldLock]:
        """The locks of all workspaces that are held."""
        found = []
        with store_errors(self._store, "read"):
            for workspace in self.workspaces():
                sight = look(self._store, Names(workspace).lock)
                if sight.is_held:
                    record = sight.record
                    found.append(HeldLock(workspace, record.holder if record else None,
                                          record.seconds if record else None))
        return found

    def break_lock(self, lock_id: str = "") -> LockHolder | None:
        """Take the lock from its holder, who can then write nothing any more, and free it."""
        with store_errors(self._store, "locked"):
            before = look(self._store, self._names.lock)
            lease = seize(self._store, self._names.lock, lock_id, self._lease)
        if lease is None:
            return None
        try:
            self._shut_out(lease)
        finally:
            lease.release()
        return before.record.holder if before.record else LockHolder("", "?", "?", 0, "?", "?")

    def workspaces(self) -> list[str]:
        """All workspaces that have objects; always the usual one."""
        with store_errors(self._store, "read"):
            names = persist(lambda: self._store.names(""))
        return sorted({DEFAULT_WORKSPACE, *(name.split("/")[0] for name in names if "/" in name)})

    def for_workspace(self, workspace: str) -> RemoteBackend:
        """The same store, for another workspace."""
        return RemoteBackend(self._inner, workspace, lease=self._lease, report=self._report,
                             spill_directories=self._given, codec=self.codec)

    def drop(self) -> None:
        """Delete every object of the workspace; the marker last.

        Raises:
            StateError: The store refuses.
        """
        with store_errors(self._store, "deleted"):
            names = persist(lambda: self._store.names(self._names.prefix))
            if names:
                names.sort(key=lambda name: (name == self._names.marker, name))
                persist(lambda: self._store.delete(names))
