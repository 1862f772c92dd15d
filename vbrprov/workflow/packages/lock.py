"""``.vbrprov.lock.hcl``: which content every package had when it was chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from vbrprov.config import Files
from vbrprov.config.load import file_in
from vbrprov.diag import Diagnostics
from vbrprov.syntax import ast, decode_source, parse_config

NAME = ".vbrprov.lock.hcl"
_HEAD = """\
# This file is maintained by "vbrprov init". Do not edit it: later runs compare the
# installed modules with it. Commit it together with the configuration.
"""
_HASH = re.compile(r"h1:[A-Za-z0-9+/]{43}=")

#: Address and version constraint (empty where there is none) of a package.
Key = tuple[str, str]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One package. ``commit`` is that of a git repository, ``checksum`` that of an archive."""

    address: str
    constraints: str = ""
    version: str = ""
    commit: str = ""
    checksum: str = ""
    hash: str

    @property
    def key(self) -> Key:
        """What it is found by."""
        return self.address, self.constraints


def path_of(directory: str) -> Path:
    """The lock file of a configuration."""
    return Path(file_in(directory, NAME))


def read_lock(directory: str, files: Files, diags: Diagnostics) -> dict[Key, Entry] | None:
    """The entries of the lock file, none where there is no file; ``None`` after errors."""
    path = str(path_of(directory))
    try:
        raw = files.read(path)
    except (FileNotFoundError, KeyError):
        return {}
    except OSError as error:
        diags.error("Cannot read the lock file", f"{path} cannot be read: "
                    f"{error.strerror or error}.")
        return None
    source, found = decode_source(path, raw)
    if not found.has_errors:
        body, found = parse_config(source)
    if found.has_errors:
        where = next(d.subject for d in found if d.is_error)
        _damaged(f"{path} is not valid: {next(iter(found)).summary}, in line "
                 f"{where.start.line if where else 1}.", diags)
        return None
    out: dict[Key, Entry] = {}
    for block in body.blocks:
        entry = _entry(block)
        if entry is None or entry.key in out:
            what = "is not complete" if entry is None else "is there twice"
            _damaged(f"The block in line {source.pos(block.start).line} of {path} {what}. A merge "
                     "may have gone wrong.", diags)
            return None
        out[entry.key] = entry
    return out


def _damaged(detail: str, diags: Diagnostics) -> None:
    diags.error("Invalid lock file", f"{detail} Take the file from version control, or delete it "
                "and run init again; then compare what changed:\n\n    vbrprov init")


def _entry(block: ast.Block) -> Entry | None:
    values = {a.name: a.expr.value for a in block.body.attributes
              if isinstance(a.expr, ast.Literal) and isinstance(a.expr.value, str)}
    known = set(Entry.__struct_fields__) - {"address"}
    if (block.type != "module" or len(block.labels) != 1 or block.body.blocks
            or len(values) != len(block.body.attributes) or not values.keys() <= known
            or not _HASH.fullmatch(values.get("hash", ""))):
        return None
    return Entry(address=block.labels[0].text, **values)


def render(entries: Mapping[Key, Entry]) -> str:
    """The text of a lock file; the same entries always give the same text."""
    blocks = [_HEAD]
    for _, entry in sorted(entries.items()):
        given = {name: str(getattr(entry, name)) for name in Entry.__struct_fields__
                 if name != "address" and getattr(entry, name)}
        width = max(map(len, given))
        lines = [f"  {name.ljust(width)} = {_quoted(value)}\n" for name, value in given.items()]
        blocks.append(f"\nmodule {_quoted(entry.address)} {{\n{''.join(lines)}}}\n")
    return "".join(blocks)


def _quoted(text: str) -> str:
    plain = json.dumps(text, ensure_ascii=False)
    return plain.replace("${", "$${").replace("%{", "%%{")
