"""Guardrails over a plan, and once more before each step that could not be judged earlier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vbrprov.addrs import provider_name
from vbrprov.diag import Diagnostic, Diagnostics, Severity
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Action, Change, Plan
from vbrprov.sdk.provider import Provider
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.sdk.facts import InstanceFacts
    from vbrprov.sdk.rule import Finding, Phase, Rule
    from vbrprov.sdk.views import View

#: The provider whose objects are of no interest to rules.
BUILTIN = "vbrprov"


class Guard:
    """Runs the rules of the providers that a plan uses.

    Rules come from providers; a plan that uses none with rules costs nothing here.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._rules: tuple[Rule, ...] = ()
        self._facts: dict[str, InstanceFacts] = {}
        self._providers: dict[str, str] = {}
        self._pending: frozenset[tuple[str, str]] = frozenset()
        self._involved: frozenset[str] = frozenset()
        self._waiting: set[str] = set()
        self._deferred: set[str] = set()
        self._strict = False
        self._today = datetime.fromtimestamp(environment.now(), UTC).date()
        self._views: dict[str, tuple[InstanceFacts, tuple[View, ...]]] = {}
        self.findings: list[Finding] = []

    def judge(self, plan: Plan, diags: Diagnostics, *, phase: Phase) -> None:
        """Judge the end state of a plan; what repairs something is put before what relies on it."""
        # Rules see a deferred block as one object of which nothing is known, and what is recorded
        # of it as it is, since that is what this plan leaves behind.
        waiting = [d.change for d in plan.deferred]
        kept = [change for d in plan.deferred for change in d.kept]
        everything = [*waiting, *kept, *plan.left_alone, *plan.changes]
        self._providers = {c.address: c.provider for c in everything}
        providers = self._in_use(everything)
        if any(provider.name != BUILTIN for provider in providers):
            # Their rules look at every provider's objects. Asking costs as much as a small plan.
            third = self._environment.registry.third_parties()
            providers += [p for p in third if p not in providers]
        if not any(provider.names("rules") for provider in providers):
            return
        # Imported here: rules and what they look at are slow to import.
        from vbrprov.rules import discover, judge, orderings
        from vbrprov.sdk.rule import Verdict

        self._rules = discover(providers)
        self._strict = plan.options.strict
        self._facts = {c.address: c.facts for c in everything if c.facts is not None}
        if plan.options.refresh_only:
            # It leaves everything as it is, so the end state is not its doing.
            self._rules = tuple(rule for rule in self._rules if rule.transition)
            known = {rule.rule_id for rule in self._rules}
            self._facts = {a: _concerning(f, known) for a, f in self._facts.items()}
        for change in plan.changes:
            if change.facts is None and change.prior is not None and not change.deposed:
                self._facts[change.address] = recorded_only(change)
        # What is wrong elsewhere does not stop a plan that was narrowed to leave it alone.
        among = {c.address for c in (*waiting, *kept, *plan.changes)
                 if not c.untouched} if plan.partial else None
        found, reported = judge(self._facts.values(), self._project, self._rules, phase=phase,
                                today=self._today, among=among, strict=self._strict)
        diags.extend(reported)
        self.findings = found
        plan.edges += [edge for finding in found for edge in finding.edges]
        if phase == "plan":
            plan.edges += orderings(self._facts.values(), self._project, self._rules)
        unsure = [f for f in found if f.verdict is Verdict.UNKNOWN and f.pending]
        self._pending = frozenset((f.rule_id, f.address) for f in unsure)
        self._involved = frozenset(a for f in unsure for a in f.involves)
        self._deferred = {c.address for c in waiting} - {c.address for c in kept}
        self._waiting = {c.address for c in plan.changes if c.is_change}
        _left_open(unsure, self._deferred, diags)

    def gate(self, change: Change, values: Mapping[str, Value], diags: Diagnostics) -> bool:
        """Judge once more, just before the first step of an instance; whether it may start."""
        self._waiting.discard(change.address)
        return self.preview(change, values, diags)

    def preview(self, change: Change, values: Mapping[str, Value], diags: Diagnostics) -> bool:
        """As ``gate``, but the step itself is still to come: what it will tell is not missing."""
        facts = self._facts.get(change.address)
        if facts is None:
            return True
        from dataclasses import replace

        self._facts[change.address] = replace(facts, planned=values, phase="apply")
        if change.address not in self._involved:
            return True
        found, reported = self._before(change.address, self._facts.values())
        if self._deferred and reported.has_errors:
            reported = self._without_deferred(change.address, found, reported)
        diags.extend(reported)
        return not reported.has_errors

    def _before(self, step: str,
                facts: Iterable[InstanceFacts]) -> tuple[list[Finding], Diagnostics]:
        """What rules say right before a step."""
        from vbrprov.rules import judge

        return judge(facts, self._project, self._rules, phase="apply", today=self._today,
                     step=step, waiting=self._waiting, pending=self._pending,
                     strict=self._strict)

    def _without_deferred(self, step: str, found: Iterable[Finding],
                          reported: Diagnostics) -> Diagnostics:
        """Leave out what is open only for want of something deferred: the next plan judges that."""
        from vbrprov.sdk.rule import Verdict

        alone, _ = self._before(
            step, (f for a, f in self._facts.items() if a not in self._deferred))
        open_anyway = {(f.rule_id, f.address) for f in alone if f.verdict is Verdict.UNKNOWN}
        left = {(f.rule_id, f.address) for f in found
                if f.verdict is Verdict.UNKNOWN} - open_anyway
        return Diagnostics(d for d in reported if (d.rule_id, d.address) not in left)

    def settled(self, change: Change, values: Mapping[str, Value]) -> None:
        """Remember what an instance became: ids that others refer to are known now."""
        facts = self._facts.get(change.address)
        if facts is not None:
            from dataclasses import replace

            self._facts[change.address] = replace(facts, planned=values, live=values)

    def _in_use(self, changes: Iterable[Change]) -> list[Provider]:
        names = {provider_name(c.provider) for c in changes}
        found = (self._environment.registry.provider(name) for name in sorted(names))
        return [p for p in found if p is not None]

    def _project(self, facts: InstanceFacts) -> Iterable[View]:
        known = self._views.get(facts.address)
        if known is not None and known[0] is facts:
            # Judging before each step looks at everything again; most of it is as it was.
            return known[1]
        provider = provider_name(self._providers[facts.address])
        registry = self._environment.registry
        find = registry.data_source if facts.mode == "data" else registry.resource_type
        kind = find(provider, facts.type_name)
        views = tuple(kind.views(facts)) if kind is not None else ()
        self._views[facts.address] = (facts, views)
        return views


def _concerning(facts: InstanceFacts, rules: set[str]) -> InstanceFacts:
    """The facts with what was said about some of the rules only."""
    from dataclasses import replace

    return replace(
        facts, attestations=tuple(a for a in facts.attestations if a.rule in rules),
        suppressions=tuple(s for s in facts.suppressions if s.rule in rules))


def _left_open(unsure: Iterable[Finding], deferred: Collection[str], diags: Diagnostics) -> None:
    """Say which refusals can be judged only when what is deferred is planned."""
    found: dict[str, set[str]] = {}
    for finding in unsure:
        if finding.severity is Severity.REFUSE and not finding.involves.isdisjoint(deferred):
            found.setdefault(finding.rule_id, set()).update(finding.involves - set(deferred))
    for rule_id, addresses in sorted(found.items()):
        on = f" on {', '.join(sorted(addresses))}" if addresses else ""
        diags.add(Diagnostic(
            Severity.NOTE, "Guardrail left for the next plan", f"{rule_id} cannot be judged{on} as "
            "long as resources that it looks at are deferred. The plan that has them judges it.",
            rule_id=rule_id))


def recorded_only(change: Change) -> InstanceFacts:
    """An instance that only the state has: as it goes only transition rules look at it.

    A refresh-only plan lets it stay.
    """
    from vbrprov.sdk.facts import InstanceFacts

    return InstanceFacts(
        address=change.address, type_name=change.type, mode=change.mode, action=str(change.action),
        planned=change.before if change.action is Action.NOOP else None, live=change.before,
        config={})
