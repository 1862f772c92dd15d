"""The content of a package: what may be in it, and its hash."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

#: Limits of ours. A package of modules is text; these are far above any that is meant well.
MAX_ENTRIES = 10_000
MAX_BYTES = 256 << 20
MAX_PARTS = 64
MAX_ARCHIVE = 128 << 20
#: Bytes that are read at once.
CHUNK = 1 << 18


class PackageError(Exception):
    """A package that cannot be had or must not be used; the text is a sentence for the user."""


def checked_name(name: str) -> tuple[str, ...]:
    """The parts of the name of an entry, with ``/`` between them.

    Raises:
        PackageError: A name that leads somewhere else, or means different things on different
            systems.
    """
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
        raise PackageError(f'It has an entry named "{_shown(name)}", which may lead outside of '
                           "the package.")
    if len(parts) > MAX_PARTS or any(len(os.fsencode(part)) > 255 for part in parts):
        raise PackageError(f'The name of its entry "{_shown(name)}" is too long.')
    if any(ord(char) < 32 or ord(char) == 127 or "\ud800" <= char <= "\udfff" for char in name):
        raise PackageError(f'It has an entry named "{_shown(name)}", with characters that no file '
                           "name should have.")
    return parts


def _shown(name: str) -> str:
    text = name if len(name) <= 80 else f"{name[:77]}..."
    return text.encode("utf-8", "backslashreplace").decode()


def content_hash(root: Path) -> str:
    """The hash of all files below a folder, which is looked at and refused where it must be.

    It is ``h1:`` and the base64 of the SHA-256 of one line per file, sorted by name: the SHA-256 of
    the file in hexadecimal, two spaces, its name. Of a link, the text that it holds is digested,
    and its name has ``NUL link`` behind it. Modes, times and empty folders do not count.

    Raises:
        PackageError: Something that a package must not hold, or too much of it.
        OSError: It cannot be read.
    """
    lines = []
    total = 0
    for name, entry in sorted(walk(root)):
        if entry.is_symlink():
            digest = hashlib.sha256(os.fsencode(Path(entry).readlink())).hexdigest()
            lines.append(f"{digest}  {name}\0link\n")
            continue
        made = hashlib.sha256()
        with open_file(entry.path) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MAX_BYTES:
                    raise too_large()
                made.update(chunk)
        lines.append(f"{made.hexdigest()}  {name}\n")
    whole = hashlib.sha256("".join(lines).encode()).digest()
    return f"h1:{base64.b64encode(whole).decode()}"


def too_large() -> PackageError:
    """What is said of a package above the limit."""
    return PackageError(f"Its files have more than {MAX_BYTES >> 20} MiB together. A module is "
                        "text; keep large files elsewhere.")


def archive_too_large() -> PackageError:
    """What is said of an archive above the limit."""
    return PackageError(f"The archive has more than {MAX_ARCHIVE >> 20} MiB.")


def too_many() -> PackageError:
    """What is said of a package with too many entries."""
    return PackageError(f"It has more than {MAX_ENTRIES} files and folders.")


def open_file(path: str) -> FileIO:
    """Open a regular file for reading, without waiting for whatever else it may have become.

    Raises:
        PackageError: Not a regular file.
        OSError: It cannot be opened.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
                     | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise PackageError(f'"{_shown(Path(path).name)}" is not a regular file.')
    return FileIO(number)


def walk(root: Path, skip: frozenset[str] = frozenset()) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All files and links below a folder, with their names; no link is followed.

    Raises:
        PackageError: A device, pipe or socket; a link that leads outside or nowhere; two names that
            differ in case only; too many entries.
        OSError: A folder cannot be read.
    """
    real = Path(os.path.realpath(root))
    stack = [(str(root), "")]
    count = 0
    while stack:
        folder, prefix = stack.pop()
        seen: dict[str, str] = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                count += 1
                if count > MAX_ENTRIES:
                    raise too_many()
                if entry.name in skip:
                    continue
                name = prefix + entry.name
                checked_name(name)
                twin = seen.setdefault(_folded(entry.name), name)
                if twin != name:
                    raise PackageError(f'"{name}" and "{twin}" would be one file on systems that '
                                       "do not tell upper from lower case.")
                if entry.is_symlink():
                    _check_link(entry, name, real)
                    yield name, entry
                elif entry.is_dir(follow_symlinks=False):
                    stack.append((entry.path, f"{name}/"))
                elif entry.is_file(follow_symlinks=False):
                    yield name, entry
                else:
                    raise PackageError(f'"{name}" is a pipe, a socket or a device.')


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _check_link(entry: os.DirEntry[str], name: str, root: Path) -> None:
    target = Path(os.path.realpath(entry.path))
    if Path(entry).readlink().is_absolute() or not target.is_relative_to(root):
        raise PackageError(f'The link "{name}" leads outside of the package.')
    if not target.exists() or target.is_symlink():
        raise PackageError(f'The link "{name}" leads nowhere, or in a circle.')
