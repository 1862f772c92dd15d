"""Loading a module and the modules that it calls from files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from vbrprov.config.blocks import locals as locals_block
from vbrprov.config.blocks import module as module_block
from vbrprov.config.blocks import output as output_block
from vbrprov.config.blocks import provider as provider_block
from vbrprov.config.blocks import resource as resource_block
from vbrprov.config.blocks import settings as settings_block
from vbrprov.config.blocks import variable as variable_block
from vbrprov.config.model import Module, ModulePath
from vbrprov.config.reader import BlockReader
from vbrprov.diag import Diagnostics, SourceFile, did_you_mean
from vbrprov.syntax import ast, decode_source

SUFFIX = ".vbr.hcl"
#: A larger file is not even read; how large one may be to be parsed, ``syntax`` says.
MAX_FILE_BYTES = 100_000_000
MAX_DEPTH = 30

Decode = Callable[[BlockReader, Module], None]
Parse = Callable[[SourceFile], tuple[ast.Body, Diagnostics]]

_BLOCKS: dict[str, Decode] = {
    "variable": variable_block.decode,
    "locals": locals_block.decode,
    "output": output_block.decode,
    "provider": provider_block.decode,
    "resource": resource_block.decode,
    "data": resource_block.decode,
    "module": module_block.decode,
    "vbrprov": settings_block.decode,
    "terraform": settings_block.decode,
}


class Files(Protocol):
    """Where configuration files come from: a disk, or the copy in a saved plan."""

    def names(self, directory: str) -> list[str]:
        """File names in a folder; raises ``OSError`` when it cannot be listed."""

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises ``OSError``."""


class DiskFiles:
    """Files on disk; remembers what it read, for the saved plan."""

    def __init__(self) -> None:
        self.seen: dict[str, bytes] = {}

    def names(self, directory: str) -> list[str]:
        """File names in a folder."""
        with os.scandir(directory or ".") as entries:
            return sorted(e.name for e in entries if not _is_folder(e))

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: It cannot be read, or is a pipe or a device, which might never end.
        """
        place = Path(path)
        size = place.stat().st_size
        if not place.is_file() or size > MAX_FILE_BYTES:
            why = f"it has {size} bytes" if place.is_file() else "it is not a regular file"
            raise OSError(errno.EINVAL, why, path)
        data = place.read_bytes()
        self.seen[path] = data
        return data


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads in a circle: whoever needs the file finds out.
        return False


class StoredFiles:
    """Files kept in a saved plan."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def names(self, directory: str) -> list[str]:
        """File names in a folder."""
        wanted = os.path.normpath(directory or ".")
        split = (os.path.split(p) for p in self._files)
        return sorted(name for folder, name in split if os.path.normpath(folder or ".") == wanted)

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._files[path]


def load(directory: str, files: Files, parse: Parse) -> tuple[Module, Diagnostics]:
    """The root module in *directory* with all modules below it."""
    diags = Diagnostics()
    root = _load_module((), directory, files, parse, diags, frozenset())
    if not root.sources and not diags:
        diags.error(
            "No configuration files", f"There are no {SUFFIX} files in "
            f"{os.path.abspath(directory)}. Run this command in a folder that holds a "
            "configuration, or name the folder with -chdir=DIR.")
    return root, diags


def _load_module(path: ModulePath, directory: str, files: Files, parse: Parse,
                 diags: Diagnostics, around: frozenset[str]) -> Module:
    module = Module(path, directory)
    around |= {os.path.normpath(directory or ".")}
    try:
        names = [n for n in files.names(directory) if n.endswith(SUFFIX) and not n.startswith(".")]
    except OSError as error:
        diags.error("Cannot read the configuration", f"The folder {directory} cannot be read: "
                    f"{error.strerror or error}.")
        return module
    for name in names:
        _load_file(file_in(directory, name), module, files, parse, diags)
    _warn_of_json(directory, files, diags)
    for call in module.calls.values():
        target = _target(call.source, directory)
        if not call.source:
            # Whatever else is wrong with the argument was said when the block was read.
            if not diags.has_errors:
                diags.error("Invalid module source address", f'The source of the module '
                            f'"{call.name}" is empty. Write a path that starts with "./" or '
                            '"../".', call.range)
            continue
        if target is None:
            diags.error("Unsupported module source", f'The module source "{call.source}" is not a '
                        'local path. Write a path that starts with "./" or "../".', call.range)
            continue
        if target in around or len(path) >= MAX_DEPTH or not _is_dir(target, files):
            why = "there is no such folder with configuration files"
            if target in around:
                why = "that is a module which this one is part of: it would contain itself"
            elif len(path) >= MAX_DEPTH:
                why = "modules are nested too deeply"
            diags.error("Module not found", f'The module "{call.name}" has the source '
                        f'"{call.source}", but {why} ({target}).', call.range)
            continue
        module.children[call.name] = _load_module(
            (*path, call.name), target, files, parse, diags, around)
    return module


def file_in(directory: str, name: str) -> str:
    """The path of a file in a folder, as diagnostics show it: without a leading ``./``."""
    return name if directory in ("", ".") else f"{directory}{os.sep}{name}"


def _warn_of_json(directory: str, files: Files, diags: Diagnostics) -> None:
    found = [n for n in files.names(directory) if n.endswith(".vbr.json")]
    if found:
        diags.warning("Files that are not read", f"This version reads {SUFFIX} files only and "
                      f"passes over {', '.join(found)} in {directory or '.'}.")


def _is_dir(target: str, files: Files) -> bool:
    try:
        return any(n.endswith(SUFFIX) for n in files.names(target))
    except OSError:
        return False


def _target(source: str, directory: str) -> str | None:
    if source.startswith(("./", "../")) or source in (".", ".."):
        return os.path.normpath(file_in(directory, source))
    return None


def _load_file(path: str, module: Module, files: Files, parse: Parse, diags: Diagnostics) -> None:
    try:
        raw = files.read(path)
    except OSError as error:
        diags.error("Cannot read a file", f"The file {path} cannot be read: "
                    f"{error.strerror or error}.")
        return
    source, found = decode_source(path, raw)
    diags.extend(found)
    if found.has_errors:
        module.sources[path] = source
        return
    body, found = parse(source)
    diags.extend(found)
    module.sources[path] = source
    for attribute in body.attributes:
        diags.error("Unsupported argument", f'An argument named "{attribute.name}" is not expected '
                    "here. At the top of a file there are only blocks.",
                    source.range(attribute.start, attribute.name_end))
    for block in body.blocks:
        decode = _BLOCKS.get(block.type)
        if decode is None:
            hint = did_you_mean(block.type, _BLOCKS)
            diags.error("Unsupported block type", f'Blocks of type "{block.type}" are not expected '
                        f"here. {hint}".strip(), source.range(block.start, block.type_end))
            continue
        decode(BlockReader(block, source, diags), module)
