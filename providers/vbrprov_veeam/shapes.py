"""Shapes: how the blocks of a model lie on the wire, as data.

A shape lists where each argument of one model goes. Writing changes only what the shape names, so
that what vbrprov does not know survives; what the server already has in other clothes (times with
seconds, lists in its own order) is left alone, so that nothing is sent that is no change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import ErrorClass, Model, ProviderError
from vbrprov.sdk.values import SetT
from vbrprov_veeam import words
from vbrprov_veeam.links import drop, look, put
from vbrprov_veeam.server import Json, Server

_NOTHING: tuple[Any, ...] = (None, False, [], "")


def _schema_of(model: Model | type[Model], argument: str) -> Any:
    return model.schema().attributes[argument]


class Entry:
    """One argument, or one block, and its place."""

    argument: str
    #: First and last revision of the API that has it; empty for all that vbrprov speaks.
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Put the argument of *model* into *raw*."""
        raise NotImplementedError

    def read(self, raw: Json, model: type[Model]) -> Any:
        """The value of the argument in *raw*."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Leaf(Entry):
    """A plain argument.

    ``words`` names the table of an enum, also of each member of a set. ``clock``: a time of day,
    to which servers may add seconds. ``always``: sent even where it is off and the server has none.
    An argument that is not set stays as the server has it when it is a computed one, and is left
    out otherwise.
    """

    argument: str
    wire: str
    words: str = ""
    clock: bool = False
    always: bool = False
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Model, server: Server) -> None:
        """Set, keep or leave out."""
        spec = _schema_of(model, self.argument)
        value = getattr(model, self.argument)
        current = look(raw, self.wire)
        if value is None:
            if not spec.computed and current is not None:
                drop(raw, self.wire)
            return
        if value in _NOTHING and not self.always and current in _NOTHING:
            return
        if isinstance(spec.type, SetT):
            wanted = [words.to_wire(self.words, v) if self.words else v for v in value]
            if sorted(current or []) != sorted(wanted):
                order = list(words.table(self.words).values()) if self.words else sorted(wanted)
                put(raw, self.wire, [v for v in order if v in wanted])
            return
        if self.words:
            value = words.to_wire(self.words, value)
        if self.clock and str(current or "")[:5] == value:
            return
        put(raw, self.wire, value)

    def read(self, raw: Json, model: type[Model]) -> Any:
        """The value; the default where the server shows none."""
        spec = _schema_of(model, self.argument)
        value = look(raw, self.wire)
        if value is None:
            return None if spec.computed else _default(spec)
        if isinstance(value, list):
            found = [words.from_wire(self.words, v) if self.words else v for v in value]
            return set(found) if isinstance(spec.type, SetT) else found
        if self.clock:
            return str(value)[:5]
        return words.from_wire(self.words, value) if self.words else value


def _default(spec: Any) -> Any:
    value = spec.default
    if isinstance(spec.type, SetT):
        return set(value or ())
    return value.copy() if isinstance(value, (list, dict)) else value


@dataclass(frozen=True, slots=True)
class Toggle(Entry):
    """An argument with a switch beside it: set switches it on, unset off."""

    argument: str
    wire: str
    value: str
    words: str = ""
    switch: str = "isEnabled"
    clock: bool = False
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Model, server: Server) -> None:
        """Switch on with the value, or off."""
        wanted = getattr(model, self.argument)
        node = look(raw, self.wire) if self.wire else raw
        if wanted is None:
            if node and node.get(self.switch):
                node[self.switch] = False
            return
        if node is None:
            node = {}
            put(raw, self.wire, node)
        node[self.switch] = True
        if not (self.clock and str(node.get(self.value) or "")[:5] == wanted):
            node[self.value] = words.to_wire(self.words, wanted) if self.words else wanted

    def read(self, raw: Json, model: type[Model]) -> Any:
        """The value while it is switched on."""
        node = look(raw, self.wire) if self.wire else raw
        if not node or not node.get(self.switch):
            return None
        value = node.get(self.value)
        if self.clock:
            return str(value)[:5]
        return words.from_wire(self.words, value) if self.words else value


@dataclass(frozen=True, slots=True)
class AllOrSome(Entry):
    """A set of words of which none stands for all of them."""

    argument: str
    wire: str
    words: str
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Model, server: Server) -> None:
        """Set those that are named, or all."""
        wanted = set(getattr(model, self.argument) or ())
        if wanted == self.read(raw, type(model)):
            return
        put(raw, self.wire, [theirs for ours, theirs in words.table(self.words).items()
                             if not wanted or ours in wanted])

    def read(self, raw: Json, model: type[Model]) -> set[str | None]:
        """Those that are named; none where all are."""
        found = {words.from_wire(self.words, v) for v in look(raw, self.wire) or []}
        return set() if found >= set(words.choices(self.words)) else found


@dataclass(frozen=True, slots=True)
class When(Entry):
    """An entry that counts only while a property of the same object has a value."""

    wire: str
    value: str
    entry: Entry

    @property
    def argument(self) -> str:  # type: ignore[override]  # read only here
        """The argument of the entry."""
        return self.entry.argument

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Write it when it counts; else what the server has stays."""
        if look(raw, self.wire) == self.value:
            self.entry.write(raw, model, server)

    def read(self, raw: Json, model: type[Model]) -> Any:
        """What an empty object shows when it does not count."""
        return self.entry.read(raw if look(raw, self.wire) == self.value else {}, model)


@dataclass(frozen=True, slots=True)
class Part(Entry):
    """A block.

    With ``switch``, the block switches that property on and its absence off. Without, an absent
    block leaves what the server has when it is a computed one, and clears what the shape names
    otherwise. ``wire`` may be empty: the block's arguments then lie beside it.
    """

    argument: str
    wire: str
    shape: Shape
    switch: str = "isEnabled"
    #: Without a switch: arguments of which one must be set for the block to count; any if empty.
    told_by: tuple[str, ...] = ()
    #: Without a switch: an absent block takes the whole object away.
    drops: bool = False
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Model, server: Server) -> None:
        """Write the block, or what its absence means."""
        wanted = getattr(model, self.argument)
        node = look(raw, self.wire) if self.wire else raw
        if wanted is None:
            if self.switch:
                if node and node.get(self.switch):
                    node[self.switch] = False
            elif self.drops:
                drop(raw, self.wire)
            elif node and not model.schema().blocks[self.argument].computed:
                told_by = self.told_by or tuple(e.argument for e in self.shape.entries)
                Shape(self.shape.model, tuple(
                    e for e in self.shape.entries if e.argument in told_by),
                ).write(node, self.shape.model(), server)
            return
        if node is None:
            node = {}
            put(raw, self.wire, node)
        if self.switch:
            node[self.switch] = True
        self.shape.write(node, wanted, server)

    def read(self, raw: Json, model: type[Model]) -> Any:
        """The block, or ``None`` where the server has none or has it switched off."""
        node = look(raw, self.wire) if self.wire else raw
        if not isinstance(node, dict) or (self.switch and not node.get(self.switch)):
            return None
        fields = self.shape.read(node)
        spec = model.schema().blocks[self.argument]
        if not (self.switch or spec.computed or spec.min_items) and all(
                fields[n] in (*_NOTHING, set()) for n in self.told_by or fields):
            return None
        return self.shape.model(**fields)


@dataclass(frozen=True, slots=True)
class Items(Entry):
    """Blocks that occur several times: objects of a list, told apart by ``key``."""

    argument: str
    wire: str
    shape: Shape
    key: tuple[str, ...]
    since: str = ""
    until: str = ""

    def write(self, raw: Json, model: Model, server: Server) -> None:
        """Write all; of one that was there, what the shape does not name stays."""
        current: list[Json] = look(raw, self.wire) or []
        known = {self._key(self.shape.model(**self.shape.read(node))): node for node in current}
        wanted: dict[tuple[Any, ...], Json] = {}
        for item in getattr(model, self.argument) or []:
            node = known.get(self._key(item), {})
            self.shape.write(node, item, server)
            wanted[self._key(item)] = node
        kept = [key for key in known if key in wanted]
        new = [key for key in wanted if key not in known]
        if model.schema().blocks[self.argument].nesting == "set":
            order = [*kept, *sorted(new, key=str)]
        else:
            order = list(wanted)
        if order or current:
            put(raw, self.wire, [wanted[key] for key in order])

    def read(self, raw: Json, model: type[Model]) -> Any:
        """All of them; sets in the order of their keys, since models are no members of sets."""
        items = [self.shape.model(**self.shape.read(node)) for node in look(raw, self.wire) or []]
        if model.schema().blocks[self.argument].nesting == "set":
            items.sort(key=lambda item: str(self._key(item)))
        return items

    def _key(self, item: Model) -> tuple[Any, ...]:
        return tuple(getattr(item, name) for name in self.key)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the arguments of one model lie; ``constants`` are set in every object."""

    model: type[Model]
    entries: tuple[Entry, ...]
    constants: Mapping[str, Any] | None = None

    def write(self, raw: Json, model: Model, server: Server) -> None:
        """Change *raw* to what *model* says.

        Raises:
            ProviderError: The server's revision does not know an argument that is set.
        """
        raw.update(self.constants or {})
        for entry in self.entries:
            _check_revision(entry, model, server)
            entry.write(raw, model, server)

    def read(self, raw: Json) -> dict[str, Any]:
        """The fields of the model in *raw*."""
        return {entry.argument: entry.read(raw, self.model) for entry in self.entries}

    def with_entries(self, *more: Entry) -> Shape:
        """The same shape with further entries."""
        return Shape(self.model, (*self.entries, *more), self.constants)

    def without(self, *arguments: str) -> Shape:
        """The same shape without some arguments."""
        kept = tuple(e for e in self.entries if e.argument not in arguments)
        return Shape(self.model, kept, self.constants)


def _check_revision(entry: Entry, model: Model, server: Server) -> None:
    if not (entry.since or entry.until) or getattr(model, entry.argument) in (None, "", []):
        return
    from vbrprov_veeam.api.revisions import at_least

    if entry.since and not at_least(server.revision, entry.since):
        said = f"it came with {entry.since}"
    elif entry.until and not at_least(entry.until, server.revision):
        said = f"{entry.until} was the last that had it"
    else:
        return
    raise ProviderError(
        ErrorClass.UNSUPPORTED, "API revision is not supported",
        f"{server.label} speaks revision {server.revision} of the API, which does not have "
        f"{entry.argument} here; {said}.", attribute=entry.argument,
        hint="Leave the argument out, or set revision in the provider block to one that has it.")
