"""What must hold for every resource type, from one table.

Create, no-op, each update, each force-new, import, drift by hand, destroy, and a crash after and
inside each step, over the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov.sdk.model import Model
from vbrprov_azure.account.blob_model import (
    AccountImmutabilityBlock,
    BlobPropertiesBlock,
    ContainerDeleteRetentionBlock,
    DeleteRetentionBlock,
    LifecycleRuleBlock,
    RestorePolicyBlock,
)
from vbrprov_azure.account.model import KeyRotationBlock, NetworkRulesBlock, SasPolicyBlock
from vbrprov_azure.resources.management_lock import ManagementLock
from vbrprov_azure.resources.resource_group import ResourceGroup
from vbrprov_azure.resources.role_assignment import RoleAssignment
from vbrprov_azure.resources.role_definition import PermissionsBlock, RoleDefinition
from vbrprov_azure.resources.storage_account import StorageAccount
from vbrprov_azure.resources.storage_container import StorageContainer
from vbrprov_azure.resources.user_assigned_identity import UserAssignedIdentity

PRINCIPAL = "11111111-2222-4333-8444-555555555555"
OTHER = "11111111-2222-4333-8444-666666666666"
Arguments = dict[str, Any]


@dataclass
class Update:
    """A change in place: arguments, and the steps that it takes."""

    changes: Arguments
    steps: list[str]


@dataclass
class Case:
    """One resource type."""

    kind: Any
    arguments: Callable[[Any], Arguments]
    create_call: str
    steps: list[str]
    updates: dict[str, Update] = field(default_factory=dict)
    force_new: dict[str, Arguments] = field(default_factory=dict)
    #: What somebody does by hand, and what a plan then changes.
    drift: Callable[[Any, Any], None] | None = None
    drifted: list[str] = field(default_factory=list)
    #: Arguments that must be changed before it may be destroyed.
    destroyable: Arguments = field(default_factory=dict)
    #: Arguments that an import cannot bring back.
    not_imported: tuple[str, ...] = ()


def _account(double: Any) -> Arguments:
    return {"name": "stbackup01", "resource_group_name": "rg-backup", "location": "West Europe",
            "account_replication_type": "LRS", "tags": {"team": "backup"}}


def _container(double: Any) -> Arguments:
    return {"name": "data", "storage_account_id": double.make_account("stbackup01"),
            "metadata": {"team": "backup"}}


def _scope(double: Any) -> str:
    return str(double.group)


def _retag(double: Any, state: Any) -> None:
    double.hand("PATCH", state.id, {"tags": {"by": "hand"}})


def _change_container(double: Any, state: Any) -> None:
    double.hand("PATCH", state.id, {"properties": {"metadata": {"by": "hand"}}})


def _tag(version: str) -> Callable[[Any, Any], None]:
    return lambda double, state: double.hand("PATCH", state.id, {"tags": {"by": "hand"}}, version)


def _rename_role(double: Any, state: Any) -> None:
    body = double.hand("GET", state.id, None, "2022-04-01")
    body["properties"]["description"] = "by hand"
    double.hand("PUT", state.id, body, "2022-04-01")


SOFT = BlobPropertiesBlock(delete_retention_policy=DeleteRetentionBlock(days=7))
RULE = LifecycleRuleBlock(name="old", prefix_match=["data/"],
                          delete_after_days_since_modification_greater_than=30)

CASES = {
    "storage_account": Case(
        StorageAccount(), _account, "StorageAccounts.create", ["create", "blob_service", "verify"],
        updates={
            "access_tier": Update({"access_tier": "Cool"}, ["settings", "verify"]),
            "https": Update({"https_traffic_only_enabled": False}, ["settings", "verify"]),
            "tls": Update({"min_tls_version": "TLS1_3"}, ["settings", "verify"]),
            "public": Update({"allow_nested_items_to_be_public": True}, ["settings", "verify"]),
            "shared_key": Update({"shared_access_key_enabled": False}, ["settings", "verify"]),
            "oauth": Update({"default_to_oauth_authentication": True}, ["settings", "verify"]),
            "network": Update({"public_network_access_enabled": False}, ["settings", "verify"]),
            "tenants": Update({"cross_tenant_replication_enabled": True}, ["settings", "verify"]),
            "local_user": Update({"local_user_enabled": True}, ["settings", "verify"]),
            "sas": Update({"sas_policy": SasPolicyBlock(expiration_period="30.00:00:00")},
                          ["settings", "verify"]),
            "firewall": Update({"network_rules": NetworkRulesBlock(
                default_action="Deny", ip_rules=["203.0.113.7"])}, ["settings", "verify"]),
            "replication": Update({"account_replication_type": "GRS"}, ["replication", "verify"]),
            "tags": Update({"tags": {"team": "other"}}, ["tags", "verify"]),
            "no_tags": Update({"tags": {}}, ["tags", "verify"]),
            "versioning": Update({"blob_properties": BlobPropertiesBlock(versioning_enabled=True)},
                                 ["blob_service", "verify"]),
            "soft_delete": Update({"blob_properties": SOFT}, ["blob_service", "verify"]),
            "container_soft_delete": Update({"blob_properties": BlobPropertiesBlock(
                container_delete_retention_policy=ContainerDeleteRetentionBlock(days=7))},
                ["blob_service", "verify"]),
            "change_feed": Update({"blob_properties": BlobPropertiesBlock(
                change_feed_enabled=True, change_feed_retention_in_days=7)},
                ["blob_service", "verify"]),
            "last_access": Update({"blob_properties": BlobPropertiesBlock(
                last_access_time_enabled=True)}, ["blob_service", "verify"]),
            "restore": Update({"blob_properties": BlobPropertiesBlock(
                versioning_enabled=True, change_feed_enabled=True,
                delete_retention_policy=DeleteRetentionBlock(days=8),
                restore_policy=RestorePolicyBlock(days=7))}, ["blob_service", "verify"]),
            "lifecycle": Update({"lifecycle_rule": [RULE]}, ["lifecycle", "verify"]),
            "rotation": Update({"key_rotation": KeyRotationBlock(key="key2")},
                               ["rotate_key", "verify"]),
            "deletion_policy": Update({"deletion_policy": "DELETE"}, ["record"]),
            "force_destroy": Update({"force_destroy": True}, ["record"]),
        },
        force_new={
            "name": {"name": "stbackup02"}, "location": {"location": "northeurope"},
            "resource_group_name": {"resource_group_name": "rg-other"},
            "account_kind": {"account_kind": "BlobStorage"},
            "account_tier": {"account_tier": "Premium", "access_tier": None},
            "account_replication_type": {"account_replication_type": "ZRS"},
            "is_hns_enabled": {"is_hns_enabled": True},
            "nfsv3_enabled": {"nfsv3_enabled": True, "is_hns_enabled": True},
            "infrastructure_encryption_enabled": {"infrastructure_encryption_enabled": True},
            "immutability_policy": {"immutability_policy": AccountImmutabilityBlock(
                state="Unlocked", period_since_creation_in_days=7)},
        },
        drift=_retag, drifted=["tags"], destroyable={"deletion_policy": "DELETE"}),
    "storage_container": Case(
        StorageContainer(), _container, "BlobContainers.create", ["create"],
        updates={
            "metadata": Update({"metadata": {"team": "other"}}, ["update"]),
            "no_metadata": Update({"metadata": {}}, ["update"]),
            "deletion_policy": Update({"deletion_policy": "ABANDON"}, ["record"]),
        },
        force_new={
            "name": {"name": "other"},
            "storage_account_id": {"storage_account_id": "/subscriptions/a/resourceGroups/b/"
                                   "providers/Microsoft.Storage/storageAccounts/ccc"},
            "immutable_storage_with_versioning_enabled": {
                "immutable_storage_with_versioning_enabled": True},
            "default_encryption_scope": {"default_encryption_scope": "scope1"},
            "encryption_scope_override_enabled": {"encryption_scope_override_enabled": False},
        },
        drift=_change_container, drifted=["metadata"],
        destroyable={"deletion_policy": "DELETE"}),
    "resource_group": Case(
        ResourceGroup(),
        lambda double: {"name": "rg-new", "location": "West Europe", "tags": {"a": "b"}},
        "ResourceGroups.create_or_update", ["create"],
        updates={"tags": Update({"tags": {"a": "c"}}, ["update"]),
                 "managed_by": Update({"managed_by": "/subscriptions/x"}, ["update"])},
        force_new={"name": {"name": "rg-newer"}, "location": {"location": "northeurope"}},
        drift=_tag("2025-04-01"), drifted=["tags"]),
    "user_assigned_identity": Case(
        UserAssignedIdentity(),
        lambda double: {"name": "id-backup", "resource_group_name": "rg-backup",
                        "location": "westeurope", "tags": {"a": "b"}},
        "UserAssignedIdentities.create_or_update", ["create"],
        updates={"tags": Update({"tags": {"a": "c"}}, ["tags"])},
        force_new={"name": {"name": "id-other"}, "location": {"location": "northeurope"},
                   "resource_group_name": {"resource_group_name": "rg-other"}},
        drift=_tag("2023-01-31"), drifted=["tags"]),
    "management_lock": Case(
        ManagementLock(),
        lambda double: {"name": "keep", "scope": double.make_account("stbackup01"),
                        "lock_level": "CanNotDelete", "notes": "Backups."},
        "ManagementLocks.create_or_update_by_scope", ["create"],
        force_new={"name": {"name": "other"}, "lock_level": {"lock_level": "ReadOnly"},
                   "scope": {"scope": "/subscriptions/x"}, "notes": {"notes": "Others."}}),
    "role_definition": Case(
        RoleDefinition(),
        lambda double: {"name": "Backup operator", "scope": _scope(double), "description": "Veeam",
                        "permissions": [PermissionsBlock(actions=["*/read"])]},
        "RoleDefinitions.create_or_update", ["create", "settle"],
        updates={
            "name": Update({"name": "Backup writer"}, ["update", "settle"]),
            "description": Update({"description": "VBR"}, ["update", "settle"]),
            "permissions": Update({"permissions": [PermissionsBlock(actions=["*"])]},
                                  ["update", "settle"]),
            "assignable_scopes": Update({"assignable_scopes": ["/subscriptions/x"]},
                                        ["update", "settle"]),
        },
        force_new={"scope": {"scope": "/subscriptions/x"},
                   "role_definition_id": {"role_definition_id": PRINCIPAL}},
        drift=_rename_role, drifted=["description"]),
    "role_assignment": Case(
        RoleAssignment(),
        lambda double: {"scope": _scope(double), "role_definition_name": "Storage Blob Data Owner",
                        "principal_id": PRINCIPAL, "principal_type": "ServicePrincipal"},
        "RoleAssignments.create", ["create"],
        updates={"skip": Update({"skip_service_principal_aad_check": True}, ["record"])},
        force_new={
            "name": {"name": OTHER}, "scope": {"scope": "/subscriptions/x"},
            "role_definition_name": {"role_definition_name": "Reader"},
            "principal_id": {"principal_id": OTHER}, "principal_type": {"principal_type": "User"},
            "condition": {"condition": "x", "condition_version": "2.0"},
            "description": {"description": "x"},
        },
        not_imported=("skip_service_principal_aad_check",)),
}

EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def pairs(what: str) -> Any:
    """Each update, or each force-new, of each type."""
    found = [(case, name) for case in CASES.values() for name in getattr(case, what)]
    return pytest.mark.parametrize(
        ("case", "name"), found,
        ids=[f"{case.kind.type_name.removeprefix('azurerm_')}-{name}" for case, name in found])


@EVERY
def test_create_and_no_op(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    run = azure.apply(case.kind, **arguments)
    assert run.steps == case.steps
    assert run.state.id
    azure.settled(case.kind, run.state, **arguments)


@pairs("updates")
def test_update(azure: Any, double: Any, case: Case, name: str) -> None:
    arguments, update = case.arguments(double), case.updates[name]
    state = azure.apply(case.kind, **arguments).state
    after = {**arguments, **update.changes}
    planned = azure.plan(case.kind, state, **after)
    assert planned.errors == []
    assert planned.replaces == []
    run = azure.run(case.kind, state, planned.model)
    assert run.steps == update.steps
    azure.settled(case.kind, run.state, **after)
    # What was not said before goes back to what it was.
    back = azure.apply(case.kind, run.state, **arguments)
    azure.settled(case.kind, back.state, **arguments)


@pairs("force_new")
def test_force_new(azure: Any, double: Any, case: Case, name: str) -> None:
    arguments = case.arguments(double)
    state = azure.apply(case.kind, **arguments).state
    changes = {key: value for key, value in case.force_new[name].items() if value is not None}
    planned = azure.plan(case.kind, state, **{**arguments, **changes})
    assert name in planned.replaces


@EVERY
def test_every_argument_is_updated_or_forces_a_new_object(case: Case) -> None:
    schema = case.kind.model.schema()
    arguments = {name for name, spec in schema.attributes.items() if not spec.computed_only}
    arguments |= set(schema.blocks)
    seen = {key for update in case.updates.values() for key in update.changes}
    seen |= {key for changes in case.force_new.values() for key in changes}
    left = arguments - seen
    # These have tests of their own: what they need cannot be had from the plain case.
    own = {"purge_lifecycle_rules", "sftp_enabled", "container_access_type", "role_definition_id",
           "condition_version"}
    assert left <= own


@EVERY
def test_import(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    state = azure.apply(case.kind, **arguments).state
    found = case.kind.import_state(azure.client, state.id, azure.ctx)
    assert found is not None
    again = azure.plan(case.kind, azure.read(case.kind, found), **arguments)
    assert again.errors == []
    assert set(again.changed) <= set(case.not_imported)
    assert azure.run(case.kind, found, again.model).steps in ([], ["record"])


@EVERY
def test_an_import_of_nothing_finds_nothing(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    state = azure.apply(case.kind, **arguments).state
    destroy(azure, case, state, arguments)
    assert case.kind.import_state(azure.client, state.id, azure.ctx) is None


@EVERY
def test_an_import_id_that_is_none_is_told(azure: Any, case: Case) -> None:
    with pytest.raises(ProviderError) as caught:
        case.kind.import_state(azure.client, "nothing of the kind", azure.ctx)
    assert caught.value.kind is ErrorClass.INVALID
    assert "not of the form" in caught.value.detail


@pytest.mark.parametrize("case", [c for c in CASES.values() if c.drift],
                         ids=[n for n, c in CASES.items() if c.drift])
def test_drift_by_hand(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    state = azure.apply(case.kind, **arguments).state
    assert case.drift is not None
    case.drift(double, state)
    live = azure.read(case.kind, state)
    planned = azure.plan(case.kind, live, **arguments)
    assert planned.changed == case.drifted
    mended = azure.run(case.kind, live, planned.model)
    azure.settled(case.kind, mended.state, **arguments)


def destroy(azure: Any, case: Case, state: Any, arguments: Mapping[str, Any]) -> Any:
    if case.destroyable:
        assert case.kind.plan_destroy(state.to_values()) is not None
        state = azure.apply(case.kind, state, **{**arguments, **case.destroyable}).state
    assert case.kind.plan_destroy(state.to_values()) is None
    azure.destroy(case.kind, state)
    return state


@EVERY
def test_destroy_and_again(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    state = azure.apply(case.kind, **arguments).state
    state = destroy(azure, case, state, arguments)
    assert azure.read(case.kind, state) is None
    # A crash after the call and before the record: the step runs again.
    azure.destroy(case.kind, state)


@EVERY
def test_gone_by_hand_is_gone(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    state = azure.apply(case.kind, **arguments).state
    version = {"azurerm_resource_group": "2025-04-01",
               "azurerm_user_assigned_identity": "2023-01-31",
               "azurerm_management_lock": "2020-05-01"}.get(case.kind.type_name, "2026-09-01")
    if "role" in case.kind.type_name:
        version = "2022-04-01"
    double.settings(seconds=0)
    double.hand("DELETE", state.id, None, version)
    double.hand("GET", f"/subscriptions/{double.subscription}", None, "2022-12-01")
    assert azure.read(case.kind, state) is None


@EVERY
def test_access_denied_is_not_gone(azure: Any, double: Any, case: Case) -> None:
    state = azure.apply(case.kind, **case.arguments(double)).state
    double.fault("*", code="AuthorizationFailed", times=0,
                 message="The client does not have authorization to perform action.")
    with pytest.raises(ProviderError) as caught:
        azure.read(case.kind, state)
    assert caught.value.kind is ErrorClass.DENIED
    assert "Allow Microsoft." in caught.value.hint


@EVERY
def test_not_found_by_a_stranger_is_not_gone(azure: Any, double: Any, case: Case) -> None:
    state = azure.apply(case.kind, **case.arguments(double)).state
    double.fault("*", code="SomethingElse", status=404, times=0)
    with pytest.raises(ProviderError) as caught:
        azure.read(case.kind, state)
    assert caught.value.kind is ErrorClass.FAILED
    assert "not taken for gone" in caught.value.detail


@EVERY
def test_what_is_there_is_not_taken_over(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    azure.apply(case.kind, **arguments)
    planned = azure.plan(case.kind, **arguments)
    with pytest.raises(ProviderError) as caught:
        azure.run(case.kind, None, planned.model)
    assert caught.value.kind is ErrorClass.EXISTS
    assert "not taken over silently" in caught.value.detail
    assert "Import it" in caught.value.hint


@EVERY
def test_crash_before_the_creation(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    double.fault(case.create_call, kind="drop_before", times=0)
    run_until_lost(azure, case, arguments)
    assert probed(azure, case, arguments).verdict is ProbeVerdict.ABSENT


@EVERY
def test_crash_after_the_creation(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    planned = azure.plan(case.kind, **arguments)
    run = azure.run(case.kind, None, planned.model, stop_after="create")
    found = case.kind.probe(azure.client, azure.intent(run.identities[0]), azure.ctx)
    assert found.verdict is ProbeVerdict.OURS
    again = azure.apply(case.kind, found.state, **arguments)
    assert "create" not in again.steps
    azure.settled(case.kind, again.state, **arguments)


@EVERY
def test_the_answer_to_the_creation_is_lost(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    double.settings(seconds=0)
    double.fault(case.create_call, kind="drop_after", times=0)
    run_until_lost(azure, case, arguments)
    found = probed(azure, case, arguments)
    assert found.verdict is ProbeVerdict.OURS
    again = azure.apply(case.kind, found.state, **arguments)
    azure.settled(case.kind, again.state, **arguments)


def run_until_lost(azure: Any, case: Case, arguments: Arguments) -> None:
    with pytest.raises(ProviderError) as caught:
        azure.apply(case.kind, **arguments)
    assert caught.value.kind is ErrorClass.LOST


def probed(azure: Any, case: Case, arguments: Arguments) -> Any:
    """What a probe says of a creation that was begun with *arguments*."""
    planned = azure.plan(case.kind, **arguments).model
    first = next(case.kind.steps(azure.client, None, planned, azure.ctx))
    return case.kind.probe(azure.client, azure.intent(first.identity.data), azure.ctx)


@pytest.mark.parametrize("case", [
    c for n, c in CASES.items() if not n.startswith("role_")],
    ids=[n for n in CASES if not n.startswith("role_")])
def test_an_older_object_is_foreign(azure: Any, double: Any, case: Case) -> None:
    arguments = case.arguments(double)
    run = azure.run(case.kind, None, azure.plan(case.kind, **arguments).model)
    intent = azure.intent(run.identities[0], ago=-3600)
    other = type(intent)(intent.step, intent.action, intent.identity, "token-2", (),
                         intent.created)
    found = case.kind.probe(azure.client, other, azure.ctx)
    assert found.verdict is ProbeVerdict.FOREIGN
    assert "before" in found.detail


@pairs("updates")
def test_crash_after_a_change_and_before_its_record(azure: Any, double: Any, case: Case,
                                                    name: str) -> None:
    arguments, update = case.arguments(double), case.updates[name]
    state = azure.apply(case.kind, **arguments).state
    after = {**arguments, **update.changes}
    azure.run(case.kind, state, azure.plan(case.kind, state, **after).model,
              stop_after=update.steps[0])
    # The record is as it was; what is there is read anew.
    live: Model = azure.read(case.kind, state)
    again = azure.apply(case.kind, live, **after)
    azure.settled(case.kind, again.state, **after)
