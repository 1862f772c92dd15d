"""Files of addresses for ``-target-file`` and ``-exclude-file``: one a line, ``#`` for comments."""

from __future__ import annotations

from pathlib import Path

from vbrprov.addrs import AddressError
from vbrprov.diag import SourceFile
from vbrprov.plan.patterns import parse_pattern
from vbrprov.syntax import decode_source
from vbrprov.workflow.planning import Surroundings


def read_addresses(files: tuple[str, ...], option: str, runtime: Surroundings) -> tuple[str, ...]:
    """The addresses in *files*; what is wrong with one is reported where it stands."""
    out: list[str] = []
    for path in files:
        try:
            raw = Path(path).read_bytes()
        except OSError as error:
            runtime.diags.error(f"Cannot read the -{option} file", f"The file {path} cannot be "
                                f"read: {error.strerror or error}.")
            continue
        source, found = decode_source(path, raw)
        runtime.diags.extend(found)
        if not found.has_errors:
            out += _lines(source, option, runtime)
    return tuple(out)


def _lines(source: SourceFile, option: str, runtime: Surroundings) -> list[str]:
    out = []
    at = 0
    for line in source.text.splitlines(keepends=True):
        text = line.strip()
        if text and not text.startswith("#"):
            begin = at + line.index(text)
            try:
                parse_pattern(text)
            except AddressError as error:
                runtime.add_source(source)
                runtime.diags.error(f"Invalid address for -{option}", str(error),
                                    source.range(begin, begin + len(text)))
            else:
                out.append(text)
        at += len(line)
    return out
