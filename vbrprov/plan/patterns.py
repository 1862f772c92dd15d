"""Address patterns of ``-target`` and ``-exclude``.

A pattern is an address in which, within names and quoted keys, ``*`` stands for any characters and
``?`` for any one of them. ``[*]`` is any key. ``**.`` in front means in the root module and in
every other. ``*[KEY]`` is short for ``**.*.*[KEY]``. As in an address, a key that is left out
stands for all instances, and a module for all that is in it; data sources begin with ``data.``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from vbrprov.addrs import AddressError, InstanceKey, ParsedAddress, format_key
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.graph import Node, NodeKey

_NAME = re.compile(r"[\w*?-]+")
_KEY = re.compile(r'\[\s*(\*|\d+|"(?:[^"\\]|\\.)*")\s*\]')
_WILD = re.compile(r"\\[*?]|[*?]")


class Part(msgspec.Struct, frozen=True):
    """A name with its key; without a key, all instances are meant."""

    name: re.Pattern[str]
    key: re.Pattern[str] | None = None
    #: The key as written, to tell numbers from text.
    written: str = ""

    def fits(self, declared: Any) -> bool:
        """Whether a block can have instances with such a key."""
        if self.key is None:
            return True
        if self.written.startswith('"'):
            return declared.for_each is not None
        return declared.count is not None or (
            self.written == "*" and declared.for_each is not None)

    def covers(self, name: str, key: InstanceKey) -> bool:
        """Whether it matches a name with a key."""
        return self.name.fullmatch(name) is not None and (
            self.key is None or self.key.fullmatch(format_key(key)) is not None)


class Pattern(msgspec.Struct, frozen=True):
    """A parsed pattern; ``anywhere`` is ``**.`` in front. Without ``type`` it names modules."""

    text: str
    module: tuple[Part, ...]
    mode: str = "managed"
    type: re.Pattern[str] | None = None
    last: Part | None = None
    anywhere: bool = False
    #: Type and name without wildcards, by which it is found; nothing else can match it.
    names: tuple[str, str] | None = None
    #: The key without wildcards, in the same way; empty when there is none.
    exact: str = ""

    @property
    def whole_blocks(self) -> bool:
        """Whether it means all instances of whatever it matches."""
        return all(part.key is None for part in (*self.module, self.last) if part is not None)

    def touches_node(self, node: Node) -> bool:
        """As ``touches``, for a block of which it is known whether its instances have keys."""
        return self.touches(node.key) and (self.last is None or self.last.fits(node.declared))

    def touches(self, key: NodeKey) -> bool:
        """Whether it matches an instance of the resource node *key*, as far as names tell."""
        path, _, name = key
        if not self._at(tuple((step, None) for step in path), keys=False):
            return False
        if self.type is None or self.last is None:
            return True
        *mode, type_name, own = name.split(".")
        return (self.mode == (mode[0] if mode else "managed")
                and self.type.fullmatch(TYPE_ALIASES.get(type_name, type_name)) is not None
                and self.last.name.fullmatch(own) is not None)

    def covers(self, address: ParsedAddress) -> bool:
        """Whether it matches a resource instance."""
        if not self._at(address.module, keys=True):
            return False
        if self.type is None or self.last is None:
            return True
        type_name = TYPE_ALIASES.get(address.type_name, address.type_name)
        return (self.mode == address.mode and self.type.fullmatch(type_name) is not None
                and self.last.covers(address.name, address.key))

    def _at(self, module: tuple[tuple[str, InstanceKey], ...], *, keys: bool) -> bool:
        if self.anywhere:
            return True
        if len(module) < len(self.module) or (
                self.type is not None and len(module) > len(self.module)):
            return False
        return all(part.covers(name, key) if keys else part.name.fullmatch(name) is not None
                   for part, (name, key) in zip(self.module, module, strict=False))


class Patterns:
    """Many patterns, of which those are found fast that may match something."""

    def __init__(self, patterns: list[Pattern]) -> None:
        self._others = [p for p in patterns if p.names is None]
        self._named: dict[tuple[str, str], list[Pattern]] = {}
        self._keyed: dict[tuple[str, str, str], list[Pattern]] = {}
        for pattern in patterns:
            if pattern.names is not None:
                self._named.setdefault(pattern.names, []).append(pattern)
                self._keyed.setdefault((*pattern.names, pattern.exact), []).append(pattern)

    def touching(self, node: Node) -> Iterator[Pattern]:
        """Those that match an instance of a resource node."""
        return (p for p in self._at(node.key) if p.touches_node(node))

    def leaving_out(self, key: NodeKey) -> bool:
        """Whether one of them matches all instances of a resource node."""
        return any(p.whole_blocks and p.touches(key) for p in self._at(key))

    def cover(self, address: ParsedAddress) -> bool:
        """Whether one of them matches a resource instance."""
        names = (TYPE_ALIASES.get(address.type_name, address.type_name), address.name)
        keys = {"", format_key(address.key)}
        return any(p.covers(address) for p in (
            *self._others, *(p for key in keys for p in self._keyed.get((*names, key), ()))))

    def _at(self, key: NodeKey) -> Iterator[Pattern]:
        yield from self._others
        yield from self._named.get(names_of(key), ())


def names_of(key: NodeKey) -> tuple[str, str]:
    """Type and name of a resource node."""
    type_name, own = key[2].split(".")[-2:]
    return TYPE_ALIASES.get(type_name, type_name), own


def parse_pattern(text: str) -> Pattern:
    """Parse an address or a pattern.

    Raises:
        AddressError: Malformed; the message says what is expected.
    """
    anywhere = text.startswith("**.")
    parts = _parts(text, 3 if anywhere else 0)
    if len(parts) == 1 and parts[0][0] == "*" and parts[0][1] is not None:
        return Pattern(text, (), type=_glob("*"), last=_part(*parts[0]), anywhere=True)
    module: list[Part] = []
    while len(parts) >= 2 and parts[0] == ("module", None) and not anywhere:
        module.append(_part(*parts[1]))
        parts = parts[2:]
    mode = "managed"
    if len(parts) == 3 and parts[0] in (("data", None), ("ephemeral", None)):
        mode = parts[0][0]
        parts = parts[1:]
    if not parts and module:
        return Pattern(text, tuple(module))
    if len(parts) != 2 or parts[0][1] is not None:
        raise AddressError(
            f'"{text}" is not an address. Expected TYPE.NAME, TYPE.NAME[KEY], data.TYPE.NAME or '
            "module.NAME, with module.NAME. before it for resources in modules. In names and "
            'quoted keys "*" stands for any characters; [*] is any key.')
    kind = TYPE_ALIASES.get(parts[0][0], parts[0][0])
    name, key = parts[1]
    return Pattern(text, tuple(module), mode, _glob(kind), _part(name, key), anywhere,
                   None if _WILD.search(kind + name) else (kind, name),
                   "" if key is None or "\\" in key or _WILD.search(key) else f"[{key}]")


def _parts(text: str, at: int) -> list[tuple[str, str | None]]:
    """Names with the text of their keys."""
    parts: list[tuple[str, str | None]] = []
    while at < len(text):
        found = _NAME.match(text, at)
        if found is None or found[0][0].isdigit() or found[0][0] == "-":
            raise AddressError(f'"{text}" is not an address: a name is expected at "{text[at:]}".')
        at = found.end()
        key = None
        keyed = _KEY.match(text, at)
        if keyed:
            key = keyed[1]
            at = keyed.end()
        parts.append((found[0], key))
        if at < len(text):
            if text[at] != ".":
                raise AddressError(f'"{text}" is not an address: unexpected "{text[at:]}".')
            at += 1
            if at == len(text):
                raise AddressError(f'"{text}" is not an address: it ends in a dot.')
    return parts


def _part(name: str, key: str | None) -> Part:
    if key is None:
        return Part(_glob(name))
    if key == "*":
        return Part(_glob(name), re.compile(r"\[.+\]", re.DOTALL), key)
    return Part(_glob(name), _glob(f"[{key}]"), key)


def _glob(text: str) -> re.Pattern[str]:
    """A regular expression for text with ``*`` and ``?``; a backslash makes them themselves."""
    out, at = [], 0
    for found in _WILD.finditer(text):
        out.append(re.escape(text[at:found.start()]))
        out.append({"*": ".*", "?": "."}.get(found[0], re.escape(found[0][1:])))
        at = found.end()
    return re.compile("".join((*out, re.escape(text[at:]))), re.DOTALL)
