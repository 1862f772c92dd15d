"""Making a storage account: names, long-running operations, refusals, throttling, crashes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_azure.account.blob_model import BlobPropertiesBlock, LifecycleRuleBlock
from vbrprov_azure.resources.storage_account import StorageAccount
from vbrprov_azure.resources.storage_container import StorageContainer

ACCOUNT, CONTAINER = StorageAccount(), StorageContainer()
ARGUMENTS: dict[str, Any] = {
    "name": "stbackup01", "resource_group_name": "rg-backup", "location": "westeurope",
    "account_replication_type": "LRS"}


def refused(azure: Any, **arguments: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        azure.apply(ACCOUNT, **{**ARGUMENTS, **arguments})
    return caught.value


def test_the_blob_service_is_always_said_in_so_many_words(azure: Any, double: Any) -> None:
    azure.apply(ACCOUNT, **ARGUMENTS)
    service = double.hand("GET", f"{double.account('stbackup01')}/blobServices/default")
    told = service["properties"]
    assert told["deleteRetentionPolicy"] == {"enabled": False}
    assert told["containerDeleteRetentionPolicy"] == {"enabled": False}
    assert told["isVersioningEnabled"] is False
    assert told["changeFeed"] == {"enabled": False}
    # Some kinds refuse these even when they are off.
    assert "restorePolicy" not in told
    assert "lastAccessTimeTrackingPolicy" not in told


def test_safe_defaults_on_the_wire(azure: Any, double: Any) -> None:
    azure.apply(ACCOUNT, **ARGUMENTS)
    told = double.hand("GET", double.account("stbackup01"))["properties"]
    assert told["minimumTlsVersion"] == "TLS1_2"
    assert told["allowBlobPublicAccess"] is False
    assert told["supportsHttpsTrafficOnly"] is True
    assert told["isLocalUserEnabled"] is False
    assert told["allowCrossTenantReplication"] is False
    assert told["isHnsEnabled"] is False


@pytest.mark.parametrize("lro", ["location", "async", "immediate"])
def test_every_way_to_wait(azure: Any, double: Any, lro: str) -> None:
    double.settings(lro=lro, polls=2, seconds=60)
    run = azure.apply(ACCOUNT, **ARGUMENTS)
    azure.settled(ACCOUNT, run.state, **ARGUMENTS)


@pytest.mark.parametrize("lro", ["location", "async"])
def test_a_creation_that_fails_in_the_end(azure: Any, double: Any, lro: str) -> None:
    double.settings(lro=lro, polls=1)
    double.fault("StorageAccounts.create", kind="async_error", code="QuotaExceeded",
                 message="The subscription may hold 250 accounts.")
    error = refused(azure)
    assert "QuotaExceeded" in error.detail
    assert "250 accounts" in error.detail
    assert double.ask("GET", f"{double.account('stbackup01')}?api-version=2026-09-01")[0] == 404
    azure.settled(ACCOUNT, azure.apply(ACCOUNT, **ARGUMENTS).state, **ARGUMENTS)


def test_a_name_of_somebody_else(azure: Any, double: Any) -> None:
    double.taken("stbackup01")
    error = refused(azure)
    assert (error.kind, error.attribute) == (ErrorClass.EXISTS, "name")
    assert "unique in the world" in error.detail
    assert "StorageAccounts.create" not in double.operations()


def test_a_name_that_a_stranger_just_deleted(azure: Any, double: Any) -> None:
    other = "/subscriptions/99999999-0000-4000-8000-000000000000/resourceGroups/g"
    double.hand("PUT", other, {"location": "westeurope"}, "2025-04-01")
    double.settings(lro="immediate")
    own = f"{other}/providers/Microsoft.Storage/storageAccounts/stbackup01"
    double.hand("PUT", own, {"kind": "StorageV2", "location": "westeurope",
                             "sku": {"name": "Standard_LRS"}})
    double.hand("DELETE", own)
    error = refused(azure)
    assert error.kind is ErrorClass.EXISTS
    assert "still kept for whoever had it" in error.detail


def test_the_name_check_is_a_courtesy(azure: Any, double: Any) -> None:
    double.fault("StorageAccounts.check_name_availability", code="AuthorizationFailed")
    double.taken("stbackup01")
    error = refused(azure)
    assert error.kind is ErrorClass.EXISTS
    assert double.operations()[-1] == "StorageAccounts.create"


def test_an_account_in_another_group(azure: Any, double: Any) -> None:
    other = double.group.replace("rg-backup", "rg-other")
    double.hand("PUT", other, {"location": "westeurope"}, "2025-04-01")
    double.settings(lro="immediate")
    double.hand("PUT", f"{other}/providers/Microsoft.Storage/storageAccounts/stbackup01", {
        "kind": "StorageV2", "location": "westeurope", "sku": {"name": "Standard_LRS"}})
    double.fault("StorageAccounts.check_name_availability", code="AuthorizationFailed")
    error = refused(azure)
    assert error.summary == "Storage account lies elsewhere"


def test_no_such_group(azure: Any) -> None:
    error = refused(azure, resource_group_name="rg-none")
    assert "ResourceGroupNotFound" in error.detail


@pytest.mark.parametrize(("operation", "rule"), [
    ("StorageAccounts.create", {"code": "TooManyRequests", "retry_after": 1}),
    ("BlobServices.set_service_properties", {"code": "TooManyRequests", "retry_after": 1}),
    ("BlobServices.set_service_properties", {"code": "StorageAccountOperationInProgress"}),
    ("StorageAccounts.get_properties", {"code": "InternalServerError", "times": 2}),
])
def test_what_passes_is_waited_for(azure: Any, double: Any, operation: str, rule: Any) -> None:
    double.fault(operation, **rule)
    run = azure.apply(ACCOUNT, **ARGUMENTS)
    azure.settled(ACCOUNT, run.state, **ARGUMENTS)


def test_a_policy_of_the_organisation(azure: Any, double: Any) -> None:
    double.fault("StorageAccounts.create", code="RequestDisallowedByPolicy", status=403,
                 message="Resource was disallowed by policy.")
    error = refused(azure)
    assert error.summary == "Refused by policy"
    assert "Azure Policy" in error.hint


def test_met_under_way_after_a_lost_answer(azure: Any, double: Any) -> None:
    double.settings(seconds=0.3)
    double.fault("StorageAccounts.create", kind="drop_after")
    error = refused(azure)
    assert error.kind is ErrorClass.LOST
    time.sleep(0.3)
    found = ACCOUNT.probe(azure.client, azure.intent({"id": double.account("stbackup01")}),
                          azure.ctx)
    assert found.verdict is ProbeVerdict.OURS
    azure.settled(ACCOUNT, azure.apply(ACCOUNT, found.state, **ARGUMENTS).state, **ARGUMENTS)


def test_a_probe_waits_for_an_account_under_way(azure: Any, double: Any) -> None:
    double.settings(seconds=60)
    double.fault("StorageAccounts.create", kind="drop_after")
    assert refused(azure).kind is ErrorClass.LOST
    found = ACCOUNT.probe(azure.client, azure.intent({"id": double.account("stbackup01")}),
                          azure.ctx)
    assert found.verdict is ProbeVerdict.UNKNOWN
    assert "still making" in found.detail


@pytest.mark.parametrize("stop_after", ["create", "blob_service", "lifecycle"])
def test_crash_at_each_step(azure: Any, double: Any, stop_after: str) -> None:
    arguments = {**ARGUMENTS, "blob_properties": BlobPropertiesBlock(versioning_enabled=True),
                 "lifecycle_rule": [LifecycleRuleBlock(
                     name="x", delete_after_days_since_modification_greater_than=1)]}
    planned = azure.plan(ACCOUNT, **arguments)
    run = azure.run(ACCOUNT, None, planned.model, stop_after=stop_after)
    live = azure.read(ACCOUNT, run.state)
    again = azure.apply(ACCOUNT, live, **arguments)
    assert not set(run.steps) & set(again.steps)
    final = again.state if again.steps else live
    azure.settled(ACCOUNT, final, **arguments)


@pytest.mark.parametrize("step", ["StorageAccounts.update", "BlobServices.set_service_properties",
                                  "ManagementPolicies.create_or_update"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_a_change_is_told(azure: Any, double: Any, step: str, kind: str) -> None:
    state = azure.apply(ACCOUNT, **ARGUMENTS).state
    after = {**ARGUMENTS, "access_tier": "Cool",
             "blob_properties": BlobPropertiesBlock(versioning_enabled=True),
             "lifecycle_rule": [LifecycleRuleBlock(
                 name="x", delete_after_days_since_modification_greater_than=1)]}
    double.fault(step, kind=kind, times=0)
    with pytest.raises(ProviderError) as caught:
        azure.apply(ACCOUNT, state, **after)
    assert caught.value.kind is ErrorClass.LOST
    double.ask("DELETE", "/_double/faults")
    live = azure.read(ACCOUNT, state)
    azure.settled(ACCOUNT, azure.apply(ACCOUNT, live, **after).state, **after)


class TestDestroy:
    def state(self, azure: Any, **more: Any) -> Any:
        return azure.apply(ACCOUNT, **ARGUMENTS, deletion_policy="DELETE", **more).state

    def test_not_with_containers_in_it(self, azure: Any, double: Any) -> None:
        state = self.state(azure)
        for name in ("aaa", "bbb", "ccc"):
            azure.apply(CONTAINER, name=name, storage_account_id=state.id)
        with pytest.raises(ProviderError) as caught:
            azure.destroy(ACCOUNT, state)
        assert "3 containers (aaa, bbb, ccc)" in caught.value.detail
        assert "StorageAccounts.delete" not in double.operations()

    def test_with_force(self, azure: Any, double: Any) -> None:
        state = self.state(azure, force_destroy=True)
        azure.apply(CONTAINER, name="aaa", storage_account_id=state.id)
        azure.destroy(ACCOUNT, state)
        assert azure.read(ACCOUNT, state) is None

    def test_immutability_is_never_bypassed(self, azure: Any, double: Any) -> None:
        state = self.state(azure, force_destroy=True,
                           blob_properties=BlobPropertiesBlock(versioning_enabled=True))
        made = azure.apply(CONTAINER, name="aaa", storage_account_id=state.id,
                           immutable_storage_with_versioning_enabled=True).state
        double.blobs(made.id, 1)
        with pytest.raises(ProviderError) as caught:
            azure.destroy(ACCOUNT, state)
        assert caught.value.kind is ErrorClass.LOCKED

    def test_a_lock_is_told(self, azure: Any, double: Any) -> None:
        state = self.state(azure)
        double.hand("PUT", f"{double.group}/providers/Microsoft.Authorization/locks/l",
                    {"properties": {"level": "CanNotDelete"}}, "2020-05-01")
        with pytest.raises(ProviderError) as caught:
            azure.destroy(ACCOUNT, state)
        assert caught.value.kind is ErrorClass.LOCKED
        assert "management lock" in caught.value.hint

    def test_abandon_leaves_it(self, azure: Any, double: Any) -> None:
        state = azure.apply(ACCOUNT, **ARGUMENTS, deletion_policy="ABANDON").state
        assert azure.destroy(ACCOUNT, state).steps == []
        assert azure.read(ACCOUNT, state) is not None

    def test_the_same_name_again(self, azure: Any) -> None:
        azure.destroy(ACCOUNT, self.state(azure))
        azure.settled(ACCOUNT, azure.apply(ACCOUNT, **ARGUMENTS).state, **ARGUMENTS)
