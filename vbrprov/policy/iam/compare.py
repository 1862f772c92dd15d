"""What two policies allow and deny differently, whatever their form.

Order, splitting into statements, a single value instead of a list, the case of actions and
statements that others make superfluous do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from vbrprov.policy.iam.conditions import canonical
from vbrprov.policy.iam.document import Condition, Policy, Statement
from vbrprov.policy.iam.patterns import covers, overlaps


class Part(msgspec.Struct, frozen=True):
    """One dimension of a grant: a pattern, or everything but some patterns.

    With ``fold`` the case of letters does not matter, as in names of actions.
    """

    patterns: frozenset[str]
    negated: bool = False
    fold: bool = False

    def _texts(self) -> Iterable[str]:
        return (p.lower() for p in self.patterns) if self.fold else self.patterns

    def covers(self, other: Part) -> bool:
        """Whether all that *other* describes is described here."""
        ours, theirs = list(self._texts()), list(other._texts())
        if self.negated and other.negated:
            return all(any(covers(their, our) for their in theirs) for our in ours)
        if self.negated:
            return not any(overlaps(our, their) for our in ours for their in theirs)
        if other.negated:
            return "*" in self.patterns
        return all(any(covers(our, their) for our in ours) for their in theirs)

    def __str__(self) -> str:
        text = ", ".join(sorted(self.patterns))
        return f"everything but {text}" if self.negated else text


class Grant(msgspec.Struct, frozen=True):
    """The smallest piece of a policy: one action on one resource, allowed or denied."""

    allow: bool
    action: Part
    resource: Part
    principal: Part | None
    conditions: frozenset[tuple[str, str, frozenset[str]]]

    def covers(self, other: Grant) -> bool:
        """Whether this says all that *other* says: as much or more, under no further condition."""
        same_principal = (self.principal is None and other.principal is None) or (
            self.principal is not None and other.principal is not None
            and self.principal.covers(other.principal))
        return (self.allow is other.allow and same_principal
                and self.conditions <= other.conditions
                and self.action.covers(other.action) and self.resource.covers(other.resource))


class Difference(msgspec.Struct, frozen=True):
    """What only the first policy says, and what only the second one does."""

    removed: tuple[Grant, ...]
    added: tuple[Grant, ...]

    @property
    def same(self) -> bool:
        """Whether both mean the same."""
        return not self.removed and not self.added


def compare(first: Policy, second: Policy) -> Difference:
    """The difference in meaning of two policies."""
    before, after = list(grants(first)), list(grants(second))
    return Difference(tuple(_not_covered(before, after)), tuple(_not_covered(after, before)))


def _not_covered(wanted: Iterable[Grant], by: list[Grant]) -> Iterator[Grant]:
    seen: set[Grant] = set()
    for grant in wanted:
        if grant not in seen and not any(other.covers(grant) for other in by):
            seen.add(grant)
            yield grant


def grants(policy: Policy) -> Iterator[Grant]:
    """The pieces of a policy."""
    for statement in policy.statements:
        conditions = frozenset(map(_condition, statement.conditions))
        for action in _parts(statement, "Action", statement.actions, fold=True):
            for resource in _parts(statement, "Resource", statement.resources):
                for principal in _principals(statement):
                    yield Grant(statement.allow, action, resource, principal, conditions)


def _parts(statement: Statement, element: str, patterns: Iterable[str],
           fold: bool = False) -> list[Part]:
    if element in statement.negated:
        return [Part(frozenset(patterns), True, fold)]
    return [Part(frozenset((pattern,)), False, fold) for pattern in patterns]


def _principals(statement: Statement) -> list[Part | None]:
    if statement.principals is None:
        return [None]
    names = ["*" if name == "*" and kind in ("AWS", "*") else f"{kind} {name}"
             for kind, name in statement.principals]
    return list(_parts(statement, "Principal", names))


def _condition(condition: Condition) -> tuple[str, str, frozenset[str]]:
    operator = canonical(condition.operator)
    folded = operator.startswith(("Bool", "Null")) or "IgnoreCase" in operator
    values = (v.lower() for v in condition.values) if folded else condition.values
    return operator, condition.key.lower(), frozenset(values)
