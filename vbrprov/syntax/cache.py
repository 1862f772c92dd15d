"""Parsed files of earlier runs, by a hash of their text.

Reading a tree back takes a sixth of the time of parsing. An entry is a tree in msgpack, which is
data only: ``store`` answers for its origin, msgspec for its types and its depth. Only trees without
errors are kept, so a diagnostic never comes from here. The names hold the version of the parser, so
an update starts afresh. Small configurations are parsed sooner than the cache is opened; they
never touch it.

**Secrets.** A tree holds the strings of its file, so an entry is a second copy of configuration
text, in a folder that only its owner can read. Files of values of variables are never kept, nor is
any file outside of the configuration proper. A configuration file that seems to hold a secret in
plain text is not kept either: one with a string for an argument that is named like a secret, or
with a default for a sensitive variable. That is a guess and no guarantee; who types secrets into
files can set ``VBRPROV_NO_CACHE``.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from vbrprov import __version__
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast, parse_config

if TYPE_CHECKING:
    from vbrprov.syntax.store import Store

#: The only files of which trees are kept.
_SUFFIX: Final = ".vbr.hcl"
#: Turns the cache off when it is set and not empty.
_OFF: Final = "VBRPROV_NO_CACHE"
# Opening the store costs 2 to 4 ms, as parsing this many characters does; an entry costs 0.1 ms.
_FREE: Final = 24_000
_SMALL: Final = 1_500
_SECRET_WORDS: Final = ("password", "passwd", "passphrase", "secret", "token", "private_key")
# Compiled where it is needed: that takes 1 ms, which runs with a warm cache do not have to spend.
_SECRET: Final = (
    rf'(?:{"|".join(_SECRET_WORDS)})[\w-]*"?[ \t]*[=:][ \t]*(?:<<|"(?!"|\$\{{))')


class ParseCache:
    """Parses files, or finds what an earlier run made of them. For one run, in one thread."""

    def __init__(self) -> None:
        self._seen = 0
        self._opened: tuple[Store | None] | None = None

    def parse(self, source: SourceFile) -> tuple[ast.Body, Diagnostics]:
        """As ``parse_config``."""
        if not source.name.endswith(_SUFFIX) or (store := self._store(len(source.text))) is None:
            return parse_config(source)
        name = store.name("tree", source.text.encode("utf-8", "surrogatepass"))
        body = _decode(store.get(name))
        if body is not None:
            return body, Diagnostics()
        body, diags = parse_config(source)
        if not diags and not _may_hold_secret(source.text, body):
            try:
                store.put(name, msgspec.msgpack.encode(body))
            except RecursionError:
                # A chain of a thousand operators is a tree as deep. It is parsed each time.
                return body, diags
        return body, diags

    def is_formatted(self, raw: bytes) -> bool:
        """Whether a file of these bytes is known to be free of errors and in canonical form."""
        store = self._store(len(raw))
        return store is not None and store.has(store.name("formatted", raw))

    def set_formatted(self, raw: bytes) -> None:
        """Remember that a file of these bytes is in canonical form."""
        store = self._store(0) if len(raw) >= _SMALL else None
        if store is not None:
            store.put(store.name("formatted", raw))

    def _store(self, size: int) -> Store | None:
        """The store, if it is worth asking for a file of this *size*."""
        self._seen += size
        if (size and size < _SMALL) or self._seen < _FREE:
            return None
        if self._opened is None:
            self._opened = (_open(),)
        return self._opened[0]


def is_disabled() -> bool:
    """Whether nothing may be kept from one run to the next."""
    return bool(os.environ.get(_OFF))


def _open() -> Store | None:
    if is_disabled():
        return None
    from vbrprov.syntax.store import Store

    version = _parser_version()
    return Store.of_user(version) if version else None


def _parser_version() -> bytes:
    """What stands for everything that a tree depends on, besides the text.

    The files of this package are part of it, by their size and time, so that whoever changes the
    parser sees the change at once.
    """
    folder = os.path.dirname(__file__)  # noqa: PTH120  # a Path of it would cost more than the rest
    try:
        with os.scandir(folder) as entries:
            files = sorted((e.name, e.stat().st_size, e.stat().st_mtime_ns) for e in entries
                           if e.name.endswith(".py"))
    except OSError:
        return b""
    return repr((__version__, sys.version, msgspec.__version__, files)).encode()


def _decode(data: bytes | None) -> ast.Body | None:
    if data is None:
        return None
    try:
        return msgspec.msgpack.decode(data, type=ast.Body)
    except (msgspec.DecodeError, RecursionError):
        return None


def _may_hold_secret(text: str, body: ast.Body) -> bool:
    """Whether the file seems to hold a secret in plain text."""
    lowered = text.lower()
    if any(word in lowered for word in _SECRET_WORDS) and re.search(_SECRET, lowered):
        return True
    return any(
        block.type == "variable"
        and {"sensitive", "default"} <= {each.name for each in block.body.attributes}
        for block in body.blocks
    )
