"""Loading a module and the modules that it calls from files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vbrprov.config.blocks import check as check_block
from vbrprov.config.blocks import ephemeral as ephemeral_block
from vbrprov.config.blocks import import_ as import_block
from vbrprov.config.blocks import locals as locals_block
from vbrprov.config.blocks import module as module_block
from vbrprov.config.blocks import moved as moved_block
from vbrprov.config.blocks import output as output_block
from vbrprov.config.blocks import provider as provider_block
from vbrprov.config.blocks import removed as removed_block
from vbrprov.config.blocks import resource as resource_block
from vbrprov.config.blocks import settings as settings_block
from vbrprov.config.blocks import variable as variable_block
from vbrprov.config.model import Module
from vbrprov.config.overrides import Placed, is_override, override
from vbrprov.config.packages import LocalOnly, Packages, locate
from vbrprov.config.reader import BlockReader
from vbrprov.diag import Diagnostics, SourceFile, did_you_mean
from vbrprov.syntax import ast, decode_source

SUFFIX = ".vbr.hcl"
JSON_SUFFIX = ".vbr.json"
#: A larger file is not even read; how large one may be to be parsed, ``syntax`` says.
MAX_FILE_BYTES = 100_000_000
MAX_DEPTH = 30
#: Module calls of a configuration, and configuration files of a folder: a limit of ours.
MAX_MODULES = 10_000
MAX_FILES = 10_000

Decode = Callable[[BlockReader, Module], None]
Parse = Callable[[SourceFile], tuple[ast.Body, Diagnostics]]

_BLOCKS: dict[str, Decode] = {
    "variable": variable_block.decode,
    "locals": locals_block.decode,
    "output": output_block.decode,
    "provider": provider_block.decode,
    "resource": resource_block.decode,
    "data": resource_block.decode,
    "ephemeral": ephemeral_block.decode,
    "check": check_block.decode,
    "module": module_block.decode,
    "moved": moved_block.decode,
    "removed": removed_block.decode,
    "import": import_block.decode,
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


class ConfinedFiles(DiskFiles):
    """Files on disk, none of them outside a few folders, links followed.

    Args:
        folders: What may be read below.
        also: Single files that may be read as well.
    """

    def __init__(self, folders: Iterable[str], also: Iterable[str] = ()) -> None:
        super().__init__()
        self._folders = [Path(os.path.realpath(folder or ".")) for folder in folders]
        self._also = {os.path.realpath(path) for path in also}

    def names(self, directory: str) -> list[str]:
        """File names in a folder."""
        self._check(directory or ".")
        return super().names(directory)

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: Also where it lies outside.
        """
        self._check(path)
        return super().read(path)

    def _check(self, path: str) -> None:
        real = os.path.realpath(path)
        if real not in self._also and not any(map(Path(real).is_relative_to, self._folders)):
            raise PermissionError(errno.EACCES, "it leads outside the folder of the configuration, "
                                  "which a run with -untrusted does not read", path)


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


def load(directory: str, files: Files, parse: Parse,
         packages: Packages | None = None) -> tuple[Module, Diagnostics]:
    """The root module in *directory* with all modules below it.

    *packages* knows where modules are that are not local; without it there are none.
    """
    diags = Diagnostics()
    run = _Run(files, parse, packages or LocalOnly(), diags)
    root = _load_module(Module((), directory), run, frozenset())
    if not root.sources and not diags:
        diags.error(
            "No configuration files", f"There are no {SUFFIX} or {JSON_SUFFIX} "
            f"files in {os.path.abspath(directory)}. Run this command in a folder that holds a "
            "configuration, or name the folder with -chdir=DIR.")
    return root, diags


@dataclass(slots=True)
class _Run:
    files: Files
    parse: Parse
    packages: Packages
    diags: Diagnostics
    #: How many modules were loaded so far.
    count: int = 0


def _load_module(module: Module, run: _Run, around: frozenset[str]) -> Module:
    path, directory = module.path, module.directory
    files, diags = run.files, run.diags
    run.count += 1
    # Links resolved: a folder may hold a link to one above it.
    around |= {os.path.realpath(directory or ".")}
    try:
        names = [n for n in files.names(directory) if _is_configuration(n)]
    except OSError as error:
        diags.error("Cannot read the configuration", f"The folder {directory} cannot be read: "
                    f"{error.strerror or error}.")
        return module
    if len(names) > MAX_FILES:
        diags.error("Too many configuration files", f"The folder {directory} has {len(names)} "
                    f"configuration files; the limit is {MAX_FILES}. Split it into modules.")
        return module
    for block, source in _all_blocks(names, module, files, run.parse, diags):
        _decode(block, source, module, diags)
    run.packages.enter(module)
    for call in list(module.calls.values()):
        if not call.source and call.source_expression is None:
            # Whatever else is wrong with the argument was said when the block was read.
            if not diags.has_errors:
                diags.error("Invalid module source address", "The source of the module "
                            f'"{call.name}" is empty. Write a path that starts with "./" or "../", '
                            "or another address of a module.", call.source_range or call.range)
            continue
        found = locate(call, module, run.packages, diags)
        if found is None:
            continue
        call, target = found.call, found.directory
        module.calls[call.name] = call
        circular = os.path.realpath(target) in around
        too_many = len(path) >= MAX_DEPTH or run.count >= MAX_MODULES
        why = ""
        if circular:
            why = "that is a module which this one is part of: it would contain itself"
        elif too_many:
            why = (f"modules are nested more than {MAX_DEPTH} deep, or there are more than "
                   f"{MAX_MODULES}")
        else:
            why = _unreadable(target, files)
        if why:
            diags.error("Module not found", f'The module "{call.name}" has the source '
                        f'"{call.source}", but {why} ({target}).', call.range)
            continue
        module.children[call.name] = _load_module(
            Module((*path, call.name), target, found.package), run, around)
    return module


def file_in(directory: str, name: str) -> str:
    """The path of a file in a folder, as diagnostics show it: without a leading ``./``."""
    return name if directory in ("", ".") else f"{directory}{os.sep}{name}"


def _is_configuration(name: str) -> bool:
    return name.endswith((SUFFIX, JSON_SUFFIX)) and not name.startswith(".")


def _unreadable(target: str, files: Files) -> str:
    """Why a folder is no module; empty when it is one."""
    try:
        if any(_is_configuration(n) for n in files.names(target)):
            return ""
    except PermissionError as error:
        return error.strerror or str(error)
    except OSError:
        pass
    return "there is no such folder with configuration files"


def _parse(source: SourceFile, parse: Parse) -> tuple[ast.Body, Diagnostics]:
    if not source.name.endswith(JSON_SUFFIX):
        return parse(source)
    # Few configurations hold any.
    from vbrprov.config.json_body import parse_json_config

    return parse_json_config(source)


def _all_blocks(names: list[str], module: Module, files: Files, parse: Parse,
                diags: Diagnostics) -> list[Placed]:
    """The blocks of all files, with those of override files merged in."""
    primary = [n for n in names if not is_override(n)]
    blocks = [found for name in primary
              for found in _read(file_in(module.directory, name), module, files, parse, diags)]
    broken = diags.has_errors
    for name in names:
        if name in primary:
            continue
        over = _read(file_in(module.directory, name), module, files, parse, diags)
        if not broken:
            # Else what is to be overridden may be there, in a part that could not be read.
            blocks = override(blocks, over, diags)
    return blocks


def _read(path: str, module: Module, files: Files, parse: Parse,
          diags: Diagnostics) -> list[Placed]:
    """The blocks of one file."""
    try:
        raw = files.read(path)
    except OSError as error:
        diags.error("Cannot read a file", f"The file {path} cannot be read: "
                    f"{error.strerror or error}.")
        return []
    source, found = decode_source(path, raw)
    diags.extend(found)
    if found.has_errors:
        module.sources[path] = source
        return []
    body, found = _parse(source, parse)
    diags.extend(found)
    module.sources[path] = source
    for attribute in body.attributes:
        diags.error("Unsupported argument", f'An argument named "{attribute.name}" is not expected '
                    "here. At the top of a file there are only blocks.",
                    source.range(attribute.start, attribute.name_end))
    return [(block, source) for block in body.blocks]


def _decode(block: ast.Block, source: SourceFile, module: Module, diags: Diagnostics) -> None:
    decode = _BLOCKS.get(block.type)
    if decode is None:
        hint = did_you_mean(block.type, _BLOCKS)
        diags.error("Unsupported block type", f'Blocks of type "{block.type}" are not expected '
                    f"here. {hint}".strip(), source.range(block.start, block.type_end))
        return
    decode(BlockReader(block, source, diags), module)
