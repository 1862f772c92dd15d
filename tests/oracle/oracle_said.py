"""What the rules say of an estate, and what a user is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "rules"))

import rule_world
from estates import Estate
from oracle_verdicts import Key, Verdicts, strongest
from planned import facts
from table import REPAIRED
from translate import specs

from vbrprov.diag import Diagnostics, Severity
from vbrprov.rules import judge
from vbrprov.sdk import Finding, Phase


class Said:
    """What the rules find in an estate, and what is said of it."""

    def __init__(self, made: Estate, ids: frozenset[str]) -> None:
        self._specs = specs(made)
        self._facts = facts(self._specs)
        self._rules = rule_world.rules(*ids)
        self.findings, self.diags = self._judge("plan")

    def at_validate(self) -> set[Key]:
        """What validate says."""
        return {_key(f) for f in self._judge("static")[0]}

    def refused(self, step: str | None = None) -> set[tuple[str | None, str | None]]:
        """What is refused at the last moment, before one step or before every one."""
        return {(d.rule_id, d.address) for d in self._judge("apply", step)[1]
                if d.severity is Severity.REFUSE}

    def _judge(self, phase: Phase, step: str | None = None) -> tuple[list[Finding], Diagnostics]:
        # What is not known at plan is not known at the last moment either: the worst case.
        instances = facts(self._specs, phase) if phase == "static" else [
            replace(each, phase=phase) for each in self._facts]
        return judge(instances, rule_world.project, self._rules,
                     phase=phase, today=rule_world.TODAY, step=step)

    def verdicts(self) -> Verdicts:
        """The findings of the plan."""
        return strongest((_key(f), _verdict(f)) for f in self.findings)

    def told(self) -> dict[tuple[str, str], str]:
        """The doubts that the plan tells, which no later moment settles."""
        found: dict[tuple[str, str], str] = {}
        for d in self.diags:
            if d.summary.endswith("(undecided)"):
                key = (d.rule_id or "", d.address or "")
                found[key] = found.get(key, "") + d.detail
        return found


def _key(f: Finding) -> Key:
    return f.rule_id, f.address, REPAIRED if f.repaired else f.severity.value


def _verdict(f: Finding) -> str:
    attested = f.attestation is not None and f.severity is Severity.REFUSE
    return "attested" if attested else f.verdict.value
