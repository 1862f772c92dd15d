"""Private, durable and atomic files."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from vbrprov.platform_.errors import (
    ExposedFileError,
    NotOwnFileError,
    NotPrivateDirectoryError,
    NotRegularFileError,
)
from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.system import system

PRIVATE_MODE = 0o600
_OTHERS = 0o077


def open_private(path: Path, flags: int = os.O_RDONLY, *, mode: int = PRIVATE_MODE) -> int:
    """Open a file that only its owner may read; links are not followed.

    Args:
        path: The file.
        flags: As for ``os.open``: ``O_RDWR | O_CREAT`` and so on.
        mode: For a new file.

    Returns:
        A file descriptor, not inherited by child processes.

    Raises:
        ExposedFileError: The file exists and group or others may read or write it.
        NotRegularFileError: The path is a link, a pipe, a folder or a device.
        OSError: As from ``os.open``.
    """
    try:
        fd = os.open(path, flags | system.open_flags, mode)
    except OSError as error:
        # EMLINK: the BSDs' answer to a link where O_NOFOLLOW is set.
        if error.errno in {errno.ELOOP, errno.EMLINK} or path.is_symlink():
            raise NotRegularFileError(path, "a symbolic link") from error
        if error.errno == errno.EISDIR:
            raise NotRegularFileError(path, "a folder") from error
        if error.errno == errno.ENXIO:
            raise NotRegularFileError(path, "a pipe, a socket or a device") from error
        raise
    try:
        _require_private(path, os.fstat(fd).st_mode)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _require_private(path: Path, mode: int) -> None:
    """Raise unless *mode* is that of a plain file for its owner alone."""
    if stat.S_ISDIR(mode):
        raise NotRegularFileError(path, "a folder")
    if not stat.S_ISREG(mode):
        raise NotRegularFileError(path, "a pipe, a socket or a device")
    if system.user_id() is not None and mode & _OTHERS:
        raise ExposedFileError(path, stat.S_IMODE(mode))


def read_private(path: Path, *, must_own: bool = False) -> bytes | None:
    """The whole of a private file, or None when there is no such file.

    Args:
        path: The file.
        must_own: Refuse a file of another user: in a folder that others may write to, such a file
            may be planted.

    Raises:
        ExposedFileError: Others may read it.
        NotOwnFileError: It belongs to another user, and must not.
        NotRegularFileError: It is no plain file.
        OSError: It cannot be read.
    """
    try:
        fd = open_private(path)
    except FileNotFoundError:
        return None
    try:
        if must_own and (user := system.user_id()) is not None:
            owner = os.fstat(fd).st_uid
            if owner != user:
                raise NotOwnFileError(path, owner)
        return _read_all(fd)
    finally:
        os.close(fd)


def _read_all(fd: int) -> bytes:
    # One byte more than the size: the second read then answers "end" without a growing buffer.
    chunk = os.read(fd, os.fstat(fd).st_size + 1)
    parts = [chunk]
    while chunk:
        chunk = os.read(fd, 1 << 20)
        parts.append(chunk)
    return parts[0] if len(parts) <= 2 else b"".join(parts)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte of *data* at the current offset."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def atomic_write(
    path: Path, data: bytes, *, mode: int = PRIVATE_MODE, stage: str = "", temp: Path | None = None,
    durable: bool = True,
) -> None:
    """Replace *path* by *data*: afterwards, and after any crash, it is the old file or the new one.

    Args:
        path: The file to replace or create.
        data: Its new content.
        mode: Of the new file.
        stage: Prefix of the failpoints passed (``before_write``, ``partial_write``,
            ``before_rename``, ``after_rename``); empty for none.
        temp: Name of the file written first, in the same folder. Give one only where a lock makes
            this process the only writer: leftovers of a crash are then overwritten, not piled up.
        durable: Whether to wait for the disk. Without, the file may be empty after a power cut.

    Raises:
        OSError: Nothing was changed, unless the failure came from syncing the folder.
    """
    source = _write_temp(path, data, mode, stage, temp, durable=durable)
    try:
        _pass(stage, "before_rename")
        system.replace(source, path)
    except OSError:
        _discard(source)
        raise
    _pass(stage, "after_rename")
    if durable:
        system.sync_directory(path.parent)


def atomic_create(
    path: Path, data: bytes, *, mode: int = PRIVATE_MODE, temp: Path | None = None
) -> None:
    """Create *path* with *data*, whole or not at all.

    Raises:
        FileExistsError: The file exists; it was not touched.
    """
    source = _write_temp(path, data, mode, "", temp)
    try:
        system.rename_new(source, path)
    except OSError:
        _discard(source)
        raise
    system.sync_directory(path.parent)


def _write_temp(path: Path, data: bytes, mode: int, stage: str, temp: Path | None, *,
                durable: bool = True) -> Path:
    """Write a new file beside *path*, on disk when *durable*."""
    if temp is None:
        temp = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    else:
        _discard(temp)
    _pass(stage, "before_write")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    fd = open_private(temp, flags, mode=mode & ~_OTHERS)
    try:
        try:
            if stage:
                half = len(data) // 2
                write_all(fd, data[:half])
                _pass(stage, "partial_write")
                write_all(fd, data[half:])
            else:
                write_all(fd, data)
            if system.user_id() is not None and mode & _OTHERS:
                temp.chmod(mode)
            if durable:
                system.sync(fd)
        finally:
            os.close(fd)
    except OSError:
        _discard(temp)
        raise
    return temp


def _pass(stage: str, place: str) -> None:
    if stage:
        failpoint(f"{stage}.{place}")


def _discard(path: Path) -> None:
    """Remove a file that may be gone; a failure to do so must not hide the first error."""
    with suppress(OSError):
        path.unlink()


def keep_copy(source: Path, target: Path, *, temp: Path) -> None:
    """Let *target* hold what *source* holds, at no cost where hard links exist.

    *source* stays where it is throughout, and *target* is replaced in one step. Only for files that
    are never written in place.
    """
    _discard(temp)
    try:
        os.link(source, temp)
    except OSError:
        data = read_private(source)
        if data is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(source)) from None
        atomic_write(target, data, temp=temp)
        return
    system.replace(temp, target)
    # rename() does nothing when both names are already links to one file.
    _discard(temp)


def sync_file(fd: int) -> None:
    """Return when the data of *fd* are on disk."""
    system.sync(fd)


def preallocate(fd: int, offset: int, size: int) -> None:
    """Reserve disk space for *size* bytes from *offset*, so that writing them cannot run out.

    The file may grow; what was not written reads as zero bytes. File systems that cannot reserve
    are left alone: ask :func:`free_space` too.

    Raises:
        OSError: There is no room (ENOSPC, EDQUOT).
    """
    system.reserve(fd, offset, size)


def free_space(directory: Path) -> int:
    """Bytes that this user may still write in *directory*."""
    return system.free_space(directory)


def secure_dir(path: Path) -> Path:
    """Make *path* a folder that is ours alone (mode 0700), creating it where needed.

    Raises:
        NotPrivateDirectoryError: It is a link, or belongs to another user.
        OSError: It cannot be created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        kind = "it is a symbolic link" if stat.S_ISLNK(found.st_mode) else "it is a file"
        raise NotPrivateDirectoryError(path, kind)
    user = system.user_id()
    if user is not None:
        if found.st_uid != user:
            raise NotPrivateDirectoryError(path, f"it belongs to user id {found.st_uid}")
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)
    return path
