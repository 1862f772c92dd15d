"""Planning an account: what goes together, what is refused, what is left as it is."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov_azure.account.blob_model import (
    AccountImmutabilityBlock,
    BlobPropertiesBlock,
    ContainerDeleteRetentionBlock,
    DeleteRetentionBlock,
    LifecycleRuleBlock,
    RestorePolicyBlock,
)
from vbrprov_azure.account.kinds import KINDS, tiers_of
from vbrprov_azure.account.model import (
    KeyRotationBlock,
    NetworkRulesBlock,
    SasPolicyBlock,
    period_seconds,
)
from vbrprov_azure.resources.storage_account import StorageAccount

ACCOUNT = StorageAccount()
ARGUMENTS: dict[str, Any] = {
    "name": "stbackup01", "resource_group_name": "rg-backup", "location": "westeurope",
    "account_replication_type": "LRS"}
AGE = {"delete_after_days_since_modification_greater_than": 1}


@pytest.mark.parametrize(("changes", "summary"), [
    ({"account_kind": "BlockBlobStorage"}, "Kind and performance do not go together"),
    ({"account_kind": "BlobStorage", "account_tier": "Premium"},
     "Kind and performance do not go together"),
    ({"account_kind": "Storage", "account_replication_type": "ZRS"},
     "Kind and redundancy do not go together"),
    ({"account_kind": "BlockBlobStorage", "account_tier": "Premium",
      "account_replication_type": "GRS"}, "Kind and redundancy do not go together"),
    ({"account_kind": "Storage", "access_tier": "Hot"}, "Kind and access tier do not go together"),
    ({"access_tier": "Premium"}, "Kind and access tier do not go together"),
    ({"nfsv3_enabled": True}, "Hierarchical namespace needed"),
    ({"sftp_enabled": True}, "Hierarchical namespace needed"),
    ({"is_hns_enabled": True, "blob_properties": BlobPropertiesBlock(versioning_enabled=True)},
     "Versioning and hierarchical namespace"),
    ({"is_hns_enabled": True, "immutability_policy": AccountImmutabilityBlock(
        state="Unlocked", period_since_creation_in_days=1)},
     "Immutability and hierarchical namespace"),
    ({"account_kind": "Storage", "blob_properties": BlobPropertiesBlock(versioning_enabled=True)},
     "Kind without versioning"),
    ({"account_kind": "Storage", "blob_properties": BlobPropertiesBlock(
        last_access_time_enabled=True)}, "Kind without versioning"),
    ({"account_kind": "FileStorage", "account_tier": "Premium",
      "blob_properties": BlobPropertiesBlock()}, "Account without blobs"),
    ({"blob_properties": BlobPropertiesBlock(
        delete_retention_policy=DeleteRetentionBlock(enabled=True))}, "Soft delete without length"),
    ({"blob_properties": BlobPropertiesBlock(change_feed_retention_in_days=7)},
     "Change feed is off"),
    ({"blob_properties": BlobPropertiesBlock(restore_policy=RestorePolicyBlock(days=7))},
     "Point-in-time restore needs more"),
    ({"lifecycle_rule": [LifecycleRuleBlock(name="x")]}, "Lifecycle rule without action"),
    ({"lifecycle_rule": [LifecycleRuleBlock(name="x", **AGE)] * 2}, "Lifecycle rule stated twice"),
    ({"lifecycle_rule": [LifecycleRuleBlock(name="x", **AGE)], "purge_lifecycle_rules": True},
     "Lifecycle rules stated and purged"),
])
def test_what_does_not_go_together(azure: Any, changes: Any, summary: str) -> None:
    assert azure.plan(ACCOUNT, **{**ARGUMENTS, **changes}).errors == [summary]


@pytest.mark.parametrize(("kind", "performance", "redundancy"), [
    (name, performance, redundancy) for name, kind in KINDS.items()
    for performance, each in kind.redundancy.items() for redundancy in sorted(each)])
def test_every_combination_of_ours_is_one_of_the_double(
        azure: Any, kind: str, performance: str, redundancy: str) -> None:
    arguments = {**ARGUMENTS, "account_kind": kind, "account_tier": performance,
                 "account_replication_type": redundancy}
    run = azure.apply(ACCOUNT, **arguments)
    azure.settled(ACCOUNT, run.state, **arguments)
    tiers = tiers_of(kind, performance)
    assert run.state.access_tier == (tiers[0] if tiers else None)


def test_v1_becomes_v2_in_place(azure: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS, account_kind="Storage").state
    assert state.access_tier is None
    planned = azure.plan(ACCOUNT, state, **ARGUMENTS)
    assert planned.replaces == []
    run = azure.run(ACCOUNT, state, planned.model)
    assert run.steps == ["kind", "verify"]
    azure.settled(ACCOUNT, run.state, **ARGUMENTS)
    back = azure.plan(ACCOUNT, run.state, **ARGUMENTS, account_kind="Storage")
    assert "account_kind" in back.replaces


@pytest.mark.parametrize(("block", "enabled", "days"), [
    (None, False, None), (DeleteRetentionBlock(), False, None),
    (DeleteRetentionBlock(days=7), True, 7), (DeleteRetentionBlock(enabled=True, days=9), True, 9),
    (DeleteRetentionBlock(enabled=False, days=9), False, None),
])
def test_soft_delete_is_on_or_off(azure: Any, block: Any, enabled: bool, days: Any) -> None:
    arguments = {**ARGUMENTS, "blob_properties": BlobPropertiesBlock(delete_retention_policy=block)}
    run = azure.apply(ACCOUNT, **arguments)
    policy = run.state.blob_properties.delete_retention_policy
    assert (policy.enabled, policy.days) == (enabled, days)
    azure.settled(ACCOUNT, run.state, **arguments)


def test_versioning_stays_as_it_is_when_nothing_is_said(azure: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS,
                        blob_properties=BlobPropertiesBlock(versioning_enabled=True)).state
    planned = azure.plan(ACCOUNT, state, **ARGUMENTS)
    assert planned.changed == []
    other = azure.plan(ACCOUNT, state, **ARGUMENTS, blob_properties=BlobPropertiesBlock())
    assert other.changed == []


def test_soft_delete_by_hand_is_switched_off(azure: Any, double: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    double.hand("PUT", f"{state.id}/blobServices/default", {"properties": {
        "deleteRetentionPolicy": {"enabled": True, "days": 7},
        "cors": {"corsRules": [{"allowedOrigins": ["*"], "allowedMethods": ["GET"],
                                "maxAgeInSeconds": 1, "exposedHeaders": [],
                                "allowedHeaders": []}]}}})
    live = azure.read(ACCOUNT, state)
    assert live.blob_properties.delete_retention_policy.enabled is True
    run = azure.apply(ACCOUNT, live, **ARGUMENTS)
    assert run.steps == ["blob_service", "verify"]
    azure.settled(ACCOUNT, run.state, **ARGUMENTS)
    # What is not ours in the blob service stays.
    service = double.hand("GET", f"{state.id}/blobServices/default")["properties"]
    assert service["cors"]["corsRules"][0]["allowedOrigins"] == ["*"]


def test_lifecycle_rules_of_others_stay_and_are_seen(azure: Any, double: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    rule = {"name": "hand", "type": "Lifecycle", "definition": {
        "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 30}}},
        "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["data/Veeam/", "other/"]}}}
    double.hand("PUT", f"{state.id}/managementPolicies/default",
                {"properties": {"policy": {"rules": [rule]}}})
    live = azure.read(ACCOUNT, state)
    assert live.live_lifecycle_rules == [
        {"name": "hand", "enabled": True, "prefix_match": ["data/Veeam/", "other/"]}]
    assert azure.plan(ACCOUNT, live, **ARGUMENTS).changed == []
    purged = azure.apply(ACCOUNT, live, **ARGUMENTS, purge_lifecycle_rules=True)
    assert purged.steps == ["lifecycle", "verify"]
    assert purged.state.live_lifecycle_rules == []
    azure.settled(ACCOUNT, purged.state, **ARGUMENTS, purge_lifecycle_rules=True)


def test_stated_lifecycle_rules_replace_and_go(azure: Any, double: Any) -> None:
    rules = [LifecycleRuleBlock(name="b", **AGE), LifecycleRuleBlock(
        name="a", enabled=False, prefix_match=["x/"], blob_types=["blockBlob", "appendBlob"],
        tier_to_cool_after_days_since_modification_greater_than=3)]
    run = azure.apply(ACCOUNT, **ARGUMENTS, lifecycle_rule=rules)
    azure.settled(ACCOUNT, run.state, **ARGUMENTS, lifecycle_rule=rules)
    gone = azure.apply(ACCOUNT, run.state, **ARGUMENTS)
    assert gone.steps == ["lifecycle", "verify"]
    assert gone.state.live_lifecycle_rules == []


def test_a_firewall_made_by_hand_stays(azure: Any, double: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    double.hand("PATCH", state.id, {"properties": {"networkAcls": {
        "defaultAction": "Deny", "bypass": "None", "ipRules": [{"value": "203.0.113.9"}]}}})
    live = azure.read(ACCOUNT, state)
    assert live.network_rules.ip_rules == ["203.0.113.9"]
    assert azure.plan(ACCOUNT, live, **ARGUMENTS).changed == []


def test_rules_of_the_firewall_that_are_not_ours_stay(azure: Any, double: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    rule = {"tenantId": "t", "resourceId": "/subscriptions/x"}
    double.hand("PATCH", state.id, {"properties": {"networkAcls": {
        "defaultAction": "Deny", "resourceAccessRules": [rule]}}})
    arguments = {**ARGUMENTS, "network_rules": NetworkRulesBlock(
        default_action="Deny", ip_rules=["203.0.113.7"])}
    run = azure.apply(ACCOUNT, azure.read(ACCOUNT, state), **arguments)
    azure.settled(ACCOUNT, run.state, **arguments)
    told = double.hand("GET", state.id)["properties"]["networkAcls"]
    assert told["resourceAccessRules"] == [rule]
    assert told["ipRules"] == [{"value": "203.0.113.7", "action": "Allow"}]


def test_an_account_of_immutability(azure: Any, double: Any) -> None:
    arguments = {**ARGUMENTS, "immutability_policy": AccountImmutabilityBlock(
        state="Unlocked", period_since_creation_in_days=7),
        "blob_properties": BlobPropertiesBlock(versioning_enabled=True)}
    run = azure.apply(ACCOUNT, **arguments)
    assert run.state.version_level_immutability_enabled is True
    azure.settled(ACCOUNT, run.state, **arguments)


def test_infrastructure_encryption(azure: Any) -> None:
    run = azure.apply(ACCOUNT, **ARGUMENTS, infrastructure_encryption_enabled=True)
    azure.settled(ACCOUNT, run.state, **ARGUMENTS, infrastructure_encryption_enabled=True)


def test_hierarchical_namespace_with_all_that_needs_it(azure: Any) -> None:
    arguments = {**ARGUMENTS, "is_hns_enabled": True, "nfsv3_enabled": True, "sftp_enabled": True}
    run = azure.apply(ACCOUNT, **arguments)
    azure.settled(ACCOUNT, run.state, **arguments)
    off = azure.apply(ACCOUNT, run.state, **{**arguments, "sftp_enabled": False})
    assert off.steps == ["settings", "verify"]


def test_container_soft_delete_days(azure: Any) -> None:
    arguments = {**ARGUMENTS, "blob_properties": BlobPropertiesBlock(
        container_delete_retention_policy=ContainerDeleteRetentionBlock(days=3))}
    run = azure.apply(ACCOUNT, **arguments)
    azure.settled(ACCOUNT, run.state, **arguments)


class TestUnreadable:
    @pytest.mark.parametrize(("operation", "facet"), [
        ("BlobServices.get_service_properties", "blob_service"),
        ("ManagementPolicies.get", "lifecycle"), ("StorageAccounts.list_keys", "keys")])
    def test_what_may_not_be_read_is_noted_and_kept(self, azure: Any, double: Any, operation: str,
                                                    facet: str) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS).state
        double.fault(operation, code="AuthorizationFailed", times=0)
        live = azure.read(ACCOUNT, state)
        assert live.unreadable_facets == [facet]
        assert live.blob_properties == state.blob_properties
        again = azure.plan(ACCOUNT, live, **ARGUMENTS)
        assert azure.run(ACCOUNT, live, again.model).steps == []

    def test_stated_rules_that_may_not_be_read_are_no_change(self, azure: Any,
                                                              double: Any) -> None:
        stated = {**ARGUMENTS, "lifecycle_rule": [LifecycleRuleBlock(
            name="r", prefix_match=["other/"],
            delete_after_days_since_modification_greater_than=3)]}
        state = azure.apply(ACCOUNT, **stated).state
        double.fault("ManagementPolicies.get", code="AuthorizationFailed", times=0)
        live = azure.read(ACCOUNT, state)
        same = azure.plan(ACCOUNT, live, **stated)
        assert same.model.live_lifecycle_rules is None
        assert not same.changed

    def test_a_read_only_lock_keeps_keys_from_being_listed(self, azure: Any, double: Any) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS).state
        double.hand("PUT", f"{state.id}/providers/Microsoft.Authorization/locks/l",
                    {"properties": {"level": "ReadOnly"}}, "2020-05-01")
        live = azure.read(ACCOUNT, state)
        assert live.unreadable_facets == ["keys"]
        assert live.primary_access_key is None


class TestKeys:
    def test_they_are_told_and_hidden(self, azure: Any, secrets: list[str]) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS).state
        assert state.primary_access_key
        assert state.active_access_key == state.primary_access_key
        assert state.primary_access_key in state.primary_blob_connection_string
        assert {state.primary_access_key, state.secondary_access_key} <= set(secrets)
        assert state.primary_access_key not in repr(state)

    def test_a_rotation_makes_one_key_anew(self, azure: Any) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS).state
        first = azure.apply(ACCOUNT, state, **ARGUMENTS, key_rotation=KeyRotationBlock(key="key2"))
        assert first.state.primary_access_key == state.primary_access_key
        assert first.state.secondary_access_key != state.secondary_access_key
        assert first.state.active_access_key == first.state.secondary_access_key
        again = KeyRotationBlock(key="key2", keepers={"month": "12"})
        second = azure.apply(ACCOUNT, first.state, **ARGUMENTS, key_rotation=again)
        assert second.steps == ["rotate_key", "verify"]
        assert second.state.secondary_access_key != first.state.secondary_access_key
        azure.settled(ACCOUNT, second.state, **ARGUMENTS, key_rotation=again)

    def test_a_rotation_is_known_after_apply(self, azure: Any) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS).state
        planned = azure.plan(ACCOUNT, state, **ARGUMENTS,
                             key_rotation=KeyRotationBlock(key="key1"))
        assert set(planned.changed) == {"key_rotation", "primary_access_key", "active_access_key",
                                        "primary_blob_connection_string"}

    def test_no_rotation_any_more_gives_the_first_key(self, azure: Any) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS, key_rotation=KeyRotationBlock(key="key2")).state
        assert state.active_access_key == state.secondary_access_key
        back = azure.apply(ACCOUNT, state, **ARGUMENTS)
        assert back.steps == ["record"]
        assert back.state.active_access_key == state.primary_access_key

    def test_a_lost_answer_to_a_rotation_is_told(self, azure: Any, double: Any) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS).state
        double.fault("StorageAccounts.regenerate_key", kind="drop_after")
        with pytest.raises(Exception, match="Answer lost"):
            azure.apply(ACCOUNT, state, **ARGUMENTS, key_rotation=KeyRotationBlock(key="key1"))


@pytest.mark.parametrize(("text", "seconds"), [
    ("30.00:00:00", 2592000), ("0.00:01:00", 60), ("1.02:03:04", 93784)])
def test_periods(text: str, seconds: int) -> None:
    assert period_seconds(text) == seconds


def test_sas_policy_is_left_as_it_is(azure: Any) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS,
                        sas_policy=SasPolicyBlock(expiration_period="30.00:00:00")).state
    assert azure.plan(ACCOUNT, state, **ARGUMENTS).changed == []
