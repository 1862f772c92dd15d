"""Groups, roles, identities and locks: what is their own."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.marks import TAG
from vbrprov_azure.resources.management_lock import ManagementLock
from vbrprov_azure.resources.resource_group import ResourceGroup
from vbrprov_azure.resources.role_assignment import RoleAssignment
from vbrprov_azure.resources.role_definition import PermissionsBlock, RoleDefinition
from vbrprov_azure.resources.user_assigned_identity import UserAssignedIdentity

GROUP, IDENTITY, LOCK = ResourceGroup(), UserAssignedIdentity(), ManagementLock()
ROLE, ASSIGNMENT = RoleDefinition(), RoleAssignment()
PRINCIPAL = "11111111-2222-4333-8444-555555555555"


class TestGroup:
    NEW: ClassVar[dict[str, Any]] = {"name": "rg-new", "location": "westeurope"}

    def test_it_carries_its_mark_and_shows_none(self, azure: Any, double: Any) -> None:
        state = azure.apply(GROUP, **self.NEW, tags={"a": "b"}).state
        changed = azure.apply(GROUP, state, **self.NEW, tags={"a": "c"}).state
        told = double.hand("GET", state.id, None, "2025-04-01")["tags"]
        assert told == {"a": "c", TAG: "token-1"}
        assert changed.tags == {"a": "c"}

    def test_it_is_not_deleted_with_what_is_in_it(self, azure: Any, double: Any) -> None:
        double.make_account("stbackup01")
        state = GROUP.import_state(azure.client, double.group, azure.ctx)
        with pytest.raises(ProviderError) as caught:
            azure.destroy(GROUP, state)
        assert "storageAccounts/stbackup01" in caught.value.detail
        assert "ResourceGroups.delete" not in double.operations()

    @pytest.mark.parametrize("lro", ["location", "async"])
    def test_its_deletion_is_waited_for(self, azure: Any, double: Any, lro: str) -> None:
        state = azure.apply(GROUP, **self.NEW).state
        double.settings(lro=lro, polls=2, seconds=60)
        azure.destroy(GROUP, state)
        assert azure.read(GROUP, state) is None

    def test_a_deletion_that_fails_in_the_end(self, azure: Any, double: Any) -> None:
        state = azure.apply(GROUP, **self.NEW).state
        double.settings(lro="async", polls=1, seconds=60)
        double.fault("ResourceGroups.delete", kind="async_error", code="Conflict",
                     message="Something is in the way.")
        with pytest.raises(ProviderError) as caught:
            azure.destroy(GROUP, state)
        assert "Something is in the way" in caught.value.detail
        assert azure.read(GROUP, state) is not None

    def test_a_link_to_elsewhere_is_not_followed(self, azure: Any) -> None:
        from vbrprov_azure.arm import Reply
        from vbrprov_azure.errors import Operation

        reply = Reply(202, {}, {"location": "https://evil.example/steal"})
        with pytest.raises(ProviderError) as caught:
            azure.client.arm.finish(Operation("X", "x"), reply, azure.ctx)
        assert "evil.example" in caught.value.detail

    def test_another_region_is_told(self, azure: Any, double: Any) -> None:
        double.fault("ResourceGroups.get", code="ResourceGroupNotFound")
        with pytest.raises(ProviderError) as caught:
            azure.apply(GROUP, name="rg-backup", location="northeurope")
        assert caught.value.kind is ErrorClass.EXISTS

    @pytest.mark.parametrize("name", ["", "a" * 91, "a b", "a/b", "dot."])
    def test_names(self, name: str) -> None:
        (check,) = GROUP.model.schema().attributes["name"].validators
        assert check(name)


class TestRole:
    def arguments(self, double: Any) -> dict[str, Any]:
        return {"name": "Backup operator", "scope": double.group,
                "permissions": [PermissionsBlock(actions=["*/read"], data_actions=["x/read"])]}

    def test_the_id_is_made_up_of_what_it_is(self, azure: Any, double: Any) -> None:
        first = azure.apply(ROLE, **self.arguments(double)).state
        azure.destroy(ROLE, first)
        second = azure.apply(ROLE, **self.arguments(double)).state
        assert first.role_definition_id == second.role_definition_id
        assert first.id.endswith(f"/roleDefinitions/{first.role_definition_id}")

    def test_a_stated_id_is_taken(self, azure: Any, double: Any) -> None:
        arguments = {**self.arguments(double), "role_definition_id": PRINCIPAL}
        run = azure.apply(ROLE, **arguments)
        assert run.state.role_definition_id == PRINCIPAL
        azure.settled(ROLE, run.state, **arguments)

    def test_a_name_that_is_taken(self, azure: Any, double: Any) -> None:
        with pytest.raises(ProviderError) as caught:
            azure.apply(ROLE, **{**self.arguments(double), "name": "Reader"})
        assert (caught.value.kind, caught.value.attribute) == (ErrorClass.EXISTS, "name")

    def test_one_that_somebody_has_stays(self, azure: Any, double: Any) -> None:
        role = azure.apply(ROLE, **self.arguments(double)).state
        azure.apply(ASSIGNMENT, scope=double.group, role_definition_id=role.id,
                    principal_id=PRINCIPAL)
        with pytest.raises(ProviderError) as caught:
            azure.destroy(ROLE, role)
        assert "Remove the assignments" in caught.value.hint

    def test_a_change_that_shows_late_is_waited_for(self, azure: Any, double: Any) -> None:
        role = azure.apply(ROLE, **self.arguments(double)).state
        double.fault("RoleDefinitions.get", code="RoleDefinitionDoesNotExist", times=3)
        changed = azure.apply(ROLE, role, **{**self.arguments(double), "description": "x"})
        assert changed.steps == ["update", "settle"]
        assert changed.state.description == "x"

    def test_terraforms_import_id_is_taken(self, azure: Any, double: Any) -> None:
        role = azure.apply(ROLE, **self.arguments(double)).state
        found = ROLE.import_state(azure.client, f"{role.id}|{double.group}", azure.ctx)
        assert found is not None
        assert found.name == "Backup operator"


class TestAssignment:
    @pytest.mark.parametrize("named", ["role_definition_id", "role_definition_name"])
    def test_by_id_or_name(self, azure: Any, double: Any, named: str) -> None:
        value = {"role_definition_id": f"/subscriptions/{double.subscription}/providers/Microsoft."
                 "Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
                 "role_definition_name": "Reader"}[named]
        arguments = {"scope": double.group, named: value, "principal_id": PRINCIPAL}
        run = azure.apply(ASSIGNMENT, **arguments)
        assert run.state.role_definition_name == "Reader"
        azure.settled(ASSIGNMENT, run.state, **arguments)

    @pytest.mark.parametrize(("arguments", "summary"), [
        ({}, "Role not named"),
        ({"role_definition_name": "a", "role_definition_id": "b"}, "Role named twice"),
        ({"role_definition_name": "a", "condition": "c"}, "Incomplete condition"),
    ])
    def test_what_is_refused(self, azure: Any, arguments: Any, summary: str) -> None:
        planned = azure.plan(ASSIGNMENT, scope="/x", principal_id=PRINCIPAL, **arguments)
        assert planned.errors == [summary]

    def test_a_principal_that_is_new_is_waited_for(self, azure: Any, double: Any) -> None:
        double.fault("RoleAssignments.create", code="PrincipalNotFound", times=1,
                     message="Principal does not exist in the directory.")
        assert azure.apply(ASSIGNMENT, scope=double.group, role_definition_name="Reader",
                           principal_id=PRINCIPAL).state.id

    def test_a_principal_that_is_none_is_told(self, azure: Any, double: Any) -> None:
        double.fault("RoleAssignments.create", code="PrincipalNotFound", times=0,
                     message="Principal does not exist in the directory.")
        with pytest.raises(ProviderError) as caught:
            azure.apply(ASSIGNMENT, scope=double.group, role_definition_name="Reader",
                        principal_id=PRINCIPAL)
        assert "object id, not a client id" in caught.value.hint

    def test_no_such_role(self, azure: Any, double: Any) -> None:
        with pytest.raises(ProviderError) as caught:
            azure.apply(ASSIGNMENT, scope=double.group, role_definition_name="It's no role",
                        principal_id=PRINCIPAL)
        assert caught.value.summary == "Role not found"

    def test_the_same_by_somebody_else(self, azure: Any, double: Any) -> None:
        azure.apply(ASSIGNMENT, scope=double.group, role_definition_name="Reader",
                    principal_id=PRINCIPAL, name="11111111-2222-4333-8444-777777777777")
        with pytest.raises(ProviderError) as caught:
            azure.apply(ASSIGNMENT, scope=double.group, role_definition_name="Reader",
                        principal_id=PRINCIPAL)
        assert caught.value.kind is ErrorClass.EXISTS

    def test_a_condition(self, azure: Any, double: Any) -> None:
        arguments = {"scope": double.group, "role_definition_name": "Reader",
                     "principal_id": PRINCIPAL, "condition": "@x", "condition_version": "2.0",
                     "skip_service_principal_aad_check": True}
        run = azure.apply(ASSIGNMENT, **arguments)
        assert run.state.principal_type == "ServicePrincipal"
        azure.settled(ASSIGNMENT, run.state, **arguments)

    def test_an_identity_of_ours(self, azure: Any, double: Any) -> None:
        own = azure.apply(IDENTITY, name="id-backup", resource_group_name="rg-backup",
                          location="westeurope").state
        assert own.client_id
        assert own.tenant_id
        given = azure.apply(ASSIGNMENT, scope=double.group, role_definition_name="Reader",
                            principal_id=own.principal_id).state
        assert given.principal_type == "ServicePrincipal"


class TestLock:
    def test_notes_carry_the_mark_and_show_none(self, azure: Any, double: Any) -> None:
        state = azure.apply(LOCK, name="keep", scope=double.group, lock_level="CanNotDelete",
                            notes="Backups.").state
        told = double.hand("GET", state.id, None, "2020-05-01")["properties"]["notes"]
        assert told == "Backups. [vbrprov:token-1]"
        assert state.notes == "Backups."

    def test_read_only_on_an_account_is_warned_of(self, azure: Any, double: Any) -> None:
        planned = azure.plan(LOCK, name="l", scope=double.make_account("stbackup01"),
                             lock_level="ReadOnly")
        assert [summary for summary, _, _ in planned.draft.warnings] == [
            "ReadOnly lock on a storage account"]
        assert azure.plan(LOCK, name="l", scope=double.group,
                          lock_level="ReadOnly").draft.warnings == []

    def test_notes_leave_room_for_the_mark(self) -> None:
        (check,) = LOCK.model.schema().attributes["notes"].validators
        assert check("x" * 449)
        assert check("x" * 448) is None
