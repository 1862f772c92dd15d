"""Linux and macOS."""

from __future__ import annotations

import errno
import os
import signal
import struct
import sys
from pathlib import Path

if sys.platform == "win32":
    raise ImportError("this module is for Linux and macOS")

import fcntl

# From Apple's <sys/fcntl.h>; Python's fcntl module does not name them in 3.11.
_F_PREALLOCATE = 42
_F_ALLOCATEALL = 4
_F_PEOFPOSMODE = 3

_UNSUPPORTED = frozenset({errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.ENOTTY})


class PosixSystem:
    """The system calls of Linux and macOS."""

    def __init__(self) -> None:
        # O_NONBLOCK: opening a pipe that lies in the place of a file must not hang.
        self.open_flags = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

    def user_id(self) -> int | None:
        """The effective user id."""
        return os.geteuid()

    def account_name(self) -> str:
        """The password entry's name; a container's made-up user id has none."""
        import pwd

        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            return ""

    def try_lock(self, fd: int) -> bool:
        """Lock *fd* exclusively without waiting; the kernel frees it when the process dies."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            # A network file system may turn flock into a record lock and answer EACCES.
            if error.errno == errno.EACCES:
                return False
            raise
        return True

    def unlock(self, fd: int) -> None:
        """Give up the lock."""
        fcntl.flock(fd, fcntl.LOCK_UN)

    def replace(self, source: Path, target: Path) -> None:
        """Rename *source* over *target*."""
        source.replace(target)

    def rename_new(self, source: Path, target: Path) -> None:
        """Give *source* the name *target* unless that name is taken."""
        # rename() would overwrite; link() fails when the name is taken.
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in {*_UNSUPPORTED, errno.EPERM, errno.EMLINK}:
                raise
            # No hard links here (FAT, some network shares): claim the name, then fill it.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | self.open_flags, 0o600))
            source.replace(target)
            return
        source.unlink()

    def sync(self, fd: int) -> None:
        """Return when the data of *fd* are on disk."""
        if sys.platform == "darwin":
            # fsync on macOS stops at the drive's cache.
            try:
                fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            except OSError as error:
                if error.errno not in _UNSUPPORTED:
                    raise
            else:
                return
        if hasattr(os, "fdatasync"):
            os.fdatasync(fd)
        else:
            os.fsync(fd)

    def sync_directory(self, path: Path) -> None:
        """Return when the names in *path* are on disk."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        except OSError as error:
            # Some network file systems cannot sync a folder and do not need it.
            if error.errno not in _UNSUPPORTED:
                raise
        finally:
            os.close(fd)

    def reserve(self, fd: int, offset: int, size: int) -> None:
        """Reserve *size* bytes from *offset*; a file system that cannot is left alone."""
        if size <= 0:
            return
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(fd, offset, size)
            elif sys.platform == "darwin":
                request = struct.pack("=Iiqqq", _F_ALLOCATEALL, _F_PEOFPOSMODE, 0, size, 0)
                fcntl.fcntl(fd, _F_PREALLOCATE, request)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise

    def free_space(self, path: Path) -> int:
        """Bytes that an ordinary user may still write in *path*."""
        figures = os.statvfs(path)
        return figures.f_bavail * figures.f_frsize

    def process_alive(self, pid: int) -> bool:
        """Whether the process exists; one that we may not signal exists."""
        if pid <= 0:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def kill_self(self) -> None:
        """End this process by SIGKILL."""
        os.kill(os.getpid(), signal.SIGKILL)

    def interrupt_signals(self) -> tuple[signal.Signals, ...]:
        """INT (Ctrl-C), TERM (supervisors), HUP (the terminal was closed)."""
        return (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
