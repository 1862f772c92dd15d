"""Links between views: what a name, an id or a reference leads to.

Links are three-valued. A known name or id decides; where it is not known yet, the reference it is
made from does; where there is none, any object of the kind may be meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec
from msgspec import structs

from vbrprov.addrs import AddressError, ParsedAddress, parse_address
from vbrprov.sdk.rule import Truth
from vbrprov.sdk.views import Fact, Link, View

V = TypeVar("V", bound=View)


class Choice(msgspec.Struct, Generic[V], frozen=True):
    """What a link leads to: exactly one of ``options``; when ``open``, perhaps none of them."""

    options: tuple[V, ...] = ()
    open: bool = False

    def holds(self, condition: Callable[[V], Truth]) -> Truth:
        """Whether *condition* holds for what the link leads to; ``NO`` for what is not declared."""
        if len(self.options) == 1 and not self.open:
            return condition(self.options[0])
        found = [condition(option) for option in self.options]
        if not found:
            return Truth.NO
        if not self.open and all(truth is found[0] for truth in found):
            return found[0]
        return Truth.NO if all(truth is Truth.NO for truth in found) else Truth.UNKNOWN

    @property
    def sure(self) -> Truth:
        """Whether it leads to each of its options: ``YES`` or ``UNKNOWN``."""
        return Truth.YES if len(self.options) == 1 and not self.open else Truth.UNKNOWN

    def leads_to(self, option: V) -> Truth:
        """Whether the link leads to *option*."""
        return self.sure if any(option is own for own in self.options) else Truth.NO

    def only(self, test: Callable[[V], bool]) -> Choice[V]:
        """The same choice without the options that fail *test*."""
        return Choice(tuple(o for o in self.options if test(o)), self.open)


class Member(msgspec.Struct, Generic[V], frozen=True):
    """One of what the links of a list lead to; ``links`` are the indices of those that may."""

    view: V
    sure: Truth
    links: tuple[int, ...]


def _parsed(address: str) -> ParsedAddress:
    """An address; one that cannot be read covers nothing but itself."""
    try:
        return parse_address(address)
    except AddressError:
        return ParsedAddress((), type_name=address)


def _plain(address: ParsedAddress) -> ParsedAddress:
    """An address without instance keys."""
    module = tuple((name, None) for name, _ in address.module)
    return structs.replace(address, module=module, key=None)


class Pool(Generic[V]):
    """Views of one kind, found by name or id, or by address."""

    def __init__(self, views: Iterable[V], key: Callable[[V], Fact[str]], *,
                 made_by_server: bool) -> None:
        self.views = tuple(views)
        self._by_key: dict[str, list[V]] = {}
        self._by_address = {view.address: view for view in self.views}
        unsettled: list[V] = []
        just_made: set[str] = set()
        for view in self.views:
            fact = key(view)
            if fact.known and fact.value is not None:
                self._by_key.setdefault(fact.value, []).append(view)
            elif not (made_by_server and view.anew):
                unsettled.append(view)
            elif view.instance.phase == "apply":
                # An id that a server has yet to make cannot be written down anywhere before. In
                # apply it may just have been made, and whoever refers to it knows it.
                just_made.add(view.address)
        self._unsettled = tuple(unsettled)
        self._open = just_made.union(view.address for view in unsettled)
        self._instances: dict[ParsedAddress, list[tuple[ParsedAddress, V]]] | None = None
        self._referenced: dict[frozenset[str], tuple[V, ...]] = {}

    def named(self, name: Fact[str]) -> tuple[V, ...]:
        """The views of a known name or id."""
        return tuple(self._by_key.get(name.value, ())) if name.known and name.value else ()

    def referenced(self, references: frozenset[str]) -> tuple[V, ...]:
        """The views that *references* name, each once."""
        if references not in self._referenced:
            found: dict[str, V] = {}
            for reference in sorted(references):
                for view in self._at(reference):
                    found[view.address] = view
            self._referenced[references] = tuple(found.values())
        return self._referenced[references]

    def _at(self, reference: str) -> list[V]:
        if reference in self._by_address:
            return [self._by_address[reference]]
        if self._instances is None:
            self._instances = {}
            for view in self.views:
                parsed = _parsed(view.address)
                self._instances.setdefault(_plain(parsed), []).append((parsed, view))
        wanted = _parsed(reference)
        return [view for parsed, view in self._instances.get(_plain(wanted), ())
                if wanted.covers(parsed)]

    def resolve_all(self, links: Iterable[Link]) -> tuple[Member[V], ...]:
        """What the links of one list lead to, each once.

        References are known for all elements together, not for each: as many links as there are
        views left to be one means that each of them is.
        """
        choices = [self.resolve(link) for link in links]
        found: dict[str, Member[V]] = {}
        loose = []
        for index, choice in enumerate(choices):
            if len(choice.options) == 1 and not choice.open:
                option = choice.options[0]
                before = found[option.address].links if option.address in found else ()
                found[option.address] = Member(option, Truth.YES, (*before, index))
            else:
                loose.append(index)
        settled = frozenset(found)
        for index in loose:
            rest = [option for option in choices[index].options if option.address not in settled]
            sure = Truth.of(not choices[index].open and len(rest) <= len(loose)) | Truth.UNKNOWN
            for option in rest:
                first = found.setdefault(option.address, Member(option, sure, ()))
                found[option.address] = Member(option, first.sure, (*first.links, index))
        return tuple(found.values())

    def resolve(self, link: Link) -> Choice[V]:
        """What *link* leads to."""
        referenced = self.referenced(link.references)
        if not link.value.known:
            return Choice(referenced) if referenced else Choice(self.views, open=True)
        if link.value.value is None:
            return Choice()
        named = self._by_key.get(link.value.value, [])
        if named:
            return Choice(tuple(v for v in named if v in referenced) or tuple(named))
        meant = tuple(v for v in referenced if v.address in self._open)
        return Choice(meant) if meant else Choice(self._unsettled, open=True)
