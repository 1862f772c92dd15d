"""Loading a module and the modules that it calls from files."""

from __future__ import annotations

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
from vbrprov.config.overrides import Placed, is_override, override
from vbrprov.config.reader import BlockReader
from vbrprov.diag import Diagnostics, SourceFile, did_you_mean
from vbrprov.syntax import ast, decode_source

SUFFIX = ".vbr.hcl"
JSON_SUFFIX = ".vbr.json"
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
            return sorted(e.name for e in entries if _is_file(e))

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        data = Path(path).read_bytes()
        self.seen[path] = data
        return data


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        # A link that leads in a circle; it hides nothing else in the folder.
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
            "No configuration files", f"There are no {SUFFIX} or {JSON_SUFFIX} "
            f"files in {os.path.abspath(directory)}. Run this command in a folder that holds a "
            "configuration, or name the folder with -chdir=DIR.")
    return root, diags


def _load_module(path: ModulePath, directory: str, files: Files, parse: Parse,
                 diags: Diagnostics, around: frozenset[str]) -> Module:
    module = Module(path, directory)
    around |= {os.path.normpath(directory or ".")}
    try:
        names = [n for n in files.names(directory) if _is_configuration(n)]
    except OSError as error:
        diags.error("Cannot read the configuration", f"The folder {directory} cannot be read: "
                    f"{error.strerror or error}.")
        return module
    for block, source in _all_blocks(names, module, files, parse, diags):
        _decode(block, source, module, diags)
    for call in module.calls.values():
        target = _target(call.source, directory)
        if not call.source:
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


def _is_configuration(name: str) -> bool:
    return name.endswith((SUFFIX, JSON_SUFFIX)) and not name.startswith(".")


def _is_dir(target: str, files: Files) -> bool:
    try:
        return any(_is_configuration(n) for n in files.names(target))
    except OSError:
        return False


def _target(source: str, directory: str) -> str | None:
    if source.startswith(("./", "../")) or source in (".", ".."):
        return os.path.normpath(file_in(directory, source))
    return None


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
