"""Configurations that ``validate`` found nothing in, so that the next run need not look again.

What a validation says depends on the files of the configuration, on the program, on the values of
variables given to it, and on the day (attestations expire). All of that is in the record, and the
record is in the store of parsed files, which nobody else can write to. A configuration whose
outcome may depend on anything else is never recorded: functions that read files, remote modules,
JSON files (which may spell a function's name with escapes), any finding at all, even a warning.

A plan never asks here.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from typing import Final

import msgspec

from vbrprov import __version__
from vbrprov.config.load import SUFFIX, DiskFiles
from vbrprov.config.model import Module
from vbrprov.syntax.cache import is_disabled
from vbrprov.syntax.store import Store
from vbrprov.workflow.request import Request
from vbrprov.workflow.variables import PREFIXES

#: Smaller configurations are validated sooner than they are looked up.
_SMALL: Final = 24_000
#: What reads more than the configuration, or may: functions, and where the process stands.
_OUTSIDE: Final = re.compile(
    r"\b(?:file\w*|template(?:file|string)|abspath|pathexpand|plantimestamp|cwd|source\s*=\s*"
    r'(?!\s*"\.\.?/))')


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What was there when nothing was found."""

    #: Folder -> names of the files in it that count.
    folders: dict[str, list[str]]
    #: File -> hash of its bytes.
    files: dict[str, bytes]
    #: Folders of the providers in use -> what stands for their content.
    programs: dict[str, bytes]


class Validated:
    """The records of one request; without a store, or where values are given, there are none."""

    def __init__(self, request: Request) -> None:
        self._directory = request.directory
        self._store: Store | None = None
        self._name = ""
        if request.variables or request.untrusted or is_disabled() or self._size() < _SMALL:
            return
        program = _program(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120  # pathlib costs more than the rest
        self._store = Store.of_user(repr((__version__, sys.version)).encode() + program)
        if self._store is not None:
            given = sorted((k, v) for k, v in request.environ.items() if k.startswith(PREFIXES))
            today = datetime.now(UTC).date().isoformat()
            place = repr((os.getcwd(), request.directory, given, today))  # noqa: PTH109  # as shown in messages
            self._name = self._store.name("valid", place.encode("utf-8", "surrogatepass"))

    def known(self) -> bool:
        """Whether the configuration is one that nothing was found in."""
        data = self._store.get(self._name) if self._store is not None else None
        if data is None:
            return False
        try:
            record = msgspec.msgpack.decode(data, type=Record)
            return (all(_counting(folder) == names for folder, names in record.folders.items())
                    and all(_program(folder) == mark for folder, mark in record.programs.items())
                    and all(self._hash(path) == mark for path, mark in record.files.items()))
        except (msgspec.DecodeError, OSError):
            return False

    def remember(self, root: Module, providers: set[str]) -> None:
        """Record that nothing was found; *providers* are the folders of those in use."""
        if self._store is None:
            return
        try:
            folders = {m.directory or ".": _counting(m.directory or ".") for m in root.walk()}
            files = [os.path.join(folder, name)  # noqa: PTH118  # as above
                     for folder, names in folders.items() for name in names]
            texts = {os.path.normpath(path): source.text
                     for m in root.walk() for path, source in m.sources.items()}
            if any(name.endswith(".json") for names in folders.values() for name in names) or any(
                    _OUTSIDE.search(text) for text in texts.values()):
                return
            record = Record(folders, {path: self._hash(path) for path in files},
                            {folder: _program(folder) for folder in sorted(providers)})
        except OSError:
            return
        self._store.put(self._name, msgspec.msgpack.encode(record))

    def _hash(self, path: str) -> bytes:
        assert self._store is not None
        return bytes.fromhex(self._store.name("file", DiskFiles().read(path)))

    def _size(self) -> int:
        try:
            with os.scandir(self._directory or ".") as entries:
                return sum(e.stat().st_size for e in entries if e.name.endswith(SUFFIX))
        except OSError:
            return 0


def _counting(folder: str) -> list[str]:
    """The files in a folder that make, or give values to, a configuration."""
    return [n for n in DiskFiles().names(folder) if n.endswith((".hcl", ".json"))]


def _program(folder: str) -> bytes:
    """What stands for the code and data in a package's folder: names, sizes and times."""
    found: list[tuple[str, int, int]] = []
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        folders.append(entry.path)
                else:
                    stat = entry.stat()
                    found.append((entry.path, stat.st_size, stat.st_mtime_ns))
    return repr(sorted(found)).encode("utf-8", "surrogatepass")
