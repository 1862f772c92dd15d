"""Containers: immutability, names, access, and policies that are read to be refused."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.resources.storage_container import StorageContainer
from vbrprov_azure.resources.storage_container_immutability_policy import (
    ImmutabilityPolicyModel,
    StorageContainerImmutabilityPolicy,
)

CONTAINER, POLICY = StorageContainer(), StorageContainerImmutabilityPolicy()
BY_HAND = {"properties": {"immutabilityPeriodSinceCreationInDays": 5}}


@pytest.fixture
def account(double: Any) -> str:
    """An account with versioning."""
    own: str = double.make_account("stbackup01", allowBlobPublicAccess=True)
    double.hand("PUT", f"{own}/blobServices/default",
                {"properties": {"isVersioningEnabled": True}})
    return own


def test_version_level_immutability_is_made_with_the_container(azure: Any, account: str) -> None:
    arguments = {"name": "data", "storage_account_id": account,
                 "immutable_storage_with_versioning_enabled": True}
    run = azure.apply(CONTAINER, **arguments)
    azure.settled(CONTAINER, run.state, **arguments)


def test_without_versioning_it_is_refused(azure: Any, double: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        azure.apply(CONTAINER, name="data", storage_account_id=double.make_account("stbackup01"),
                    immutable_storage_with_versioning_enabled=True)
    assert caught.value.kind is ErrorClass.INVALID
    assert "versioning" in caught.value.detail


@pytest.mark.parametrize("access", ["blob", "container"])
def test_access(azure: Any, account: str, access: str) -> None:
    arguments = {"name": "data", "storage_account_id": account}
    state = azure.apply(CONTAINER, **arguments).state
    run = azure.apply(CONTAINER, state, **arguments, container_access_type=access)
    assert run.steps == ["update"]
    azure.settled(CONTAINER, run.state, **arguments, container_access_type=access)


def test_a_name_that_is_busy_is_waited_for(azure: Any, double: Any, account: str) -> None:
    double.fault("BlobContainers.create", code="ContainerBeingDeleted", times=2)
    assert azure.apply(CONTAINER, name="data", storage_account_id=account).state.id


def test_a_name_that_stays_busy_is_told(azure: Any, double: Any, account: str) -> None:
    double.fault("BlobContainers.create", code="ContainerBeingDeleted", times=0)
    with pytest.raises(ProviderError) as caught:
        azure.apply(CONTAINER, name="data", storage_account_id=account)
    assert caught.value.kind is ErrorClass.CONFLICT
    assert "Apply again" in caught.value.hint


@pytest.mark.parametrize("name", ["ab", "Data", "a--b", "-ab", "ab-", "a_b", "a" * 64])
def test_names(name: str) -> None:
    (check,) = CONTAINER.model.schema().attributes["name"].validators
    assert check(name)
    assert check("data-01") is None
    # Refused by VBR065, with its reason.
    assert check("$root") is None


def test_a_protected_container_is_not_deleted(azure: Any, double: Any, account: str) -> None:
    state = azure.apply(CONTAINER, name="data", storage_account_id=account,
                        immutable_storage_with_versioning_enabled=True,
                        deletion_policy="DELETE").state
    double.blobs(state.id, 3)
    with pytest.raises(ProviderError) as caught:
        azure.destroy(CONTAINER, state)
    assert caught.value.kind is ErrorClass.LOCKED


def test_abandon_leaves_it(azure: Any, account: str) -> None:
    state = azure.apply(CONTAINER, name="data", storage_account_id=account,
                        deletion_policy="ABANDON").state
    assert azure.destroy(CONTAINER, state).steps == []
    assert azure.read(CONTAINER, state) is not None


class TestImmutabilityPolicy:
    @pytest.fixture
    def container(self, double: Any, account: str) -> str:
        path = f"{account}/blobServices/default/containers/data"
        double.hand("PUT", path, {"properties": {}})
        return path

    def test_it_is_seen_on_the_container(self, azure: Any, double: Any, container: str) -> None:
        etag = double.hand("PUT", f"{container}/immutabilityPolicies/default", BY_HAND)["etag"]
        found = CONTAINER.import_state(azure.client, container, azure.ctx)
        assert found is not None
        assert (found.has_immutability_policy, found.immutability_policy_state,
                found.immutability_period_in_days) == (True, "Unlocked", 5)
        double.hand("POST", f"{container}/immutabilityPolicies/default/lock",
                    **{"If-Match": etag})
        assert azure.read(CONTAINER, found).immutability_policy_state == "Locked"

    def test_it_is_never_made(self, azure: Any, container: str) -> None:
        planned = azure.plan(POLICY, storage_container_resource_manager_id=container,
                             immutability_period_in_days=5)
        assert planned.errors == ["Immutability policy on a container"]
        with pytest.raises(ProviderError, match="never made"):
            azure.run(POLICY, None, planned.model)

    def test_it_can_be_imported_and_removed(self, azure: Any, double: Any, container: str) -> None:
        assert POLICY.import_state(azure.client, container, azure.ctx) is None
        double.hand("PUT", f"{container}/immutabilityPolicies/default", BY_HAND)
        found = POLICY.import_state(azure.client, container, azure.ctx)
        assert found is not None
        again = azure.plan(POLICY, found, storage_container_resource_manager_id=container,
                           immutability_period_in_days=5)
        assert again.errors == ["Immutability policy on a container"]
        assert "delete this block" in again.draft.errors[0][1]
        assert POLICY.plan_destroy(found.to_values()) is None
        assert azure.destroy(POLICY, found).steps == ["delete"]
        assert azure.read(POLICY, found) is None
        azure.destroy(POLICY, found)

    def test_a_locked_one_stays(self) -> None:
        locked = ImmutabilityPolicyModel(storage_container_resource_manager_id="x",
                                         immutability_period_in_days=5, locked=True)
        told = POLICY.plan_destroy(locked.to_values())
        assert told is not None
        assert "locked" in told

    def test_a_change_in_between_is_met(self, azure: Any, double: Any, container: str) -> None:
        double.hand("PUT", f"{container}/immutabilityPolicies/default", BY_HAND)
        found = POLICY.import_state(azure.client, container, azure.ctx)
        double.fault("BlobContainers.delete_immutability_policy",
                     code="ContainerImmutabilityPolicyFailure", status=412)
        with pytest.raises(ProviderError) as caught:
            azure.destroy(POLICY, found)
        assert caught.value.kind is ErrorClass.CONFLICT
