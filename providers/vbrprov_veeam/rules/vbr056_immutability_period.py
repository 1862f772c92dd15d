"""VBR056: for how many days backups can be immutable."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth

LEAST, MOST = 1, 999


class ImmutabilityPeriod(Rule):
    """1 to 999 days."""

    rule_id = "VBR056"
    severity = Severity.REFUSE
    summary = "Immutability period out of range"
    why = """
        The immutability period of an object storage repository is 1 to 999 days.
    """
    hint = "Set days to a number from 1 to 999."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html"
    phases = ("static",)
    bad = """
        immutability {
          days = 1000
        }
    """
    good = """
        immutability {
          days = 30
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository with immutability."""
        for repository in estate.repositories:
            days = repository.immutability_days
            violated = repository.immutability_enabled.is_true & days.holds(
                lambda count: not LEAST <= count <= MOST)
            if violated is not Truth.NO:
                said = f"{repository.address} makes backups immutable for {days.shown} days"
                yield self.finding(
                    violated, repository, f"{said}." if violated is Truth.YES else
                    f"It is not known yet for how many days {repository.address} makes backups "
                    "immutable.", at=days.at)
