"""Accounts and containers as guardrails see them: planned, live, recorded, unreadable."""

from __future__ import annotations

from typing import Any

import pytest
from provider_trial import Trial

from vbrprov.sdk import InstanceFacts, Origin, Truth
from vbrprov.values import Value
from vbrprov_azure.account.blob_model import (
    AccountImmutabilityBlock,
    BlobPropertiesBlock,
    DeleteRetentionBlock,
    LifecycleRuleBlock,
)
from vbrprov_azure.account.model import SasPolicyBlock
from vbrprov_azure.resources.storage_account import StorageAccount
from vbrprov_azure.resources.storage_container import StorageContainer

ACCOUNT, CONTAINER = StorageAccount(), StorageContainer()
ARGUMENTS: dict[str, Any] = {
    "name": "stbackup01", "resource_group_name": "rg-backup", "location": "westeurope",
    "account_replication_type": "LRS"}
SOFT = BlobPropertiesBlock(delete_retention_policy=DeleteRetentionBlock(days=7))


def view(kind: Any, azure: Trial, prior: Any = None, live: Any = None, *, phase: str = "plan",
         **arguments: Any) -> Any:
    """The view of a plan; *prior* is recorded, *live* was read."""
    planned = azure.plan(kind, live, **arguments)
    values: dict[str, Value] = planned.draft.planned
    action = "create" if live is None else "update" if planned.changed else "no-op"
    facts = InstanceFacts(
        f"{kind.type_name}.x", kind.type_name, "managed", action, values,
        None if live is None else live.to_values(), planned.draft.config,
        changed=frozenset(planned.changed) if live is not None else frozenset(),
        prior=None if prior is None else prior.to_values(), phase=phase)
    (found,) = kind.views(facts)
    return found


def test_a_new_account(azure: Any) -> None:
    seen = view(ACCOUNT, azure, **ARGUMENTS)
    assert seen.family == "azure"
    assert seen.name.value == "stbackup01"
    assert (seen.kind.value, seen.performance.value, seen.redundancy.value,
            seen.access_tier.value) == ("StorageV2", "Standard", "LRS", "Hot")
    assert seen.versioning.planned.value == "Disabled"
    for facet in (seen.blob_soft_delete, seen.container_soft_delete, seen.object_lock,
                  seen.default_retention):
        assert facet.planned.is_true is Truth.NO
    for fact in (seen.hierarchical_namespace, seen.point_in_time_restore,
                 seen.last_access_tracking, seen.replication):
        assert fact.is_true is Truth.NO
    assert seen.shared_key_access.is_true is Truth.YES
    assert seen.sas_expiration_seconds.value is None
    assert seen.lifecycle.complete
    assert seen.lifecycle.rules == ()
    assert seen.unreadable == {}


def test_what_is_stated(azure: Any) -> None:
    seen = view(ACCOUNT, azure, **ARGUMENTS, blob_properties=SOFT,
                sas_policy=SasPolicyBlock(expiration_period="10.00:00:00"),
                immutability_policy=AccountImmutabilityBlock(
                    state="Unlocked", period_since_creation_in_days=3),
                lifecycle_rule=[LifecycleRuleBlock(
                    name="x", prefix_match=["a/", "b/"],
                    delete_after_days_since_modification_greater_than=1)])
    assert seen.blob_soft_delete.planned.is_true is Truth.YES
    assert seen.sas_expiration_seconds.value == 864000
    assert seen.object_lock.planned.is_true is Truth.YES
    assert seen.default_retention.planned.is_true is Truth.YES
    assert [(r.id.value, r.prefix.value, r.origin, r.at) for r in seen.lifecycle.rules] == [
        ("x", "a/", Origin.DECLARED, "lifecycle_rule[0]"),
        ("x", "b/", Origin.DECLARED, "lifecycle_rule[0]")]


def test_premium_has_no_tier(azure: Any) -> None:
    seen = view(ACCOUNT, azure, **ARGUMENTS, account_kind="BlockBlobStorage",
                account_tier="Premium")
    assert seen.access_tier.value is None


def test_drift_that_the_plan_repairs(azure: Any, double: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    double.hand("PUT", f"{state.id}/blobServices/default", {"properties": {
        "isVersioningEnabled": True, "deleteRetentionPolicy": {"enabled": True, "days": 7}}})
    live = azure.read(ACCOUNT, state)
    seen = view(ACCOUNT, azure, state, live, **ARGUMENTS)
    soft = seen.blob_soft_delete
    assert (soft.live.value, soft.planned.value, soft.recorded.value) == (True, False, False)
    assert (soft.changed, soft.drifted, soft.restored) == (Truth.YES, Truth.YES, Truth.YES)
    # Versioning that somebody switched on is left as it is, and seen.
    assert seen.versioning.drifted is Truth.YES
    assert seen.versioning.planned.value == "Enabled"


def test_rules_of_others_are_live(azure: Any, double: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    double.hand("PUT", f"{state.id}/managementPolicies/default", {"properties": {"policy": {
        "rules": [{"name": "hand", "enabled": False, "type": "Lifecycle", "definition": {
            "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 1}}},
            "filters": {"blobTypes": ["blockBlob"]}}}]}}})
    live = azure.read(ACCOUNT, state)
    (rule,) = view(ACCOUNT, azure, state, live, **ARGUMENTS).lifecycle.rules
    assert rule.origin is Origin.LIVE
    assert rule.enabled.is_true is Truth.NO
    assert rule.covers("backups/Veeam/") is Truth.YES
    purged = view(ACCOUNT, azure, state, live, **ARGUMENTS, purge_lifecycle_rules=True)
    assert purged.lifecycle.rules == ()


@pytest.mark.parametrize(("operation", "facet", "missing"), [
    ("BlobServices.get_service_properties", "blob_service", "blobServices/read"),
    ("ManagementPolicies.get", "lifecycle", "managementPolicies/read")])
def test_what_is_not_readable_is_not_known(azure: Any, double: Any, operation: str, facet: str,
                                           missing: str) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    double.fault(operation, code="AuthorizationFailed", times=0)
    live = azure.read(ACCOUNT, state)
    seen = view(ACCOUNT, azure, state, live, **ARGUMENTS)
    assert missing in seen.unreadable[facet]
    if facet == "lifecycle":
        assert not seen.lifecycle.complete
        assert missing in seen.lifecycle.missing
    else:
        for found in (seen.blob_soft_delete.planned, seen.versioning.planned,
                      seen.blob_soft_delete.live, seen.last_access_tracking):
            assert not found.known
            assert missing in found.missing


def test_at_validate_only_what_is_certain(azure: Any) -> None:
    seen = view(ACCOUNT, azure, phase="static", **ARGUMENTS)
    # Soft delete is always said, so it is off for certain; versioning may be on already.
    assert seen.blob_soft_delete.planned.is_true is Truth.NO
    assert not seen.lifecycle.complete
    stated = view(ACCOUNT, azure, phase="static", **ARGUMENTS, blob_properties=SOFT)
    assert stated.blob_soft_delete.planned.is_true is Truth.YES


def test_a_container(azure: Any, double: Any) -> None:
    account = double.make_account("stbackup01")
    arguments = {"name": "data", "storage_account_id": account}
    seen = view(CONTAINER, azure, **arguments, immutable_storage_with_versioning_enabled=True)
    assert (seen.name.value, seen.account.value.value) == ("data", "stbackup01")
    assert seen.object_lock.planned.is_true is Truth.YES
    assert seen.default_retention.planned.is_true is Truth.NO
    assert seen.lifecycle.complete
    state = azure.apply(CONTAINER, **arguments).state
    double.hand("PUT", f"{state.id}/immutabilityPolicies/default",
                {"properties": {"immutabilityPeriodSinceCreationInDays": 5}})
    live = azure.read(CONTAINER, state)
    found = view(CONTAINER, azure, state, live, **arguments)
    assert found.default_retention.planned.is_true is Truth.YES
    assert found.default_retention.drifted is Truth.YES


def test_an_account_that_goes(azure: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    facts = InstanceFacts("azurerm_storage_account.x", "azurerm_storage_account", "managed",
                          "delete", None, state.to_values(), {})
    (seen,) = ACCOUNT.views(facts)
    assert seen.leaves
    assert seen.name.value == "stbackup01"
