"""Guardrails on storage that exists: what leaves the configuration, and who relies on it."""

from __future__ import annotations

from typing import Any

from rule_world import run, shown

from vbrprov.diag import Severity
from vbrprov.sdk import Verdict

ACCOUNT, POLICY = "azurerm_storage_account.a", "veeam_agent_backup_policy.p"


def soft_delete(live: dict[str, Any]) -> dict[str, Any]:
    """An account as it is, and a new policy on a repository that stays as it is."""
    return {
        ACCOUNT: {"action": "no-op", "config": {"name": "acct1"}, "live": {
            "name": "acct1", **live}},
        "azurerm_storage_container.c": {
            "config": {"name": "c", "storage_account_id": "(known after apply)"},
            "references": {"storage_account_id": [ACCOUNT]}},
        "veeam_azure_blob_repository.r": {
            "action": "no-op", "config": {"container": {"name": "c"}},
            "live": {"container": {"name": "c"}, "id": "id-r"},
            "references": {"container": ["azurerm_storage_container.c"]}},
        POLICY: {"config": {"destination": {"repository_id": "id-r"}}},
    }


def test_a_default_retention_that_leaves_the_configuration_is_repaired() -> None:
    retention = {"mode": "GOVERNANCE", "days": 1}
    found, _ = run({
        "aws_s3_bucket.b": {
            "config": {"bucket": "bk"},
            "planned": {"bucket": "bk", "object_lock_configuration": None,
                        "live_default_retention": None},
            "live": {"bucket": "bk", "live_default_retention": retention,
                     "object_lock_configuration": {"rule": {"default_retention": retention}}}},
        "veeam_amazon_s3_repository.r": {"config": {"bucket": {"name": "bk"}}},
    }, "VBR051")
    assert shown(found) == ["violated warning aws_s3_bucket.b "
                            "object_lock_configuration.rule.default_retention repaired"]


def test_a_new_policy_waits_for_what_may_not_be_read_of_its_account() -> None:
    specs = soft_delete({"unreadable_facets": ["blob_service"]})
    found, diagnostics = run(specs, "VBR025", phase="apply", step=POLICY)
    assert [f.verdict for f in found] == [Verdict.UNKNOWN]
    assert [d.severity for d in diagnostics] == [Severity.REFUSE]


def test_a_container_that_is_read_is_none_of_that_name_in_another_account() -> None:
    found, _ = run({
        ACCOUNT: {"config": {"name": "acct1"}},
        "azurerm_storage_container.c": {
            "config": {"name": "c", "storage_account_id": "(known after apply)"},
            "references": {"storage_account_id": [ACCOUNT]}},
        "data.azurerm_storage_account.other": {
            "config": {"name": "acct2"}, "live": {"is_hns_enabled": True}},
        "data.azurerm_storage_container.other": {
            "config": {"name": "c", "storage_account_id": "acct2"},
            "references": {"storage_account_id": ["data.azurerm_storage_account.other"]}},
        "veeam_azure_blob_repository.r": {
            "config": {"container": {"name": "c"}},
            "references": {"container": ["data.azurerm_storage_container.other"]}},
    }, "VBR061")
    assert shown(found) == ["violated refuse data.azurerm_storage_account.other is_hns_enabled"]
