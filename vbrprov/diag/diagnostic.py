"""The diagnostic value and an ordered collection of them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import msgspec

from vbrprov.diag.source import SourceRange


class Severity(enum.StrEnum):
    """How bad it is. ``REFUSE`` is a guardrail's error: no flag turns it off."""

    ERROR = "error"
    REFUSE = "refuse"
    WARNING = "warning"
    NOTE = "note"


class Edit(msgspec.Struct, frozen=True):
    """A change of configuration that mends something: an argument or a block of an instance.

    ``path`` is as in ranges (``rule[0].enabled``). ``value`` is the text of the new value; without
    one the argument or the block is removed.
    """

    address: str
    path: str
    value: str = ""


class Diagnostic(msgspec.Struct, frozen=True):
    """One finding for the user.

    ``summary`` is a few words without user names; ``detail`` is full sentences: what is wrong with
    which thing, why it matters, what to do. ``context`` contains ``subject``. ``related`` holds
    further ranges with a word on each (the other place of a duplicate, the bucket of a repository).
    """

    severity: Severity
    summary: str
    detail: str = ""
    subject: SourceRange | None = None
    context: SourceRange | None = None
    address: str | None = None
    rule_id: str | None = None
    hint: str = ""
    link: str = ""
    related: tuple[tuple[str, SourceRange], ...] = ()
    #: What the failing expression names and what that is: ``("var.x", 'is "abc"')``.
    values: tuple[tuple[str, str], ...] = ()
    #: The function whose call failed, as it was written.
    function: str = ""
    #: What mends it, where that is safe to do without asking.
    edits: tuple[Edit, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether this stops the command."""
        return self.severity in (Severity.ERROR, Severity.REFUSE)


class Diagnostics:
    """An ordered, growing list of diagnostics that drops exact repeats."""

    __slots__ = ("_items", "_seen")

    def __init__(self, items: Iterable[Diagnostic] = ()) -> None:
        self._items: list[Diagnostic] = []
        self._seen: set[Diagnostic] = set()
        self.extend(items)

    def add(self, item: Diagnostic) -> None:
        """Append *item* unless an equal one is already there."""
        if item not in self._seen:
            self._seen.add(item)
            self._items.append(item)

    def extend(self, items: Iterable[Diagnostic]) -> None:
        """Append every one of *items*."""
        for item in items:
            self.add(item)

    def error(
        self, summary: str, detail: str = "", subject: SourceRange | None = None, *, hint: str = "",
        address: str | None = None, context: SourceRange | None = None,
        related: tuple[tuple[str, SourceRange], ...] = (), values: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Append an error."""
        self.add(Diagnostic(Severity.ERROR, summary, detail, subject, context, address,
                            hint=hint, related=related, values=values))

    def warning(
        self, summary: str, detail: str = "", subject: SourceRange | None = None, *, hint: str = "",
        address: str | None = None,
    ) -> None:
        """Append a warning."""
        self.add(Diagnostic(Severity.WARNING, summary, detail, subject, None, address, hint=hint))

    @property
    def has_errors(self) -> bool:
        """Whether any item stops the command."""
        return any(item.is_error for item in self._items)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)
