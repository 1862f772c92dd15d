"""State in files on this machine."""

from __future__ import annotations

import glob
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vbrprov.diag import Diagnostics
from vbrprov.platform_.files import read_private
from vbrprov.platform_.lock import FileLock, LockHolder, LockTakenError, is_alive, read_holder
from vbrprov.platform_.streams import tell
from vbrprov.state.backend import (
    DEFAULT_WORKSPACE,
    Generation,
    HeldLock,
    Rebuild,
    StateBackend,
)
from vbrprov.state.backends.local_storage import LocalStorage
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.errors import StateError, StateLockedError
from vbrprov.state.load import LoadedState, RawFiles, load_state, read_files
from vbrprov.state.model import StateData
from vbrprov.state.paths import DEFAULT_NAME, StatePaths, access_errors
from vbrprov.state.rebuild import LocalRebuild
from vbrprov.state.repair import Repair, carry_out, find_repairs
from vbrprov.state.seen import require_not_older
from vbrprov.state.session import StateSession
from vbrprov.state.snapshot import decode_snapshot
from vbrprov.state.spill import spill_candidates

_READ_ATTEMPTS = 50
_READ_PAUSE_SECONDS = 0.02


def _to_stderr(text: str) -> None:
    tell(sys.stderr, f"{text}\n")


class LocalBackend(StateBackend):
    """Keep a state in one file, with journal, lock and marker beside it.

    Args:
        path: The state file.
        report: Told about results that had to be recorded elsewhere; standard error by default.
        spill_directories: Where those go, best first; the user's own folders by default.
        on_wait: Told who holds the lock when a session starts to wait for it.
        stop: Ends such a wait early when it is set (a signal's event).
        workspace: Which of the states beside each other; all but the usual one lie in folders of
            ``<path>.d``.
        codec: Encrypts what is written, where that is wanted.
    """

    def __init__(
        self, path: Path = Path(DEFAULT_NAME), *, report: Callable[[str], None] = _to_stderr,
        spill_directories: Sequence[Path] | None = None,
        on_wait: Callable[[LockHolder | None], None] | None = None,
        stop: threading.Event | None = None, workspace: str = DEFAULT_WORKSPACE,
        codec: StateCodec = PLAIN,
    ) -> None:
        self._path = path.absolute()
        self._workspace = workspace
        self._given = spill_directories
        if workspace != DEFAULT_WORKSPACE:
            path = self._folder / workspace / path.name
        # Absolute: the working folder may change between two sessions.
        self._paths = StatePaths(path.absolute())
        self.codec = codec
        self._report = report
        self._spills = spill_candidates(self._paths.snapshot, spill_directories)
        self._on_wait = on_wait
        self._stop = stop

    @property
    def _folder(self) -> Path:
        """Where the states of the other workspaces lie."""
        return self._path.with_name(f"{self._path.name}.d")

    @property
    def description(self) -> str:
        """The path of the state file."""
        return str(self._paths.snapshot)

    def read(self) -> tuple[StateData, Diagnostics]:
        """One consistent state, while another process may be writing. Writes nothing."""
        try:
            loaded = self._read_settled()
        except StateError as error:
            return StateData(), Diagnostics([error.diagnostic])
        return loaded.data, loaded.diagnostics

    def _read_settled(self) -> LoadedState:
        """Read until the files make sense, or stand still while they do not.

        A writer at work may be caught between two files, or in the middle of a line.
        """
        previous: RawFiles | None = None
        attempt = 0
        while True:
            attempt += 1
            raw = read_files(self._paths)
            last_attempt = raw == previous or attempt >= _READ_ATTEMPTS
            try:
                loaded = load_state(self._paths, raw, self._spills, self.codec)
                require_not_older(self._paths.snapshot, loaded.data, self.codec)
            except StateError:
                if last_attempt:
                    raise
            else:
                if last_attempt or not loaded.lost_bytes:
                    return loaded
            previous = raw
            time.sleep(_READ_PAUSE_SECONDS)

    @contextmanager
    def session(self, operation: str, *, lock_timeout: float = 0, lock: bool = True,
                stop: threading.Event | None = None) -> Iterator[StateSession]:
        """Lock, read, and let the caller change the state."""
        with self._held(operation, lock_timeout, stop) as holder:
            raw = read_files(self._paths)
            loaded = load_state(self._paths, raw, self._spills, self.codec)
            require_not_older(self._paths.snapshot, loaded.data, self.codec)
            storage = LocalStorage(
                self._paths, loaded, holder, self._spills, self._report, self.codec)
            session = StateSession(loaded.data, storage, loaded.diagnostics)
            try:
                yield session
            finally:
                session.close()

    @contextmanager
    def rebuild(self, operation: str, *, lock_timeout: float = 0, lock: bool = True,
                stop: threading.Event | None = None) -> Iterator[Rebuild]:
        """Lock, and make sure that the state is lost."""
        with self._held(operation, lock_timeout, stop):
            yield LocalRebuild(self._paths, self.codec)

    @contextmanager
    def _held(self, operation: str, lock_timeout: float,
              stop: threading.Event | None) -> Iterator[LockHolder]:
        """The kernel's lock: it costs nothing and cannot be left behind, so it is always taken."""
        if self._workspace != DEFAULT_WORKSPACE:
            with access_errors(self._paths.folder, "written"):
                self._paths.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(
            self._paths.lock, operation, timeout=lock_timeout, on_wait=self._on_wait,
            stop=stop or self._stop,
        )
        try:
            with access_errors(self._paths.lock, "locked"):
                holder = lock.acquire()
        except LockTakenError as error:
            raise self._locked(error.holder) from error
        try:
            yield holder
        finally:
            lock.release()

    def _locked(self, holder: LockHolder | None) -> StateLockedError:
        who = str(holder) if holder is not None else "another process, which left no note"
        return StateLockedError(
            f"The state {self._paths.snapshot} is in use by {who}.", holder,
            hint="Wait for it to end, or give -lock-timeout. The lock ends with the process that "
            "holds it.",
        )

    def repairs(self) -> list[Repair]:
        """What a damaged state can be restored to, newest first. Writes nothing.

        Raises:
            StateAccessError: A file exists but cannot be read.
        """
        return find_repairs(self._paths, self.codec)

    def repair(self, choice: Repair) -> StateData:
        """Restore *choice*, one of :meth:`repairs`; the files it replaces are kept.

        Raises:
            StateError: The state is locked, has changed since, or cannot be written.
        """
        with access_errors(self._paths.snapshot, "written"):
            return carry_out(self._paths, choice, self.codec)

    def history(self) -> list[Generation]:
        """The snapshot and those before it."""
        out = []
        for path in (self._paths.snapshot, *self._paths.generations()):
            try:
                with access_errors(path, "read"):
                    raw = read_private(path)
                    if raw is None:
                        continue
                    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                document = decode_snapshot(path, self.codec.open("state", raw, str(path)))
            except StateError:
                continue
            out.append(Generation(document.serial, written.isoformat(timespec="seconds"), str(path),
                                  len(document.instances), len(document.outputs)))
        return out

    def lock_holder(self) -> LockHolder | None:
        """Who, by its own note, holds the lock or held it last without giving it up."""
        return read_holder(self._paths.lock)

    def locks(self) -> list[HeldLock]:
        """The locks of all workspaces whose holder is alive, as far as this machine can tell."""
        found = []
        for workspace in self.workspaces():
            holder = self.for_workspace(workspace).lock_holder()
            if holder is not None and is_alive(holder):
                found.append(HeldLock(workspace, holder, None))
        return found

    def break_lock(self, lock_id: str = "") -> LockHolder | None:
        """Nothing that is held can be broken here: a lock ends with its process."""
        holder = self.lock_holder()
        if holder is None or not is_alive(holder):
            return None
        raise StateLockedError(
            f"The state {self._paths.snapshot} is in use by {holder}, which is alive.", holder,
            hint=f"The lock of a local state ends with its process. To end it, end process "
            f"{holder.pid} on {holder.host}.")

    def workspaces(self) -> list[str]:
        """The usual one, and each folder beside the state file that holds another."""
        with access_errors(self._folder, "read"):
            found = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        return sorted({DEFAULT_WORKSPACE, *found})

    def for_workspace(self, workspace: str) -> LocalBackend:
        """The state of another workspace."""
        return LocalBackend(self._path, report=self._report, spill_directories=self._given,
                            on_wait=self._on_wait, stop=self._stop, workspace=workspace,
                            codec=self.codec)

    def drop(self) -> None:
        """Delete the folder of a workspace; of the usual one, its files."""
        try:
            with access_errors(self._paths.folder, "deleted"):
                if not self._paths.folder.is_dir():
                    return
                with FileLock(self._paths.lock, "workspace delete"):
                    name = self._paths.snapshot.name
                    files = sorted(self._paths.folder.glob(f"{glob.escape(name)}*"))
                    # The marker last: until then what is left says that something was here.
                    for path in sorted(files, key=lambda path: path == self._paths.marker):
                        if path.is_file():
                            path.unlink()
                if self._workspace != DEFAULT_WORKSPACE:
                    self._paths.folder.rmdir()
        except LockTakenError as error:
            raise self._locked(error.holder) from error
