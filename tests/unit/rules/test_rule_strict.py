"""``-strict``: warnings that are certain, and that nobody suppressed, are refused."""

from __future__ import annotations

from typing import Any

import pytest
from rule_world import UNKNOWN, run

from vbrprov.sdk import Phase, Severity

AZURE = "veeam_azure_blob_repository.z"
QUOTA = "veeam_cloud_tenant_quota.q"


def _exposed(mode: str, **more: Any) -> dict[str, Any]:
    return {
        AZURE: {"config": {"name": "z", "connection": {"mode": mode}}},
        QUOTA: {"config": {"repository_id": UNKNOWN}, "references": {"repository_id": [AZURE]},
                **more},
    }


def _severities(specs: dict[str, Any], phase: Phase = "plan", **more: Any) -> list[str]:
    _, diagnostics = run(specs, "VBR093", phase=phase, **more)
    return [diagnostic.severity.value for diagnostic in diagnostics]


@pytest.mark.parametrize("phase", ["static", "plan"])
def test_a_warning_is_refused_when_that_is_asked_for(phase: Phase) -> None:
    assert _severities(_exposed("direct"), phase) == ["warning"]
    assert _severities(_exposed("direct"), phase, strict=True) == ["refuse"]


def test_a_suppressed_warning_stays_silent() -> None:
    specs = _exposed("direct", ignore=[{"rule": "VBR093", "reason": "The provider says so."}])
    assert _severities(specs, strict=True) == []


def test_what_is_not_known_yet_is_not_refused() -> None:
    findings, diagnostics = run(_exposed(UNKNOWN), "VBR093", strict=True)
    assert [finding.severity for finding in findings] == [Severity.WARNING]
    assert not diagnostics.has_errors


def test_what_the_plan_repairs_and_notes_stay_as_they_are() -> None:
    bucket = {"bucket": "bk", "lifecycle_rule": [{"id": "x", "status": "Enabled"}]}
    specs = {
        "veeam_amazon_s3_repository.a": {"config": {"name": "a", "bucket": {"name": "bk"}}},
        "aws_s3_bucket.b": {
            "config": {"bucket": "bk"}, "planned": {"bucket": "bk", "purge_lifecycle_rules": True},
            "live": bucket | {"live_lifecycle_rules": [{"enabled": True}]}},
    }
    findings, _ = run(specs, "VBR014", strict=True)
    assert [(f.repaired, f.severity) for f in findings] == [(True, Severity.WARNING)]
    noted = {
        "veeam_amazon_s3_repository.a": {"config": {"name": "a"}},
        "veeam_agent_backup_policy.p": {
            "config": {"destination": {"repository_id": UNKNOWN}},
            "references": {"destination": ["veeam_amazon_s3_repository.a"]}},
    }
    findings, _ = run(noted, "VBR006", strict=True)
    assert [finding.severity for finding in findings] == [Severity.NOTE]
