"""Data sources, and what they show of accounts that somebody made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.data_sources.client_config import ClientConfig, ClientConfigModel
from vbrprov_azure.data_sources.resource_group import ResourceGroupData, ResourceGroupDataModel
from vbrprov_azure.data_sources.role_definition import (
    RoleDefinitionData,
    RoleDefinitionDataModel,
)
from vbrprov_azure.data_sources.storage_account import StorageAccountData, StorageAccountDataModel
from vbrprov_azure.data_sources.storage_container import (
    StorageContainerData,
    StorageContainerDataModel,
)
from vbrprov_azure.data_sources.subscription import Subscription, SubscriptionModel


def read(azure: Any, source: Any, config: Any) -> Any:
    return source.read(azure.client, config, azure.ctx)


def missing(azure: Any, source: Any, config: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read(azure, source, config)
    return caught.value


def test_client_config(azure: Any, double: Any) -> None:
    found = read(azure, ClientConfig(), ClientConfigModel())
    assert found.subscription_id == double.subscription
    assert found.object_id == double.sandbox["object_id"]
    assert found.tenant_id == double.sandbox["tenant_id"]


def test_subscription(azure: Any, double: Any) -> None:
    found = read(azure, Subscription(), SubscriptionModel())
    assert found.id == f"/subscriptions/{double.subscription}"
    assert found.state == "Enabled"
    error = missing(azure, Subscription(), SubscriptionModel(subscription_id="none"))
    # Not seeing a subscription does not mean that anything is gone.
    assert error.kind is ErrorClass.INVALID


def test_resource_group(azure: Any, double: Any) -> None:
    found = read(azure, ResourceGroupData(), ResourceGroupDataModel(name="rg-backup"))
    assert (found.location, found.id) == ("westeurope", double.group)
    error = missing(azure, ResourceGroupData(), ResourceGroupDataModel(name="none"))
    assert error.kind is ErrorClass.NOT_FOUND


@pytest.mark.parametrize("config", [
    {"name": "Storage Blob Data Owner"},
    {"role_definition_id": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"}])
def test_role_definition(azure: Any, config: Any) -> None:
    found = read(azure, RoleDefinitionData(), RoleDefinitionDataModel(**config))
    assert found.name == "Storage Blob Data Owner"
    assert found.type == "BuiltInRole"
    assert found.permissions[0].data_actions


def test_role_definition_is_named_once(azure: Any) -> None:
    assert missing(azure, RoleDefinitionData(), RoleDefinitionDataModel()).kind is (
        ErrorClass.INVALID)
    unknown = RoleDefinitionDataModel(role_definition_id="11111111-2222-4333-8444-555555555555")
    assert missing(azure, RoleDefinitionData(), unknown).kind is ErrorClass.NOT_FOUND


def test_an_account_made_by_hand(azure: Any, double: Any, secrets: list[str]) -> None:
    own = double.make_account("byhand", kind="StorageV2", isHnsEnabled=False, sasPolicy={
        "sasExpirationPeriod": "1.00:00:00", "expirationAction": "Log"})
    double.hand("PUT", f"{own}/blobServices/default", {"properties": {
        "deleteRetentionPolicy": {"enabled": True, "days": 7}, "isVersioningEnabled": True}})
    found = read(azure, StorageAccountData(), StorageAccountDataModel(
        name="byhand", resource_group_name="rg-backup"))
    assert found.blob_properties.delete_retention_policy.days == 7
    assert found.blob_properties.versioning_enabled is True
    assert found.sas_policy.expiration_period == "1.00:00:00"
    assert found.primary_access_key in secrets
    assert missing(azure, StorageAccountData(), StorageAccountDataModel(
        name="none", resource_group_name="rg-backup")).kind is ErrorClass.NOT_FOUND


def test_a_container_made_by_hand(azure: Any, double: Any) -> None:
    own = double.make_account("byhand")
    double.hand("PUT", f"{own}/blobServices/default/containers/data",
                {"properties": {"metadata": {"a": "b"}}})
    double.hand("PUT", f"{own}/blobServices/default/containers/data/immutabilityPolicies/default",
                {"properties": {"immutabilityPeriodSinceCreationInDays": 5}})
    config = StorageContainerDataModel(name="data", storage_account_id=own)
    found = read(azure, StorageContainerData(), config)
    assert found.has_immutability_policy is True
    assert found.metadata == {"a": "b"}
    assert missing(azure, StorageContainerData(), StorageContainerDataModel(
        name="none", storage_account_id=own)).kind is ErrorClass.NOT_FOUND
