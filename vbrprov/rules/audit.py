"""The outcome of an audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vbrprov.diag import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Audited:
    """One object that was looked at; ``id`` is empty where it is not known."""

    address: str
    type: str
    id: str
    provider: str
    read: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding. ``verdict`` tells a violation from what cannot be decided."""

    verdict: Literal["violated", "undecided", "attested"]
    diagnostic: Diagnostic


@dataclass(slots=True)
class Audit:
    """All objects by address, what was found, what could not be read."""

    objects: dict[str, Audited] = field(default_factory=dict)
    findings: list[Judged] = field(default_factory=list)
    unread: list[Diagnostic] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """How many violations of a severity there are."""
        return sum(each.verdict == "violated" and each.diagnostic.severity is severity
                   for each in self.findings)

    @property
    def undecided(self) -> int:
        """How many refusals cannot be decided."""
        return sum(each.verdict == "undecided" for each in self.findings)

    @property
    def is_clean(self) -> bool:
        """Whether everything was read and nothing found that is more than a note."""
        return not self.unread and all(
            each.diagnostic.severity is Severity.NOTE for each in self.findings)
