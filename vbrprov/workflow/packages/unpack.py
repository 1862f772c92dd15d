"""Archives to folders. Nothing in an archive is trusted: not its names, its sizes, its links."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from vbrprov.workflow.packages.tree import (
    CHUNK,
    MAX_BYTES,
    MAX_ENTRIES,
    PackageError,
    checked_name,
    too_large,
    too_many,
)

#: How many times larger than the archive its content may be, once it is larger than the floor.
MAX_RATIO = 200
RATIO_FLOOR = 10 << 20
#: Bytes of a directory of a zip file per entry; names of 200 bytes fit well.
_DIRECTORY_BYTES = 320
_XZ_MEMORY = 128 << 20
_LINK_BYTES = 4096


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes:
        """At most *size* bytes."""


class _Budget:
    """What an archive may still unpack to."""

    def __init__(self, packed: int | None) -> None:
        self.entries = 0
        self.bytes = 0
        self.limit = MAX_BYTES
        if packed is not None:
            self.limit = min(MAX_BYTES, max(RATIO_FLOOR, packed * MAX_RATIO))

    def entry(self) -> None:
        """Count a file, link or folder that is made."""
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            raise too_many()

    def take(self, size: int) -> None:
        """Count bytes."""
        self.bytes += size
        if self.bytes > self.limit:
            if self.limit == MAX_BYTES:
                raise too_large()
            raise PackageError(f"It unpacks to more than {MAX_RATIO} times its own size.")


class _Target:
    """Writes entries below a fresh folder; links last, so that nothing is written through one."""

    def __init__(self, root: Path, budget: _Budget) -> None:
        self._root = root
        self._budget = budget
        self._folders: set[tuple[str, ...]] = set()
        self._links: dict[tuple[str, ...], str] = {}

    def folder(self, name: str) -> None:
        """Make a folder."""
        with _conflicts(name):
            self._make(checked_name(name))

    def _make(self, parts: tuple[str, ...]) -> None:
        """Make a folder and those around it, which count: names are short, folders are not."""
        for length in range(1, len(parts) + 1):
            if parts[:length] not in self._folders:
                self._budget.entry()
                self._root.joinpath(*parts[:length]).mkdir()
                self._folders.add(parts[:length])

    def file(self, name: str, stream: _Readable, budget: _Budget | None) -> None:
        """Write a file that is not there yet."""
        parts = checked_name(name)
        if not parts:
            raise PackageError("It has an entry without a name.")
        path = self._root.joinpath(*parts)
        with _conflicts(name):
            self._make(parts[:-1])
            self._budget.entry()
            with path.open("xb") as out:
                while chunk := stream.read(CHUNK):
                    if budget is not None:
                        budget.take(len(chunk))
                    out.write(chunk)

    def link(self, name: str, target: str) -> None:
        """Remember a symbolic link."""
        parts = checked_name(name)
        if not parts or parts in self._links or not target or target.startswith("/"):
            raise PackageError(f'Its link "{name}" is not valid or leads outside of the package.')
        self._budget.entry()
        self._links[parts] = target

    def finish(self) -> None:
        """Make the links. Where they lead is checked with the whole tree."""
        for parts, target in self._links.items():
            path = self._root.joinpath(*parts)
            with _conflicts("/".join(parts)):
                if any(parts[:n] in self._links for n in range(1, len(parts))):
                    raise FileExistsError
                self._make(parts[:-1])
                path.symlink_to(target)


@contextmanager
def _conflicts(name: str) -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise PackageError(f'Its entry "{name}" is there twice, or is a file and a folder at '
                           "once.") from None


def unpack(archive: Path, kind: str, root: Path) -> None:
    """Unpack an archive file into an empty folder.

    Args:
        archive: The file.
        kind: zip, tar, tar.gz, tar.bz2 or tar.xz.
        root: The folder; after an error it holds whatever was written before.

    Raises:
        PackageError: The archive is damaged or must not be unpacked.
        OSError: It cannot be read, or the folder not written.
    """
    try:
        with archive.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if kind == "zip":
                _unpack_zip(stream, size, root)
                return
            budget = _Budget(size)
            unpack_tar(_decompressed(stream, kind), root, budget)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError,
            NotImplementedError, gzip.BadGzipFile, struct.error, UnicodeError) as error:
        raise PackageError(f"It is damaged or is no {kind} archive: {error}.") from None


def _decompressed(stream: IO[bytes], kind: str) -> _Readable:
    if kind == "tar.gz":
        return gzip.GzipFile(fileobj=stream)
    if kind == "tar.bz2":
        return bz2.BZ2File(stream)
    if kind == "tar.xz":
        return _Xz(stream)
    return stream


class _Xz:
    """An xz stream; ``lzma.open`` has no limit on memory, which the archive would choose."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._inner = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)

    def read(self, size: int = -1, /) -> bytes:
        """At most *size* bytes; empty at the end."""
        while not self._inner.eof:
            raw = self._stream.read(CHUNK) if self._inner.needs_input else b""
            if self._inner.needs_input and not raw:
                raise EOFError("it ends too early")
            if out := self._inner.decompress(raw, size):
                return out
        return b""


class _Counted:
    """Counts what is read; also stops headers that claim to be huge."""

    def __init__(self, stream: _Readable, budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as asked for, where there are so many."""
        parts = []
        while size != 0:
            chunk = self._stream.read(CHUNK if size < 0 else min(size, CHUNK))
            if not chunk:
                break
            self._budget.take(len(chunk))
            parts.append(chunk)
            size -= len(chunk)
        return b"".join(parts)


def unpack_tar(stream: _Readable, root: Path, budget: _Budget | None = None) -> None:
    """Unpack a tar stream, as it comes from git, into an empty folder.

    Raises:
        PackageError: It holds what must not be unpacked, or too much.
        tarfile.TarError: It is damaged.
    """
    budget = budget or _Budget(None)
    target = _Target(root, budget)
    with tarfile.open(fileobj=_Counted(stream, budget), mode="r|", errorlevel=2) as opened:  # type: ignore[call-overload]  # reads only, and only forward
        for item in opened:
            if item.isdir():
                target.folder(item.name)
            elif item.issym():
                target.link(item.name, item.linkname)
            elif item.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
                inner = opened.extractfile(item)
                assert inner is not None
                target.file(item.name, inner, None)
            else:
                raise PackageError(f'Its entry "{item.name}" is a hard link, a device or something '
                                   "else that is no file, folder or symbolic link.")
    target.finish()


def _unpack_zip(stream: IO[bytes], size: int, root: Path) -> None:
    _check_directory(stream, size)
    budget = _Budget(size)
    target = _Target(root, budget)
    with zipfile.ZipFile(stream) as opened:
        _check_overlap(opened)
        for item in opened.infolist():
            mode = item.external_attr >> 16
            if item.flag_bits & 1:
                raise PackageError("It is encrypted.")
            if item.is_dir() or stat.S_ISDIR(mode):
                target.folder(item.filename)
                continue
            with opened.open(item) as inner:
                if stat.S_ISLNK(mode):
                    target.link(item.filename, inner.read(_LINK_BYTES).decode())
                elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
                    target.file(item.filename, inner, budget)
                else:
                    raise PackageError(f'Its entry "{item.filename}" is a device, a pipe or a '
                                       "socket.")
    target.finish()


def _check_directory(stream: IO[bytes], size: int) -> None:
    """Refuse a zip file with a huge directory before ``zipfile`` reads all of it."""
    start = max(0, size - 22 - 65_535)
    stream.seek(start)
    tail = stream.read()
    # As zipfile looks for it: at the very end, else the last one before a comment.
    at = len(tail) - 22
    if at < 0 or tail[at:at + 4] != b"PK\5\6" or tail[-2:] != b"\0\0":
        at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < 22:
        raise PackageError("It is damaged or is no zip archive.")
    entries, length = struct.unpack_from("<HL", tail, at + 10)
    wide = at >= 20 and tail[at - 20:at - 16] == b"PK\6\7"
    if wide or entries > MAX_ENTRIES or length > MAX_ENTRIES * _DIRECTORY_BYTES:
        raise too_many()


def _check_overlap(opened: zipfile.ZipFile) -> None:
    """Refuse entries that share bytes: a few of them can unpack to any size."""
    free = 0
    for item in sorted(opened.infolist(), key=lambda i: i.header_offset):
        if item.header_offset < free:
            raise PackageError(f'Its entry "{item.filename}" lies over another one.')
        free = item.header_offset + 30 + item.compress_size
    if free > opened.start_dir:
        raise PackageError("Its last entry lies over its directory.")


__all__ = ["MAX_RATIO", "RATIO_FLOOR", "unpack", "unpack_tar"]
