"""Guardrail rules: three-valued conditions, what a rule is, and what it finds."""

from __future__ import annotations

import abc
import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec

from vbrprov.diag import Edit, Severity, SourceRange

if TYPE_CHECKING:
    from vbrprov.sdk.estate import Estate
    from vbrprov.sdk.facts import Attestation, Suppression
    from vbrprov.sdk.views import View

#: When a rule is judged: at validate, at plan, right before a step of apply.
Phase = Literal["static", "plan", "apply"]


class Truth(enum.Enum):
    """Whether a condition holds: Kleene's three values.

    An unknown never decides anything that a known value does not decide alone:
    ``UNKNOWN & NO`` is ``NO``, ``UNKNOWN | YES`` is ``YES``.
    """

    NO = 0
    UNKNOWN = 1
    YES = 2

    @classmethod
    def of(cls, known: bool) -> Truth:
        """A plain condition."""
        return cls.YES if known else cls.NO

    def __and__(self, other: Truth) -> Truth:
        # Enum's own ``value`` is a descriptor written in Python, and this runs very often.
        return self if self._value_ <= other._value_ else other

    def __or__(self, other: Truth) -> Truth:
        return self if self._value_ >= other._value_ else other

    def __invert__(self) -> Truth:
        return _TRUTHS[2 - self._value_]

    def __bool__(self) -> bool:
        # "if condition" would count an unknown as true; every caller must say which it means.
        raise TypeError("a Truth is not a bool; compare it with Truth.YES or Truth.NO")

    @staticmethod
    def any(conditions: Iterable[Truth]) -> Truth:
        """Whether one of *conditions* holds; ``NO`` when there are none."""
        found = Truth.NO
        for condition in conditions:
            if condition is Truth.YES:
                return condition
            if condition is Truth.UNKNOWN:
                found = condition
        return found

    @staticmethod
    def all(conditions: Iterable[Truth]) -> Truth:
        """Whether all of *conditions* hold; ``YES`` when there are none."""
        return ~Truth.any(~condition for condition in conditions)


_TRUTHS = (Truth.NO, Truth.UNKNOWN, Truth.YES)


class Verdict(enum.Enum):
    """What a rule says of one thing."""

    VIOLATED = "violated"
    SATISFIED = "satisfied"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, violated: Truth) -> Verdict:
        """The verdict when the condition of a violation is *violated*."""
        return _VERDICTS[violated]


_VERDICTS = {
    Truth.YES: Verdict.VIOLATED, Truth.NO: Verdict.SATISFIED, Truth.UNKNOWN: Verdict.UNKNOWN,
}


class Finding(msgspec.Struct, frozen=True):
    """A violation, or something that cannot be decided yet.

    ``because`` says in full sentences what is wrong with which thing. ``key`` tells findings of one
    rule on one address apart. ``involves`` are the addresses of all instances that took part in
    the verdict; ``before`` those whose steps must wait when ``address`` repairs a violation.
    ``final`` marks an unknown that no later moment of this run settles (a read that was denied);
    ``needs`` says what would settle it. The engine sets the fields after ``needs``.
    """

    rule: Rule
    verdict: Verdict
    severity: Severity
    address: str
    because: str
    at: str = ""
    key: str = ""
    range: SourceRange | None = None
    related: tuple[tuple[str, SourceRange], ...] = ()
    involves: frozenset[str] = frozenset()
    before: tuple[str, ...] = ()
    final: bool = False
    needs: str = ""
    repaired: bool = False
    edits: tuple[Edit, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    attestation: Attestation | None = None
    suppression: Suppression | None = None

    @property
    def rule_id(self) -> str:
        """The id of the rule."""
        return self.rule.rule_id

    @property
    def blocks(self) -> bool:
        """Whether it is a refusal: a violation of a refuse rule that is left in place."""
        return self.severity is Severity.REFUSE and self.verdict is Verdict.VIOLATED

    @property
    def pending(self) -> bool:
        """Whether it must be judged again right before a step that it involves."""
        return self.verdict is Verdict.UNKNOWN and self.attestation is None


class Rule(abc.ABC):
    """One guardrail. Stateless; judges an estate and yields what is violated or unknown.

    ``summary`` is the same few words for every finding. ``why`` is the long text; its first
    paragraph goes into each diagnostic. ``hint`` says how to mend it, ``source`` is the vendor's
    page. ``phases`` are the moments of the rule catalogue: ``static``, ``plan``, ``live``; a
    rule without ``static`` says nothing at validate, and all are judged at plan and apply.
    ``bad`` and ``good`` are short pieces of configuration.
    """

    rule_id: ClassVar[str]
    severity: ClassVar[Severity]
    summary: ClassVar[str]
    why: ClassVar[str]
    hint: ClassVar[str]
    source: ClassVar[str]
    bad: ClassVar[str]
    good: ClassVar[str]
    phases: ClassVar[tuple[str, ...]] = ("static", "plan", "live")
    #: Judges a change instead of an end state, so it also sees what is destroyed or forgotten.
    transition: ClassVar[bool] = False

    @abc.abstractmethod
    def check(self, estate: Estate) -> Iterator[Finding]:
        """Yield the findings; what is satisfied is not mentioned."""

    def order(self, estate: Estate) -> Iterator[tuple[View, View]]:
        """What has to be there before something else that does not refer to it.

        Yields pairs: first, later. They are destroyed the other way round.
        """
        return iter(())

    @property
    def reason(self) -> str:
        """The first paragraph of ``why``."""
        return " ".join(self.why.strip().partition("\n\n")[0].split())

    def finding(
        self, violated: Truth, on: View, because: str, *, at: str = "", key: str = "",
        severity: Severity | None = None, place: SourceRange | None = None,
        related: Iterable[tuple[str, View, str]] = (), involves: Iterable[View] = (),
        before: Iterable[View] = (), final: bool = False, needs: str = "", repaired: bool = False,
        mend: Mapping[str, str] | None = None,
    ) -> Finding:
        """A finding on the view *on*.

        Args:
            violated: The condition of the violation; not ``NO``.
            on: The view that is at fault.
            because: Full sentences.
            at: Path of the attribute at fault.
            key: Tells several findings on *on* apart; the path when left out.
            severity: Where it is not the rule's.
            place: Where it is not the place of *at*.
            related: Further places: a word on each, its view, the path of its attribute.
            involves: The other views that took part.
            before: The views whose steps must wait for a repair of *on*.
            final: Waiting does not settle it.
            needs: What would settle it, as a sentence.
            repaired: The plan repairs it.
            mend: What mends it in configuration and is safe to do without asking: paths in the
                block of *on* with their new values, as text; an empty one removes it.
        """
        places = []
        for words, view, path in related:
            found = view.range_of(path)
            if found is not None:
                places.append((words, found))
        return Finding(
            self, Verdict.of(violated), severity or self.severity, on.address, because, at=at,
            key=key or at, range=place or on.range_of(at), related=tuple(places),
            involves=frozenset({on.address, *(v.address for v in involves)}),
            before=tuple(sorted({v.address for v in before})), final=final, needs=needs,
            repaired=repaired, edits=tuple(
                Edit(on.address, path, value) for path, value in (mend or {}).items()))
