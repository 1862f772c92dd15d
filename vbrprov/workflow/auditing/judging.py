"""Judging all objects, and saying what is wrong with which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from vbrprov.addrs import provider_name, sort_key
from vbrprov.diag import Diagnostic, Severity
from vbrprov.plan.environment import Environment
from vbrprov.rules import discover, judge
from vbrprov.rules.audit import Judged
from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.rule import Finding, Verdict
from vbrprov.sdk.views import View
from vbrprov.workflow.auditing.listed import lists
from vbrprov.workflow.auditing.model import Known

_READABLE: Final = "Make it readable, and audit again."
_CHECK: Final = "Check it by other means; an attestation can say so of what is declared."


def findings(objects: Mapping[str, Known], unread: Iterable[Diagnostic],
             environment: Environment) -> list[Judged]:
    """What the rules say of the estate, by address."""
    registry = environment.registry
    names = {*registry.provider_names(), *(provider_name(o.provider) for o in objects.values())}
    found = [p for name in sorted(names) if (p := registry.provider(name)) is not None]
    rules = [rule for rule in discover(found) if not rule.transition]
    today = datetime.fromtimestamp(environment.now(), UTC).date()

    def project(facts: InstanceFacts) -> Iterable[View]:
        name = provider_name(objects[facts.address].provider)
        find = registry.data_source if facts.mode == "data" else registry.resource_type
        kind = find(name, facts.type_name)
        return tuple(kind.views(facts)) if kind is not None else ()

    reasons = {each.address: each.detail for each in unread if each.address}
    seen: dict[tuple[str, str, str], list[Finding]] = {}
    for estate in _estates(objects):
        kept, _ = judge((each.facts for each in estate), project, rules, phase="plan", today=today)
        for finding in kept:
            # What one object leaves open is one thing to look into, however often a rule asks.
            key = "" if finding.verdict is Verdict.UNKNOWN else finding.key
            seen.setdefault((finding.rule_id, finding.address, key), []).append(finding)
    made = (_judged(same, reasons) for same in seen.values())
    return sorted((each for each in made if each is not None), key=lambda each: (
        sort_key(each.diagnostic.address or ""), each.verdict != "violated",
        each.diagnostic.rule_id or ""))


def _estates(objects: Mapping[str, Known]) -> list[list[Known]]:
    """Each server with all storage: servers give some of their own objects the same ids."""
    servers = sorted({each.provider for each in objects.values()
                      if each.kind is not None and lists(each.kind)})
    if len(servers) < 2:
        return [list(objects.values())]
    return [[each for each in objects.values()
             if each.provider == server or each.provider not in servers] for server in servers]


def _judged(same: list[Finding], reasons: Mapping[str, str]) -> Judged | None:
    finding, rule = same[0], same[0].rule
    if finding.suppression is not None:
        return None
    if finding.attestation is not None:
        said = finding.attestation
        return Judged("attested", _made(
            finding, Severity.NOTE, f"{finding.because} Attested until {said.expires.isoformat()}: "
            f"{said.reason}", hint=""))
    if finding.verdict is Verdict.VIOLATED:
        return Judged("violated", _made(finding, finding.severity,
                                        f"{finding.because} {rule.reason}", hint=rule.hint))
    if all(each.severity is not Severity.REFUSE for each in same):
        return None
    asked = list(dict.fromkeys(each.because for each in same))
    missing = [f"Not read: {address}: {reasons[address]}" for address in sorted(
        {address for each in same for address in each.involves}) if address in reasons]
    parts = [f"Whether this holds cannot be told: {' '.join(asked)}", rule.reason,
             *dict.fromkeys(each.needs for each in same), *missing]
    return Judged("undecided", _made(finding, Severity.WARNING, "\n\n".join(filter(None, parts)),
                                     " (undecided)", hint=_READABLE if missing else _CHECK))


def _made(finding: Finding, severity: Severity, detail: str, remark: str = "", *,
          hint: str) -> Diagnostic:
    return Diagnostic(
        severity, finding.rule.summary + remark, detail, finding.range, address=finding.address,
        rule_id=finding.rule_id, hint=hint, link=finding.rule.source, related=finding.related)
