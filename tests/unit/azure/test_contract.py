"""What Azure Resource Manager does, on the double and on every real subscription at hand.

The real one is used where ``VBRPROV_TEST_AZURE_SUBSCRIPTION`` and ``VBRPROV_TEST_AZURE_GROUP`` (a
group that exists and may be filled) are set, with the login of the environment.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_azure.errors import Operation, code_of, invoke
from vbrprov_azure.provider import CONFIG, AzureModel

WRITE = Operation("Contract", "the contract")
READ = Operation("Contract", "the contract", reads=True)
REAL = os.environ.get("VBRPROV_TEST_AZURE_SUBSCRIPTION", "")


@dataclass
class Place:
    """A subscription and a group to work in."""

    client: Any
    group: str
    names: list[str]

    @property
    def storage(self) -> Any:
        return self.client.storage()

    def body(self, **properties: Any) -> dict[str, Any]:
        return {"kind": properties.pop("kind", "StorageV2"),
                "sku": {"name": properties.pop("sku", "Standard_LRS")},
                "location": properties.pop("location", "westeurope"), "properties": properties}

    def account(self, **properties: Any) -> str:
        name = f"vbrp{uuid.uuid4().hex[:18]}"
        self.names.append(name)
        self.storage.storage_accounts.begin_create(
            self.group, name, self.body(**properties)).result(300)
        return name

    def refused(self, call: Any) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            invoke(WRITE, call)
        return caught.value


@pytest.fixture(params=["double", pytest.param("real", marks=[pytest.mark.slow, pytest.mark.skipif(
    not REAL, reason="no subscription to test with")])])
def place(request: Any) -> Iterator[Place]:
    if request.param == "double":
        request.getfixturevalue("double")
        yield Place(request.getfixturevalue("_client"), "rg-backup", [])
        return
    client = CONFIG.configure(AzureModel(subscription_id=REAL), ProviderContext())
    made = Place(client, os.environ["VBRPROV_TEST_AZURE_GROUP"], [])
    yield made
    for name in made.names:
        client.storage().storage_accounts.delete(made.group, name)
    CONFIG.close(client)


def test_an_account_and_its_answer(place: Place) -> None:
    name = place.account(minimumTlsVersion="TLS1_2")
    told = place.storage.storage_accounts.get_properties(place.group, name).as_dict()
    assert told["kind"] == "StorageV2"
    assert told["sku"]["name"] == "Standard_LRS"
    assert told["properties"]["accessTier"] == "Hot"
    assert told["properties"]["provisioningState"] == "Succeeded"
    assert told["properties"]["creationTime"]
    assert told["properties"]["primaryEndpoints"]["blob"].startswith(f"https://{name}.blob.")


def test_what_is_not_there(place: Place) -> None:
    accounts, name = place.storage.storage_accounts, f"vbrp{uuid.uuid4().hex[:18]}"
    error = place.refused(lambda: accounts.get_properties(place.group, name))
    assert (error.kind, code_of(error)) == (ErrorClass.NOT_FOUND, "ResourceNotFound")
    error = place.refused(lambda: accounts.get_properties("vbrprov-no-such-group", name))
    assert code_of(error) == "ResourceGroupNotFound"
    accounts.delete(place.group, name)


def test_names(place: Place) -> None:
    accounts = place.storage.storage_accounts
    kind = {"type": "Microsoft.Storage/storageAccounts"}
    free = accounts.check_name_availability(
        {"name": f"vbrp{uuid.uuid4().hex[:18]}", **kind}).as_dict()
    assert free["nameAvailable"] is True
    bad = accounts.check_name_availability({"name": "Not-Valid", **kind}).as_dict()
    assert (bad["nameAvailable"], bad["reason"]) == (False, "AccountNameInvalid")
    taken = accounts.check_name_availability({"name": place.account(), **kind}).as_dict()
    assert (taken["nameAvailable"], taken["reason"]) == (False, "AlreadyExists")


@pytest.mark.parametrize("body", [
    {"sku": "Standard_LRS", "kind": "BlockBlobStorage"},
    {"sku": "Premium_LRS", "kind": "BlobStorage", "accessTier": "Hot"},
    {"kind": "StorageV2", "accessTier": "Premium"},
    {"isNfsV3Enabled": True}, {"location": "nowhere at all !"},
])
def test_what_does_not_go_together(place: Place, body: dict[str, Any]) -> None:
    name = f"vbrp{uuid.uuid4().hex[:18]}"
    error = place.refused(lambda: place.storage.storage_accounts.begin_create(
        place.group, name, place.body(**body)).result(300))
    assert error.kind is ErrorClass.INVALID


def test_create_only_settings(place: Place) -> None:
    name = place.account()
    error = place.refused(lambda: place.storage.storage_accounts.update(
        place.group, name, {"sku": {"name": "Standard_ZRS"}}))
    assert error.kind is ErrorClass.INVALID
    error = place.refused(lambda: place.storage.storage_accounts.update(
        place.group, name, {"kind": "BlobStorage"}))
    assert error.kind is ErrorClass.INVALID


def test_v1_to_v2(place: Place) -> None:
    name = place.account(kind="Storage")
    place.storage.storage_accounts.update(
        place.group, name, {"kind": "StorageV2", "properties": {"accessTier": "Hot"}})
    told = place.storage.storage_accounts.get_properties(place.group, name).as_dict()
    assert (told["kind"], told["properties"]["accessTier"]) == ("StorageV2", "Hot")


def test_keys(place: Place) -> None:
    name, accounts = place.account(), place.storage.storage_accounts
    before = {k["keyName"]: k["value"] for k in accounts.list_keys(
        place.group, name).as_dict()["keys"]}
    after = {k["keyName"]: k["value"] for k in accounts.regenerate_key(
        place.group, name, {"keyName": "key1"}).as_dict()["keys"]}
    assert set(before) == {"key1", "key2"}
    assert before["key1"] != after["key1"]
    assert before["key2"] == after["key2"]


def test_the_blob_service_keeps_what_is_left_out(place: Place) -> None:
    name, services = place.account(), place.storage.blob_services
    services.set_service_properties(place.group, name, {"properties": {
        "isVersioningEnabled": True, "deleteRetentionPolicy": {"enabled": True, "days": 7}}})
    services.set_service_properties(place.group, name, {"properties": {
        "containerDeleteRetentionPolicy": {"enabled": True, "days": 5}}})
    told = services.get_service_properties(place.group, name).as_dict()["properties"]
    assert told["isVersioningEnabled"] is True
    assert told["deleteRetentionPolicy"]["days"] == 7
    assert told["containerDeleteRetentionPolicy"]["days"] == 5
    services.set_service_properties(place.group, name, {"properties": {
        "deleteRetentionPolicy": {"enabled": False}}})
    told = services.get_service_properties(place.group, name).as_dict()["properties"]
    assert told["deleteRetentionPolicy"]["enabled"] is False


def test_versions_exclude_a_hierarchical_namespace(place: Place) -> None:
    name = place.account(isHnsEnabled=True)
    place.refused(lambda: place.storage.blob_services.set_service_properties(
        place.group, name, {"properties": {"isVersioningEnabled": True}}))


def test_containers(place: Place) -> None:
    name, containers = place.account(), place.storage.blob_containers
    containers.create(place.group, name, "data", {"properties": {"metadata": {"a": "b"}}})
    told = containers.get(place.group, name, "data").as_dict()
    assert told["properties"]["metadata"] == {"a": "b"}
    assert told["properties"]["publicAccess"] == "None"
    assert told["properties"]["lastModifiedTime"]
    for other in ("more", "most"):
        containers.create(place.group, name, other, {"properties": {}})
    assert [c.as_dict()["name"] for c in containers.list(place.group, name)] == [
        "data", "more", "most"]
    containers.delete(place.group, name, "data")
    containers.delete(place.group, name, "data")
    error = place.refused(lambda: containers.get(place.group, name, "data"))
    assert error.kind is ErrorClass.NOT_FOUND
    error = place.refused(lambda: containers.create(
        place.group, name, "public", {"properties": {"publicAccess": "Blob"}}))
    assert code_of(error) == "PublicAccessNotPermitted"


def test_version_level_immutability_of_a_container(place: Place) -> None:
    name, containers = place.account(), place.storage.blob_containers
    worm = {"properties": {"immutableStorageWithVersioning": {"enabled": True}}}
    place.refused(lambda: containers.create(place.group, name, "data", worm))
    place.storage.blob_services.set_service_properties(
        place.group, name, {"properties": {"isVersioningEnabled": True}})
    containers.create(place.group, name, "data", worm)
    told = containers.get(place.group, name, "data").as_dict()["properties"]
    assert told["immutableStorageWithVersioning"]["enabled"] is True
    assert told["hasImmutabilityPolicy"] is False
    containers.create(place.group, name, "plain", {"properties": {}})
    # It is set when the container is made, and never again.
    place.refused(lambda: containers.update(place.group, name, "plain", worm))


def test_immutability_policies_and_their_etags(place: Place) -> None:
    from azure.core import MatchConditions

    name, containers = place.account(), place.storage.blob_containers
    containers.create(place.group, name, "data", {"properties": {}})
    where = (place.group, name, "data")
    none = containers.get_immutability_policy(*where).as_dict()
    assert none["properties"]["immutabilityPeriodSinceCreationInDays"] == 0
    made = containers.create_or_update_immutability_policy(
        *where, {"properties": {"immutabilityPeriodSinceCreationInDays": 3}}).as_dict()
    assert made["properties"]["state"] == "Unlocked"
    told = containers.get(*where).as_dict()["properties"]
    assert told["hasImmutabilityPolicy"] is True
    error = place.refused(lambda: containers.delete_immutability_policy(
        *where, etag='"0x8D0000000000000"', match_condition=MatchConditions.IfNotModified))
    assert error.kind is ErrorClass.CONFLICT
    containers.delete_immutability_policy(
        *where, etag=made["etag"], match_condition=MatchConditions.IfNotModified)
    assert containers.get(*where).as_dict()["properties"]["hasImmutabilityPolicy"] is False


def test_lifecycle_rules(place: Place) -> None:
    name, policies = place.account(), place.storage.management_policies
    error = place.refused(lambda: policies.get(place.group, name, "default"))
    assert error.kind is ErrorClass.NOT_FOUND
    rule = {"name": "x", "type": "Lifecycle", "enabled": True, "definition": {
        "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 30}}},
        "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["data/"]}}}
    policies.create_or_update(place.group, name, "default",
                              {"properties": {"policy": {"rules": [rule]}}})
    told = policies.get(place.group, name, "default").as_dict()["properties"]["policy"]["rules"]
    assert told[0]["definition"]["filters"]["prefixMatch"] == ["data/"]
    policies.delete(place.group, name, "default")
    policies.delete(place.group, name, "default")
