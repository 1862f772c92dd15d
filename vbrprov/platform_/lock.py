"""A lock between processes that ends with the process that holds it."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.files import atomic_write, open_private, read_private
from vbrprov.platform_.process import host_name, user_name
from vbrprov.platform_.system import system

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who holds a lock, as the holder wrote it down. ``since`` is UTC, ISO 8601."""

    id: str
    who: str
    host: str
    pid: int
    operation: str
    since: str

    @classmethod
    def myself(cls, operation: str) -> LockHolder:
        """This process."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(os.urandom(16).hex(), user_name(), host_name(), os.getpid(), operation, since)

    def __str__(self) -> str:
        return (f"{self.who}@{self.host}, process {self.pid}, "
                f'running "{self.operation}" since {self.since}')


class LockTakenError(Exception):
    """Another process holds the lock. ``holder`` is None when it did not say who it is."""

    def __init__(self, path: Path, holder: LockHolder | None) -> None:
        self.path = path
        self.holder = holder
        super().__init__(f"{path} is locked by {holder or 'another process'}")


class FileLock:
    """An exclusive lock on a file of its own, with a note beside it on who holds it.

    The kernel frees the lock when its holder dies, so a stale lock cannot exist; the note
    (``<lock>.info``) is only for messages. The lock file stays: removing it would let two processes
    lock two different files of one name. Use as a context manager.

    Args:
        path: The lock file.
        operation: What the lock is for, for the note.
        timeout: Seconds to wait for another holder.
        on_wait: Told, once, who holds the lock when a wait begins.
        stop: Ends a wait early when it is set.
    """

    def __init__(
        self, path: Path, operation: str, *, timeout: float = 0.0,
        on_wait: Callable[[LockHolder | None], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._path = path
        self._info = path.with_name(f"{path.name}.info")
        self._operation = operation
        self._timeout = timeout
        self._on_wait = on_wait
        self._stop = stop if stop is not None else threading.Event()
        self._fd = -1
        self.holder: LockHolder | None = None

    def acquire(self) -> LockHolder:
        """Take the lock, waiting up to the time-out.

        Raises:
            LockTakenError: Another process holds it.
            OSError: The lock file cannot be made or opened.
        """
        fd = open_private(self._path, os.O_RDWR | os.O_CREAT)
        try:
            self._wait(fd)
            self.holder = LockHolder.myself(self._operation)
            note = json.dumps(asdict(self.holder)).encode()
            atomic_write(self._info, note, temp=self._info.with_name(f"{self._info.name}.tmp"))
        except BaseException:
            os.close(fd)
            self.holder = None
            raise
        self._fd = fd
        return self.holder

    def _wait(self, fd: int) -> None:
        deadline = time.monotonic() + self._timeout
        told = False
        while not system.try_lock(fd):
            if time.monotonic() >= deadline or self._stop.is_set():
                raise LockTakenError(self._path, self._patient_holder())
            if not told and self._on_wait is not None:
                self._on_wait(self._patient_holder())
                told = True
            self._stop.wait(_POLL_SECONDS)

    def _patient_holder(self) -> LockHolder | None:
        """The holder's note, which it writes a moment after it got the lock."""
        for _ in range(10):
            holder = read_holder(self._path)
            if holder is not None:
                return holder
            time.sleep(0.02)
        return None

    def release(self) -> None:
        """Give the lock up; does nothing when it is not held."""
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        try:
            failpoint("lock.before_release")
            # A note that stays behind misleads nobody: only a held lock makes it read.
            with suppress(OSError):
                self._info.unlink()
            system.unlock(fd)
        finally:
            os.close(fd)
            self.holder = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def read_holder(lock_path: Path) -> LockHolder | None:
    """The note beside a lock. It says who wrote it last, not that the lock is held now."""
    try:
        data = read_private(lock_path.with_name(f"{lock_path.name}.info"))
        return LockHolder(**json.loads(data)) if data is not None else None
    except (OSError, ValueError, TypeError):
        return None


def is_alive(holder: LockHolder) -> bool:
    """Whether the process of a note may still run: it does, or is on another machine."""
    return holder.host != host_name() or system.process_alive(holder.pid)
