"""Rewriting configuration files in the canonical form."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vbrprov.config.load import SUFFIX
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.platform_.files import atomic_write
from vbrprov.syntax import decode_source, parse_config
from vbrprov.syntax.cache import ParseCache
from vbrprov.syntax.format import format_source

#: Files of values: their lines may be secrets, and are never shown.
_VALUES = ".vbrvars.hcl"
SUFFIXES = (SUFFIX, _VALUES, ".vbrtest.hcl", ".vbrmock.hcl")


@dataclass(frozen=True, slots=True)
class Formatted:
    """One file: as it is and as it should be."""

    name: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether it is not in the canonical form."""
        return self.before != self.after

    def diff(self) -> str:
        """A unified diff; of a file of values only that there is one."""
        if self.name.endswith(_VALUES):
            return (f"--- old/{self.name}\n+++ new/{self.name}\n"
                    "(the lines of a file of values are not shown)\n")
        return "".join(difflib.unified_diff(
            self.before.splitlines(keepends=True), self.after.splitlines(keepends=True),
            f"old/{self.name}", f"new/{self.name}"))


def format_text(name: str, raw: bytes, diags: Diagnostics,
                sources: dict[str, SourceFile]) -> Formatted | None:
    """The canonical form of one text; ``None`` after a syntax error."""
    source, found = decode_source(name, raw)
    if not name.endswith(_VALUES):
        sources[name] = source
    if found.has_errors:
        diags.extend(found)
        return None
    body, found = parse_config(source)
    diags.extend(found)
    if found.has_errors:
        return None
    # With the byte order mark that is not part of the source text, so that it goes, too.
    return Formatted(name, raw.decode(), format_source(source.text, body))


def find_files(targets: Iterable[str], diags: Diagnostics, *, recursive: bool) -> Iterator[Path]:
    """The files that *targets* (files and folders) name; hidden folders are left out."""
    for target in targets:
        path = Path(target)
        if path.is_dir():
            yield from _in_folder(path, diags, recursive=recursive)
        elif path.is_file() and path.name.endswith(SUFFIXES):
            yield path
        elif path.is_file():
            diags.error("Not a configuration file", f"Only {', '.join(SUFFIXES)} files can be "
                        f"formatted, and {target} is none.")
        else:
            diags.error("No such file or folder", f"There is no file or folder {target}.")


def _in_folder(folder: Path, diags: Diagnostics, *, recursive: bool) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        diags.error("Cannot read a folder", f"The folder {folder} cannot be read: "
                    f"{error.strerror}.")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_file() and entry.name.endswith(SUFFIXES):
            yield entry
        elif recursive and entry.is_dir() and not entry.is_symlink():
            yield from _in_folder(entry, diags, recursive=True)


def format_files(paths: Iterable[Path], diags: Diagnostics, sources: dict[str, SourceFile], *,
                 write: bool) -> list[Formatted]:
    """The files that change; those with errors are reported and left alone."""
    out = []
    cache = ParseCache()
    for path in paths:
        try:
            raw = path.read_bytes()
        except OSError as error:
            diags.error("Cannot read a file", f"The file {path} cannot be read: {error.strerror}.")
            continue
        if cache.is_formatted(raw):
            continue
        made = format_text(str(path), raw, diags, sources)
        if made is None:
            continue
        if not made.changed:
            cache.set_formatted(raw)
            continue
        out.append(made)
        if write and _write(path, made.after.encode(), diags):
            cache.set_formatted(made.after.encode())
    return out


def _write(path: Path, data: bytes, diags: Diagnostics) -> bool:
    """Replace a file; whether that went well."""
    try:
        # Readable as before: a configuration is no secret. A link stays a link.
        atomic_write(path.resolve(), data, mode=path.stat().st_mode & 0o777)
    except OSError as error:
        diags.error("Cannot write a file", f"The file {path} cannot be written: {error.strerror}.")
        return False
    return True
