"""What the source says about rules: attestations and suppressions, and whether they do anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from vbrprov.diag import Diagnostic, Severity, SourceRange, did_you_mean
from vbrprov.sdk.facts import Attestation, InstanceFacts, Suppression
from vbrprov.sdk.rule import Finding, Phase, Rule, Verdict


@dataclass(slots=True)
class _Seen:
    """One attestation or suppression; a block with many instances has one for all of them."""

    address: str
    said: Attestation | Suppression
    used: bool = False
    #: It met a finding that it cannot change.
    overruled: bool = field(default=False)

    @property
    def range(self) -> SourceRange | None:
        return self.said.range


class Annotations:
    """The attestations and suppressions of all instances."""

    def __init__(self, instances: Iterable[InstanceFacts], rules: Sequence[Rule],
                 today: date) -> None:
        self._today = today
        self._rules = {rule.rule_id: rule for rule in rules}
        self._seen: dict[tuple[object, ...], _Seen] = {}
        self._at: dict[tuple[str, str, str], _Seen] = {}
        for facts in instances:
            said: list[Attestation | Suppression] = [*facts.attestations, *facts.suppressions]
            for one in said:
                kind = "attest" if isinstance(one, Attestation) else "ignore"
                seen = self._seen.setdefault((kind, one.rule, one.range or facts.address),
                                             _Seen(facts.address, one))
                self._at[kind, one.rule, facts.address] = seen

    def apply(self, finding: Finding) -> Finding:
        """*finding* with the attestation or suppression that holds for it."""
        attested = self._at.get(("attest", finding.rule_id, finding.address))
        if attested is not None and isinstance(attested.said, Attestation):
            if finding.verdict is Verdict.VIOLATED:
                attested.overruled = attested.overruled or not finding.repaired
            else:
                attested.used = True
                if attested.said.expires >= self._today:
                    return replace(finding, attestation=attested.said)
        ignored = self._at.get(("ignore", finding.rule_id, finding.address))
        if ignored is not None and isinstance(ignored.said, Suppression):
            if finding.repaired or finding.severity is Severity.REFUSE:
                ignored.overruled = ignored.overruled or finding.blocks
            else:
                ignored.used = True
                if ignored.said.reason.strip():
                    return replace(finding, suppression=ignored.said)
        return finding

    def remarks(self, phase: Phase) -> Iterator[Diagnostic]:
        """What is wrong with them. What has no effect is known at plan only."""
        for seen in self._seen.values():
            if seen.said.rule not in self._rules:
                yield self._no_such_rule(seen)
            elif isinstance(seen.said, Attestation):
                yield from self._of_attestation(seen, seen.said, phase)
            else:
                yield from self._of_suppression(seen, seen.said, phase)

    def _no_such_rule(self, seen: _Seen) -> Diagnostic:
        what = "attest block" if isinstance(seen.said, Attestation) else "comment"
        guess = did_you_mean(seen.said.rule, self._rules)
        return Diagnostic(
            Severity.WARNING, "No such rule",
            f'There is no rule "{seen.said.rule}", so this {what} of {seen.address} has no effect.'
            f"{' ' + guess if guess else ''}", seen.range, address=seen.address)

    def _of_attestation(self, seen: _Seen, said: Attestation, phase: Phase) -> Iterator[Diagnostic]:
        if said.expires < self._today:
            yield Diagnostic(
                Severity.ERROR, "Attestation has expired",
                f"The attestation of {said.rule} on {seen.address} expired on "
                f"{said.expires.isoformat()}. Check again that what it says holds, then set a "
                "later date.", seen.range, address=seen.address, rule_id=said.rule)
        if not said.reason.strip():
            yield Diagnostic(
                Severity.WARNING, "Attestation without a reason",
                f"The attestation of {said.rule} on {seen.address} does not say how it was "
                "checked.", seen.range, address=seen.address, rule_id=said.rule)
        if seen.overruled:
            yield Diagnostic(
                Severity.WARNING, "Attestation has no effect",
                f"The attestation of {said.rule} on {seen.address} cannot help: the rule is known "
                "to be violated, and an attestation only stands in for what cannot be known.",
                seen.range, address=seen.address, rule_id=said.rule)
        elif phase == "plan" and not seen.used:
            yield Diagnostic(
                Severity.WARNING, "Attestation has no effect",
                f"Nothing about {said.rule} is in doubt on {seen.address}, so its attestation can "
                "be removed.", seen.range, address=seen.address, rule_id=said.rule)

    def _of_suppression(self, seen: _Seen, said: Suppression, phase: Phase) -> Iterator[Diagnostic]:
        rule = self._rules[said.rule]
        if seen.overruled:
            yield Diagnostic(
                Severity.ERROR, "Refusal cannot be suppressed",
                f"{said.rule} refuses {seen.address}. Only warnings can be suppressed; mend the "
                "configuration and remove the comment.", seen.range, address=seen.address,
                rule_id=said.rule, hint=rule.hint)
        elif not said.reason.strip():
            yield Diagnostic(
                Severity.WARNING, "Suppression without a reason",
                f"{said.rule} is not suppressed on {seen.address}, because the comment gives no "
                'reason. Write reason="..." after the rule.', seen.range, address=seen.address,
                rule_id=said.rule)
        elif phase == "plan" and not seen.used:
            yield Diagnostic(
                Severity.WARNING, "Suppression has no effect",
                f"{said.rule} has no warning for {seen.address} that could be suppressed.",
                seen.range, address=seen.address, rule_id=said.rule)
