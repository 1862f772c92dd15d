"""The engine: attestations, suppressions, repairs, moments, order."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any, ClassVar

import pytest
from rule_world import TODAY, UNKNOWN, overlay, project, rules, run, shown, world

from vbrprov.apply.order import build_order, delete_task
from vbrprov.diag import Diagnostic, Severity
from vbrprov.graph import Graph
from vbrprov.plan.model import Action, Change, Options, Plan
from vbrprov.rules import RuleError, discover, judge, orderings, rules_of
from vbrprov.sdk import Provider, Verdict

BUCKET, REPOSITORY = "aws_s3_bucket.b", "veeam_amazon_s3_repository.r"
RULE = [{"id": "expire", "enabled": True, "expiration_days": 30}]
VIOLATED: dict[str, Any] = {
    BUCKET: {"config": {"bucket": "backups", "lifecycle_rule": RULE}},
    REPOSITORY: {"config": {"bucket": {"name": "backups"}}},
}
FINE = overlay(VIOLATED, {BUCKET: {"config": {"lifecycle_rule": []}}})
DENIED = overlay(FINE, {BUCKET: {"live": {
    "bucket": "backups", "lifecycle_rule": [], "unreadable_facets": ["lifecycle"]}}})
WARNED: dict[str, Any] = {REPOSITORY: {"config": {"connection": {
    "mode": "selected_gateway", "gateway_server_ids": ["one"]}}}}


def said(rule: str, reason: str = "Looked it up in the console.",
         expires: str = "2026-12-31") -> dict[str, str]:
    """An attest block."""
    return {"rule": rule, "reason": reason, "expires": expires}


def with_marks(specs: dict[str, Any], address: str, **marks: Any) -> dict[str, Any]:
    """*specs* with attestations or suppressions on one instance."""
    return overlay(specs, {address: marks})


def only(diagnostics: Any, severity: Severity) -> list[Diagnostic]:
    """The diagnostics of one severity."""
    return [d for d in diagnostics if d.severity is severity]


class TestDiagnostics:
    def test_a_refusal_has_everything(self) -> None:
        _, diagnostics = run(VIOLATED, "VBR014")
        (refusal,) = diagnostics
        assert diagnostics.has_errors
        assert refusal.severity is Severity.REFUSE
        assert refusal.rule_id == "VBR014"
        assert refusal.address == BUCKET
        assert refusal.summary == "Lifecycle rule on backup storage"
        assert refusal.hint.startswith("Remove the lifecycle rule")
        assert refusal.link.startswith("https://helpcenter.veeam.com/")
        facts = {f.address: f for f in world(VIOLATED)}
        assert refusal.subject == facts[BUCKET].ranges["lifecycle_rule[0]"]
        assert refusal.related == (
            ("the repository that uses it", facts[REPOSITORY].ranges["bucket.name"]),)

    def test_the_order_does_not_depend_on_the_order_of_facts(self) -> None:
        specs = {f"{a}{i}": overlay(s, {"config": {"bucket": f"b{i}" if a == BUCKET else {
            "name": f"b{i}"}}}) for i in range(12) for a, s in VIOLATED.items()}
        facts = world(specs)
        first = judge(facts, project, rules(), phase="plan", today=TODAY)
        random.Random(7).shuffle(facts)
        again = judge(facts, project, rules(), phase="plan", today=TODAY)
        assert [f.address for f in first[0]] == [f"{BUCKET}{i}" for i in sorted(
            range(12), key=str)]
        assert list(first[1]) == list(again[1])

    def test_a_sensitive_name_is_not_shown(self) -> None:
        from dataclasses import replace

        from vbrprov.values import SENSITIVE, mark

        facts = world(VIOLATED)
        planned = facts[0].planned
        assert planned is not None
        rule = {**planned["lifecycle_rule"][0], "id": mark("geheim", [SENSITIVE])}
        facts[0] = replace(facts[0], planned={**planned, "lifecycle_rule": (rule,)})
        _, diagnostics = judge(facts, project, rules("VBR014"), phase="plan", today=TODAY)
        (refusal,) = diagnostics
        assert "(sensitive)" in refusal.detail
        assert "geheim" not in repr(refusal)


class TestAttestations:
    def test_an_attestation_settles_what_cannot_be_known(self) -> None:
        specs = with_marks(DENIED, BUCKET, attest=[said("VBR014")])
        findings, diagnostics = run(specs, "VBR014")
        (finding,) = findings
        assert finding.verdict is Verdict.UNKNOWN
        assert finding.attestation is not None
        assert not finding.pending
        (note,) = diagnostics
        assert note.severity is Severity.NOTE
        assert "Attested until 2026-12-31: Looked it up in the console." in note.detail
        assert not list(run(specs, "VBR014", phase="apply")[1])

    def test_an_expired_attestation_is_an_error_and_settles_nothing(self) -> None:
        specs = with_marks(DENIED, BUCKET, attest=[said("VBR014", expires="2026-05-31")])
        findings, diagnostics = run(specs, "VBR014")
        assert findings[0].pending
        (error,) = only(diagnostics, Severity.ERROR)
        assert error.summary == "Attestation has expired"
        assert [d.severity for d in run(specs, "VBR014", phase="apply")[1]] == [Severity.REFUSE]

    def test_an_attestation_holds_through_its_last_day(self) -> None:
        specs = with_marks(DENIED, BUCKET, attest=[said("VBR014", expires="2026-06-01")])
        assert not run(specs, "VBR014")[0][0].pending

    @pytest.mark.parametrize("specs", [VIOLATED, FINE], ids=["violated", "satisfied"])
    def test_an_attestation_of_what_is_known_has_no_effect(self, specs: dict[str, Any]) -> None:
        before = run(specs, "VBR014")[0]
        marked = with_marks(specs, BUCKET, attest=[said("VBR014")])
        findings, diagnostics = run(marked, "VBR014")
        assert [f.verdict for f in findings] == [f.verdict for f in before]
        (warning,) = only(diagnostics, Severity.WARNING)
        assert warning.summary == "Attestation has no effect"
        assert diagnostics.has_errors is bool(before)

    def test_validate_does_not_call_an_attestation_useless(self) -> None:
        specs = with_marks(FINE, BUCKET, attest=[said("VBR014")])
        assert not list(run(specs, "VBR014", phase="static")[1])

    def test_an_attestation_elsewhere_does_not_help(self) -> None:
        specs = with_marks(DENIED, REPOSITORY, attest=[said("VBR014")])
        findings, diagnostics = run(specs, "VBR014")
        assert findings[0].pending
        assert "Attestation has no effect" in [d.summary for d in diagnostics]

    def test_an_unknown_rule_is_a_warning_with_a_guess(self) -> None:
        specs = with_marks(FINE, BUCKET, attest=[said("VBRO14")])
        (warning,) = run(specs, phase="static")[1]
        assert warning.summary == "No such rule"
        assert 'Did you mean "VBR014"?' in warning.detail

    def test_one_block_with_many_instances_is_remarked_on_once(self) -> None:
        from dataclasses import replace

        facts = world(with_marks(FINE, BUCKET, attest=[said("VBR014")]))
        twin = replace(facts[0], address=f"{BUCKET}2")
        _, diagnostics = judge([*facts, twin], project, rules(), phase="plan", today=TODAY)
        assert len(diagnostics) == 1


class TestSuppressions:
    def test_a_warning_is_suppressed_with_a_reason(self) -> None:
        specs = with_marks(WARNED, REPOSITORY, ignore=[{"rule": "VBR004", "reason": "A lab."}])
        findings, diagnostics = run(specs)
        assert findings[0].suppression is not None
        assert not list(diagnostics)

    def test_without_a_reason_it_is_not(self) -> None:
        specs = with_marks(WARNED, REPOSITORY, ignore=[{"rule": "VBR004"}])
        _, diagnostics = run(specs)
        assert [d.summary for d in diagnostics] == [
            "Connection mode and gateway servers do not match", "Suppression without a reason"]

    def test_a_refusal_is_not(self) -> None:
        specs = with_marks(VIOLATED, BUCKET, ignore=[{"rule": "VBR014", "reason": "I insist."}])
        _, diagnostics = run(specs)
        assert [(d.severity, d.summary) for d in diagnostics] == [
            (Severity.REFUSE, "Lifecycle rule on backup storage"),
            (Severity.ERROR, "Refusal cannot be suppressed")]

    @pytest.mark.parametrize(("rule", "summary"), [
        ("VBR014", "Suppression has no effect"), ("VBR998", "No such rule")])
    def test_one_that_matches_nothing_is_a_warning(self, rule: str, summary: str) -> None:
        specs = with_marks(FINE, BUCKET, ignore=[{"rule": rule, "reason": "Why not."}])
        (warning,) = run(specs)[1]
        assert (warning.severity, warning.summary) == (Severity.WARNING, summary)


class TestRepairs:
    LIVE = overlay(FINE, {BUCKET: {
        "config": {"purge_lifecycle_rules": True},
        "live": {"bucket": "backups", "lifecycle_rule": [], "live_lifecycle_rules": [
            {"id": "a", "enabled": True, "prefix": ""}]}}})

    def test_a_repair_is_a_warning_with_an_ordering_edge(self) -> None:
        findings, diagnostics = run(self.LIVE)
        (finding,) = findings
        assert finding.repaired
        assert finding.edges == ((BUCKET, REPOSITORY),)
        assert not diagnostics.has_errors

    def test_what_does_not_change_is_not_ordered(self) -> None:
        specs = overlay(self.LIVE, {REPOSITORY: {"live": {"bucket": {"name": "backups"}}}})
        assert run(specs)[0][0].edges == ()

    def test_one_that_is_left_is_refused_while_another_is_repaired(self) -> None:
        specs = overlay(self.LIVE, {BUCKET: {"config": {"lifecycle_rule": [
            {"id": "b", "enabled": True}]}}})
        assert shown(run(specs, "VBR014")[0]) == [
            f"violated warning {BUCKET} lifecycle_rule repaired",
            f"violated refuse {BUCKET} lifecycle_rule[0]"]

    def test_nothing_is_judged_of_what_is_destroyed(self) -> None:
        specs = overlay(VIOLATED, {
            BUCKET: {"live": {"bucket": "backups"}}, REPOSITORY: {
                "action": "delete", "live": {"bucket": {"name": "backups"}}}})
        assert run(specs, "VBR014")[0] == []

    def test_a_repair_through_the_job_needs_no_edge(self) -> None:
        specs: dict[str, Any] = {
            "veeam_snowball_edge_repository.s": {"config": {}, "live": {"id": "1"}},
            "veeam_amazon_s3_repository.m": {"config": {}, "live": {"id": "2"}},
            "veeam_agent_backup_policy.p": {
                "config": {"destination": {"repository_id": "2"}},
                "live": {"destination": {"repository_id": "1"}}},
        }
        (finding,) = run(specs, "VBR013")[0]
        assert finding.repaired
        assert finding.edges == ()


class TestMoments:
    UNSURE = overlay(FINE, {BUCKET: {"config": {"lifecycle_rule": [
        {"id": "x", "enabled": True, "prefix": UNKNOWN}]}}})

    def test_validate_is_silent_about_what_is_unknown(self) -> None:
        findings, diagnostics = run(self.UNSURE, phase="static")
        assert (findings, list(diagnostics)) == ([], [])

    def test_plan_returns_it_silently(self) -> None:
        findings, diagnostics = run(self.UNSURE)
        assert [f.pending for f in findings] == [True]
        assert findings[0].involves == {BUCKET, REPOSITORY}
        assert not list(diagnostics)

    def test_plan_tells_of_what_no_waiting_will_settle(self) -> None:
        findings, diagnostics = run(DENIED, "VBR014")
        assert findings[0].final
        (warning,) = diagnostics
        assert warning.severity is Severity.WARNING
        assert "s3:GetLifecycleConfiguration" in warning.detail
        assert warning.summary == "Lifecycle rule on backup storage (undecided)"
        assert warning.hint.startswith("Make it readable")

    def test_apply_refuses_it_at_the_last_step_that_it_involves(self) -> None:
        early = run(self.UNSURE, phase="apply", step=BUCKET, waiting={REPOSITORY})
        late = run(self.UNSURE, phase="apply", step=REPOSITORY)
        other = run(self.UNSURE, phase="apply", step="aws_iam_user.u")
        assert not early[0]
        assert not other[0]
        (refusal,) = late[1]
        assert refusal.severity is Severity.REFUSE
        assert '    attest {\n      rule    = "VBR014"\n' in refusal.detail
        assert 'expires = "2027-06-01"' in refusal.detail

    def test_apply_refuses_at_once_what_no_waiting_will_settle(self) -> None:
        assert run(DENIED, phase="apply", step=BUCKET, waiting={REPOSITORY})[1].has_errors

    def test_apply_repeats_no_warning_that_was_shown(self) -> None:
        assert not run(WARNED, phase="apply", step=REPOSITORY)[0]
        pending = {("VBR004", REPOSITORY)}
        assert run(WARNED, phase="apply", step=REPOSITORY, pending=pending)[0]

    def test_apply_stops_for_a_violation_that_has_become_known(self) -> None:
        assert run(VIOLATED, phase="apply", step=REPOSITORY)[1].has_errors


class TestDiscovery:
    def test_rules_are_found_by_file_name(self) -> None:
        assert [r.rule_id for r in rules()] == sorted(r.rule_id for r in rules())
        assert {"VBR004", "VBR013", "VBR014", "VBR050", "VBR055"} <= {
            r.rule_id for r in rules()}

    def test_a_provider_without_rules(self) -> None:
        assert discover([Provider("x", "vbrprov_s3", "")]) == ()

    @pytest.mark.parametrize(("names", "count", "message"), [
        (["vbr014_a", "vbr014_b"], 1, "defined twice"), (["vbr099_a"], 1, "holds rule VBR014"),
        (["vbr014_a"], 0, "must define one rule"),
    ])
    def test_files_that_are_not_sound(self, names: list[str], count: int, message: str) -> None:
        class Fake:
            package = "fake"

            def names(self, kind: str) -> list[str]:
                return names

            def load(self, kind: str, name: str) -> ModuleType:
                module = ModuleType(f"fake.rules.{name}")
                if count:
                    own = type(rules("VBR014")[0])
                    made = type("Made", (own,), {"__module__": module.__name__})
                    module.Made = made  # type: ignore[attr-defined]  # that is what a file does
                return module

        with pytest.raises(RuleError, match=message):
            discover([Fake()])  # type: ignore[list-item]  # only names and load are used

    def test_imported_rules_do_not_count(self) -> None:
        module = ModuleType("other")
        module.Found = type(rules("VBR014")[0])  # type: ignore[attr-defined]  # an import
        assert rules_of(module) == []


class TestOrder:
    SPECS: ClassVar[dict[str, Any]] = {
        "veeam_wasabi_repository.w": {"config": {"name": "w"}, "planned": {
            "name": "w", "id": "(known after apply)"}},
        "veeam_s3_agent_access.x": {
            "config": {"repository_id": "(known after apply)"},
            "references": {"repository_id": ["veeam_wasabi_repository.w"]}},
        "veeam_agent_backup_policy.p": {
            "config": {"destination": {"repository_id": "(known after apply)"}},
            "references": {"destination": ["veeam_wasabi_repository.w"]}},
    }

    def test_agent_access_comes_before_the_job(self) -> None:
        found = orderings(world(self.SPECS), project, rules("VBR011"))
        assert found == [("veeam_s3_agent_access.x", "veeam_agent_backup_policy.p")]

    def test_what_does_not_change_is_not_ordered(self) -> None:
        specs = overlay(self.SPECS, {"veeam_s3_agent_access.x": {"action": "no-op"}})
        assert orderings(world(specs), project, rules("VBR011")) == []

    def test_both_are_destroyed_the_other_way_round(self) -> None:
        first, later = (Change(
            address=address, module=(), mode="managed", type=address.partition(".")[0],
            name=address[-1], key=None, provider="provider.veeam", action=Action.DELETE,
            schema=None) for address in ("veeam_s3_agent_access.x", "veeam_agent_backup_policy.p"))
        plan = Plan(options=Options(), lineage="", serial=0, changes=[first, later],
                    edges=[(first.address, later.address)])
        order = build_order(Graph(None, {}, []), plan)
        assert order[delete_task(first)] == {delete_task(later)}
        assert order[delete_task(later)] == set()
