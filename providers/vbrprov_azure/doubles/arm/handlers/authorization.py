"""Role definitions and assignments.

https://learn.microsoft.com/en-us/rest/api/authorization/
https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

import copy
import re
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.refusals import Refused

Json = dict[str, Any]
_PROVIDER: Final = "/providers/Microsoft.Authorization/"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_BLOBS: Final = "Microsoft.Storage/storageAccounts/blobServices/containers"

#: Name: id, actions, data actions.
BUILT_IN: Final = {
    "Owner": ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ["*"], []),
    "Contributor": ("b24988ac-6180-42a0-ab88-20f7382dd24c", ["*"], []),
    "Reader": ("acdd72a7-3385-48ef-bd42-f606fba81ae7", ["*/read"], []),
    "Storage Account Contributor": (
        "17d1049b-9a84-46fb-8f53-869881c3d3ab", ["Microsoft.Storage/storageAccounts/*"], []),
    "Storage Blob Data Contributor": (
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe", [f"{_BLOBS}/read", f"{_BLOBS}/write"],
        [f"{_BLOBS}/blobs/read", f"{_BLOBS}/blobs/write", f"{_BLOBS}/blobs/delete"]),
    "Storage Blob Data Owner": (
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", [f"{_BLOBS}/*"], [f"{_BLOBS}/blobs/*"]),
}


def _built_in(scope: str) -> dict[str, Json]:
    return {own: {
        "id": f"{scope}{_PROVIDER}roleDefinitions/{own}", "name": own,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": name, "type": "BuiltInRole", "description": name,
            "assignableScopes": ["/"],
            "permissions": [{"actions": actions, "notActions": [], "dataActions": data,
                             "notDataActions": []}]}}
        for name, (own, actions, data) in BUILT_IN.items()}


def _role(call: Call, own: str) -> Json | None:
    scope = call.names.get("scope", "")
    custom = call.store.roles.get(own.lower())
    return custom if custom is not None else _built_in(scope).get(own.lower())


def read_role(call: Call) -> Answer:
    """One role; roles are known by their UUID, whatever the scope."""
    found = _role(call, call.names["roleDefinitionId"])
    if found is None:
        raise Refused("RoleDefinitionDoesNotExist",
                      f"The specified role definition with ID "
                      f"'{call.names['roleDefinitionId']}' does not exist.")
    return Answer(200, copy.deepcopy(found))


def roles(call: Call) -> Answer:
    """The roles at a scope, by name where a filter says one."""
    match = re.fullmatch(r"roleName eq '(.*)'", call.query.get("$filter", ""))
    wanted = match[1].replace("''", "'").lower() if match else ""
    found = [*_built_in(call.names.get("scope", "")).values(), *call.store.roles.values()]
    return Answer(200, {"value": [
        copy.deepcopy(role) for role in found
        if not wanted or role["properties"]["roleName"].lower() == wanted]})


def write_role(call: Call) -> Answer:
    """Create or change a custom role."""
    own, given = call.names["roleDefinitionId"].lower(), call.body.get("properties") or {}
    if not _UUID.fullmatch(own):
        raise Refused("InvalidRoleDefinition", "The id of a role is a UUID.")
    if own in _built_in("") or given.get("type") == "BuiltInRole":
        raise Refused("InvalidRoleDefinition", "Built-in roles cannot be changed.")
    if not given.get("roleName") or not given.get("assignableScopes"):
        raise Refused("InvalidRoleDefinition", "A role has roleName and assignableScopes.")
    others = [*_built_in("").items(), *call.store.roles.items()]
    if any(role["properties"]["roleName"].lower() == given["roleName"].lower()
           for other, role in others if other != own):
        raise Refused("RoleDefinitionWithSameNameExists",
                      "A custom role with the same name already exists in this directory.")
    body = {"id": call.path, "name": own, "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {"description": "", **copy.deepcopy(given), "type": "CustomRole"}}
    call.store.roles[own] = body
    return Answer(201, copy.deepcopy(body))


def delete_role(call: Call) -> Answer:
    """Delete a custom role that nobody has."""
    own = call.names["roleDefinitionId"].lower()
    if own not in call.store.roles:
        return Answer(204)
    if any(a["properties"]["roleDefinitionId"].lower().endswith(own)
           for a in call.store.assignments.values()):
        raise Refused("RoleDefinitionHasAssignments",
                      "There are existing role assignments referencing role.")
    return Answer(200, call.store.roles.pop(own))


def read_assignment(call: Call) -> Answer:
    """One assignment."""
    found = call.store.assignments.get(call.id)
    if found is None:
        raise Refused("RoleAssignmentNotFound",
                      f"The role assignment '{call.names['roleAssignmentName']}' is not found.")
    return Answer(200, copy.deepcopy(found))


def assignments(call: Call) -> Answer:
    """The assignments at a scope and above it."""
    scope = call.names["scope"].lower()
    return Answer(200, {"value": [
        copy.deepcopy(a) for a in call.store.assignments.values()
        if (scope + "/").startswith(a["properties"]["scope"].lower() + "/")]})


def assign(call: Call) -> Answer:
    """Assign a role."""
    given, scope = call.body.get("properties") or {}, call.names["scope"]
    own = call.names["roleAssignmentName"]
    role = str(given.get("roleDefinitionId", "")).rpartition("/")[2]
    principal = str(given.get("principalId", "")).lower()
    if not _UUID.fullmatch(own) or not _UUID.fullmatch(principal):
        raise Refused("InvalidRequestContent", "An assignment and a principal have a UUID.")
    if _role(call, role) is None:
        raise Refused("RoleDefinitionDoesNotExist",
                      f"The specified role definition with ID '{role}' does not exist.")
    properties = {
        **given, "scope": scope, "principalId": principal,
        "roleDefinitionId": given["roleDefinitionId"],
        "principalType": given.get("principalType") or _kind(call, principal)}
    there = call.store.assignments.get(call.id)
    if there is not None:
        if any(there["properties"].get(n) != properties.get(n)
               for n in ("principalId", "roleDefinitionId")):
            raise Refused("RoleAssignmentUpdateNotPermitted",
                          "Tenant ID, application ID, principal ID, and scope are not allowed to "
                          "be updated.")
    else:
        for other in call.store.assignments.values():
            have = other["properties"]
            if (have["scope"].lower(), have["principalId"], have["roleDefinitionId"].rpartition(
                    "/")[2]) == (scope.lower(), principal, role):
                raise Refused("RoleAssignmentExists", "The role assignment already exists.")
    body = {"id": call.path, "name": own, "type": "Microsoft.Authorization/roleAssignments",
            "properties": properties}
    call.store.assignments[call.id] = body
    return Answer(201, copy.deepcopy(body))


def _kind(call: Call, principal: str) -> str:
    ours = any(i["properties"]["principalId"] == principal for i in call.store.identities.values())
    return "ServicePrincipal" if ours else "User"


def unassign(call: Call) -> Answer:
    """Remove an assignment."""
    found = call.store.assignments.pop(call.id, None)
    return Answer(204) if found is None else Answer(200, found)


HANDLERS: Final = {
    "RoleDefinitions.get": read_role, "RoleDefinitions.list": roles,
    "RoleDefinitions.create_or_update": write_role, "RoleDefinitions.delete": delete_role,
    "RoleAssignments.get": read_assignment, "RoleAssignments.list_for_scope": assignments,
    "RoleAssignments.create": assign, "RoleAssignments.delete": unassign,
}
