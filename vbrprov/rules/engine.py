"""Judging: facts in, findings and diagnostics out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from vbrprov.addrs import sort_key
from vbrprov.diag import Diagnostics, Severity
from vbrprov.rules.annotations import Annotations
from vbrprov.rules.report import diagnostic
from vbrprov.sdk.estate import Estate
from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.rule import Finding, Phase, Rule, Verdict
from vbrprov.sdk.views import WRITES, View

#: Neutral views of one instance: ``ResourceType.views`` or ``DataSource.views`` of its type.
Projector = Callable[[InstanceFacts], Iterable[View]]

_LEAVING = frozenset({"destroy", "delete", "forget"})


def judge(
    facts: Iterable[InstanceFacts], project: Projector, rules: Sequence[Rule], *, phase: Phase,
    today: date, step: str | None = None, waiting: Collection[str] = (),
    pending: Collection[tuple[str, str]] = (), among: Collection[str] | None = None,
    strict: bool = False,
) -> tuple[list[Finding], Diagnostics]:
    """Judge what a plan leaves behind.

    Args:
        facts: All instances of the run, data sources included.
        project: Turns the facts of one instance into views.
        rules: The rules, as ``discover`` returns them.
        phase: ``static`` says only what is certain from the configuration. ``plan`` also returns
            what cannot be decided yet. ``apply`` is the last moment before *step*: what still
            cannot be decided is refused.
        today: The day that attestations are measured against.
        step: The address whose step is about to start; only findings that involve it count.
            ``None`` stands for every step at once.
        among: The addresses that take part, when not all do; only findings that involve one of
            them count. ``None`` when all take part.
        waiting: Addresses whose steps have not started yet, *step* aside. A finding that
            also involves one of them can still become known and is left for that step.
        pending: Rule id and address of what the plan could not decide. At apply, only the rules
            among these are judged, and warnings and notes are repeated for nothing else.
        strict: Refuse what is only warned of, unless it is suppressed.

    Returns:
        The findings in a fixed order (violations, warnings, notes, repairs, and at plan what is
        pending or attested), and the diagnostics to show. A diagnostic of severity ``REFUSE``
        stops the plan, or the step.
    """
    instances = list(facts)
    if phase == "apply" and pending:
        # What the plan could decide is decided: values become known, never unknown again.
        doubted = {rule_id for rule_id, _ in pending}
        rules = [rule for rule in rules if rule.rule_id in doubted]
    projected = {f.address: list(project(f)) for f in instances}
    found = _check(instances, projected, rules, phase)
    if phase == "plan":
        found += _repairs(instances, projected, rules, found, project)
        writes = {f.address for f in instances if f.action in WRITES}
        found = [_ordered(finding, writes) if finding.repaired else finding for finding in found]
    if step is not None:
        found = [finding for finding in found if step in finding.involves]
    if among is not None:
        found = [finding for finding in found if not finding.involves.isdisjoint(among)]
    found.sort(key=_order)

    annotations = Annotations(instances, rules, today)
    found = [annotations.apply(finding) for finding in found]
    if strict:
        found = [_promoted(finding) for finding in found]
    diagnostics = Diagnostics()
    kept: list[Finding] = []
    for finding in found:
        if phase == "static" and finding.verdict is Verdict.UNKNOWN:
            continue
        if phase == "apply" and not _counts(finding, waiting, pending):
            continue
        kept.append(finding)
        shown = diagnostic(finding, phase, today)
        if shown is not None:
            diagnostics.add(shown)
    if phase != "apply":
        diagnostics.extend(annotations.remarks(phase))
    return kept, diagnostics


def orderings(facts: Iterable[InstanceFacts], project: Projector,
              rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """What rules say has to come before what: addresses of instances that the plan changes."""
    asked = [rule for rule in rules if type(rule).order is not Rule.order]
    instances = list(facts) if asked else []
    acts = {f.address for f in instances if f.action in WRITES or f.action in _LEAVING}
    if len(acts) < 2:
        return []
    estate = Estate(view for each in instances for view in project(each))
    return sorted({(first.address, later.address) for rule in asked
                   for first, later in rule.order(estate)
                   if first.address in acts and later.address in acts})


def _counts(
    finding: Finding, waiting: Collection[str], pending: Collection[tuple[str, str]],
) -> bool:
    """Whether a finding has something to say right before a step."""
    if finding.verdict is Verdict.UNKNOWN:
        # A warning that cannot be decided stops nothing, so it is not worth a word here.
        return finding.severity is Severity.REFUSE and finding.pending and (
            finding.final or finding.involves.isdisjoint(waiting))
    return finding.blocks or (finding.rule_id, finding.address) in pending


def _check(
    instances: Iterable[InstanceFacts], projected: dict[str, list[View]], rules: Sequence[Rule],
    phase: Phase,
) -> list[Finding]:
    leaving = {f.address for f in instances if f.planned is None or f.action in _LEAVING}
    stays = Estate(v for address, views in projected.items() if address not in leaving
                   for v in views)
    everything = stays
    if leaving and any(rule.transition for rule in rules):
        everything = Estate(v for views in projected.values() for v in views)
    found: list[Finding] = []
    for rule in rules:
        if phase == "static" and "static" not in rule.phases:
            continue
        found += rule.check(everything if rule.transition else stays)
    return found


def _repairs(
    instances: Sequence[InstanceFacts], projected: dict[str, list[View]], rules: Sequence[Rule],
    found: Iterable[Finding], project: Projector,
) -> list[Finding]:
    """The refusals that would stand without the changes of this plan, and fall with them."""
    views: list[View] = []
    mended = False
    for facts in instances:
        if facts.planned is None or facts.action in _LEAVING:
            continue
        if facts.live is None or facts.action not in WRITES:
            views += projected[facts.address]
            continue
        mended = True
        views += project(dataclasses.replace(
            facts, planned=facts.live, action="no-op", changed=frozenset()))
    if not mended:
        return []
    left = {(f.rule_id, f.address, f.key) for f in found}
    unsure = {(f.rule_id, f.address) for f in found if f.verdict is Verdict.UNKNOWN}
    as_is = Estate(views)
    repaired = []
    for rule in rules:
        for finding in () if rule.transition else rule.check(as_is):
            if (not finding.blocks or (finding.rule_id, finding.address) in unsure
                    or (finding.rule_id, finding.address, finding.key) in left):
                continue
            repaired.append(replace(finding, repaired=True, severity=Severity.WARNING))
    return repaired


def _promoted(finding: Finding) -> Finding:
    """A warning of what is certain as a refusal; what the plan repairs stays a warning."""
    if (finding.severity is Severity.WARNING and finding.verdict is Verdict.VIOLATED
            and not finding.repaired and finding.suppression is None):
        return replace(finding, severity=Severity.REFUSE)
    return finding


def _ordered(finding: Finding, writes: Collection[str]) -> Finding:
    """A repair with its ordering edges: it comes before the writes that rely on it."""
    if finding.address not in writes:
        return finding
    return replace(finding, edges=tuple(
        (finding.address, later) for later in finding.before if later in writes))


def _order(finding: Finding) -> tuple[object, ...]:
    return (sort_key(finding.address), finding.rule_id, finding.key, finding.because)
