"""The calls that differ between operating systems, and the choice of the right set."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Protocol


class System(Protocol):
    """What ``posix`` and ``windows`` both offer.

    ``open_flags`` go into every ``os.open``: not inherited by children, no following of links, no
    newline translation.
    """

    open_flags: int

    def user_id(self) -> int | None:
        """The user whose rights count; None where files have no owner and mode to judge by."""
        ...

    def account_name(self) -> str:
        """The name the system knows the user by, or an empty string."""
        ...

    def try_lock(self, fd: int) -> bool:
        """Lock *fd* exclusively without waiting; False when another process holds it."""
        ...

    def unlock(self, fd: int) -> None:
        """Give up a lock taken with :meth:`try_lock`."""
        ...

    def replace(self, source: Path, target: Path) -> None:
        """Rename *source* over *target* in one step."""
        ...

    def rename_new(self, source: Path, target: Path) -> None:
        """Give *source* the name *target*.

        Raises:
            FileExistsError: *target* exists; nothing was changed.
        """
        ...

    def sync(self, fd: int) -> None:
        """Return when the file's data, and the size needed to read it, are on disk."""
        ...

    def sync_directory(self, path: Path) -> None:
        """Return when the names in a folder are on disk."""
        ...

    def reserve(self, fd: int, offset: int, size: int) -> None:
        """Reserve disk space; the new part of the file, if it grew, reads as zero bytes.

        Raises:
            OSError: There is not enough space (ENOSPC, EDQUOT), or the medium fails.
        """
        ...

    def free_space(self, path: Path) -> int:
        """Bytes that this user may still write in the folder *path*."""
        ...

    def process_alive(self, pid: int) -> bool:
        """Whether a process with this id exists on this host."""
        ...

    def kill_self(self) -> None:
        """End this process at once, with no chance to clean up."""
        ...

    def interrupt_signals(self) -> tuple[signal.Signals, ...]:
        """The signals by which a user or a supervisor asks a command to end."""
        ...


def _current() -> System:
    if sys.platform == "win32":
        from vbrprov.platform_.windows import WindowsSystem

        return WindowsSystem()
    else:  # noqa: RET505 - a type checker skips the branch of the other system only like this
        from vbrprov.platform_.posix import PosixSystem

        return PosixSystem()


system: System = _current()
