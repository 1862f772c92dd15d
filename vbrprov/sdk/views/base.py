"""What a view is made of: facts, settings over time, links."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from vbrprov.diag import SourceRange
from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.rule import Truth

T = TypeVar("T")
#: Actions that write to an object that is there afterwards.
WRITES = frozenset({"create", "update", "replace"})


class Origin(enum.Enum):
    """Where something comes from."""

    DECLARED = "declared"
    LIVE = "live"


class Fact(msgspec.Struct, Generic[T], frozen=True):
    """One value: known (``None`` means that it is not set) or not.

    ``at`` is its attribute path, which leads to its place in the source. ``missing`` says, as a
    sentence, what would make an unreadable value readable; it is empty for a value that becomes
    known by itself.
    """

    value: T | None = None
    known: bool = True
    at: str = ""
    missing: str = ""
    sensitive: bool = False

    @classmethod
    def unknown(cls, missing: str = "", at: str = "") -> Fact[T]:
        """A fact whose value is not known."""
        return cls(None, False, at, missing)

    def holds(self, test: Callable[[T], bool], absent: bool = False) -> Truth:
        """Whether *test* holds for the value; *absent* is the answer when it is not set."""
        if not self.known:
            return Truth.UNKNOWN
        return Truth.of(absent if self.value is None else test(self.value))

    def equals(self, value: T) -> Truth:
        """Whether it has this value."""
        return self.holds(lambda own: own == value)

    @property
    def is_true(self) -> Truth:
        """Whether a flag is set."""
        return self.holds(bool)

    @property
    def shown(self) -> str:
        """The value for a message."""
        if self.sensitive:
            return "(sensitive)"
        if not self.known:
            return "(known after apply)" if not self.missing else "(not readable)"
        return "not set" if self.value is None else json.dumps(self.value, ensure_ascii=False)


#: Facts that say nothing; shared, since they cannot change.
UNKNOWN: Final[Any] = Fact.unknown()
UNSET: Final[Any] = Fact()


class Facet(msgspec.Struct, Generic[T], frozen=True):
    """A setting over time: as it will be, as it is now, as it was when last recorded.

    ``changed`` is whether this plan changes it. ``live`` and ``recorded`` are not known where
    nothing was read or recorded.
    """

    planned: Fact[T]
    live: Fact[T] = UNKNOWN
    recorded: Fact[T] = UNKNOWN
    changed: Truth = Truth.NO

    @property
    def drifted(self) -> Truth:
        """Whether it changed outside since it was recorded; ``NO`` when nothing was recorded."""
        if not self.recorded.known:
            return Truth.NO
        if not self.live.known:
            return Truth.UNKNOWN
        return Truth.of(self.live.value != self.recorded.value)

    @property
    def restored(self) -> Truth:
        """Whether the plan brings back what was recorded."""
        if not self.planned.known:
            return self.drifted & Truth.UNKNOWN
        return self.drifted & Truth.of(self.planned.value == self.recorded.value)


#: A setting of which nothing is known.
UNREAD: Final[Any] = Facet(UNKNOWN)


class Link(msgspec.Struct, frozen=True):
    """What should lead to another object: its name or id, and the addresses it is built from."""

    value: Fact[str] = UNSET
    references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Base of all views. ``instance`` gives places and actions; rules read a view's own fields."""

    instance: InstanceFacts

    @property
    def address(self) -> str:
        """The address of the instance."""
        return self.instance.address

    @property
    def managed(self) -> bool:
        """Whether it is a resource; a data source only reads."""
        return self.instance.mode == "managed"

    @property
    def existed(self) -> bool:
        """Whether the object was there before this plan."""
        return self.instance.action != "create"

    @property
    def anew(self) -> bool:
        """Whether this plan makes the object."""
        return self.instance.action in ("create", "replace")

    @property
    def leaves(self) -> bool:
        """Whether it is destroyed or forgotten."""
        return self.instance.planned is None

    def range_of(self, path: str) -> SourceRange | None:
        """The place of an attribute, or of the nearest thing around it."""
        return self.instance.range_of(path)
