"""Links between arguments in configuration and properties on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import Model
from vbrprov_veeam import words
from vbrprov_veeam.answers import flag
from vbrprov_veeam.server import Json


@dataclass(frozen=True, slots=True)
class Link:
    """One argument in a block and its place on the wire, both as dotted paths.

    ``words`` names the table of an enum. ``optional`` arguments are left out while they are unset;
    a false flag counts as unset when the server does not have it either. An unset argument with
    ``keep`` leaves what the server has. A ``flag`` that the server does not show is off.
    """

    argument: str
    wire: str
    words: str = ""
    optional: bool = False
    keep: bool = False
    flag: bool = False

    def write(self, raw: Json, model: Model) -> None:
        """Put the argument into *raw*."""
        value: Any = model
        for name in self.argument.split("."):
            value = getattr(value, name, None)
        if self.keep and value is None:
            return
        if self.flag and not value and look(raw, self.wire) is None:
            return
        if self.optional and not value and look(raw, self.wire) in (None, False, []):
            return
        if value is not None and self.words:
            value = words.to_wire(self.words, value)
        if value is not None or not self.optional:
            put(raw, self.wire, value)
        else:
            drop(raw, self.wire)

    def read(self, raw: Json) -> Any:
        """The value of the argument in *raw*."""
        value = look(raw, self.wire)
        if self.flag:
            return flag(value)
        return words.from_wire(self.words, value) if self.words else value


def look(raw: Json, path: str) -> Any:
    """The value at a dotted path, ``None`` where there is none."""
    node: Any = raw
    for name in path.split("."):
        node = node.get(name) if isinstance(node, dict) else None
    return node


def put(raw: Json, path: str, value: Any) -> None:
    """Set the value at a dotted path."""
    *parents, last = path.split(".")
    for name in parents:
        raw = raw.setdefault(name, {})
    raw[last] = value


def drop(raw: Json, path: str) -> None:
    """Remove the value at a dotted path, and what is empty without it."""
    parent, _, last = path.rpartition(".")
    node = look(raw, parent) if parent else raw
    if isinstance(node, dict) and last in node:
        del node[last]
        if parent and not node:
            drop(raw, parent)


def read_fields(model: type[Model], links: Iterable[Link], raw: Json) -> dict[str, Any]:
    """The fields of *model* that links lead to; a block that the wire lacks is ``None``."""
    fields: dict[str, Any] = {}
    blocks: dict[str, dict[str, Any]] = {}
    for link in links:
        block, _, argument = link.argument.partition(".")
        if argument:
            blocks.setdefault(block, {})[argument] = link.read(raw)
        else:
            fields[block] = link.read(raw)
    nested = model.schema().blocks
    for name, values in blocks.items():
        known = {k: v for k, v in values.items() if v is not None}
        fields[name] = nested[name].model(**known) if known else None
    return fields
