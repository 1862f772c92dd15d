"""User-assigned identities."""

from __future__ import annotations

import copy
import uuid
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers.groups import group_of
from vbrprov_azure.doubles.arm.handlers.rules import check_location, check_tags
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.tables import route

Json = dict[str, Any]
_PATH: Final = ("/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/"
                "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}")
_VERSION: Final = "2023-01-31"

#: https://learn.microsoft.com/en-us/rest/api/managedidentity/user-assigned-identities
ROUTES: Final = (
    route("UserAssignedIdentities.get", "GET", _PATH, _VERSION, (200,)),
    route("UserAssignedIdentities.create_or_update", "PUT", _PATH, _VERSION, (200, 201)),
    route("UserAssignedIdentities.update", "PATCH", _PATH, _VERSION, (200,)),
    route("UserAssignedIdentities.delete", "DELETE", _PATH, _VERSION, (200, 204)),
)


def _of(call: Call) -> Json:
    group_of(call)
    found = call.store.identities.get(call.id)
    if found is None:
        raise Refused("ResourceNotFound",
                      "The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/"
                      f"{call.names['resourceName']}' was not found.")
    return found


def read(call: Call) -> Answer:
    """One identity."""
    return Answer(200, copy.deepcopy(_of(call)))


def write(call: Call) -> Answer:
    """Create, or change as a whole."""
    from vbrprov_azure.doubles.arm.server import TENANT

    group_of(call)
    old = call.store.identities.get(call.id)
    location = check_location(call.body.get("location"))
    check_tags(call.body.get("tags"))
    if old is not None and old["location"] != location:
        raise Refused("InvalidResourceLocation",
                      f"The resource already exists in location '{old['location']}'.")
    properties = old["properties"] if old is not None else {
        "tenantId": TENANT, "principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())}
    body = {"id": call.path, "name": call.names["resourceName"], "location": location,
            "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
            "tags": dict(call.body.get("tags") or {}), "properties": properties}
    call.store.identities[call.id] = body
    return Answer(201 if old is None else 200, copy.deepcopy(body))


def change(call: Call) -> Answer:
    """Change the tags."""
    found = _of(call)
    check_tags(call.body.get("tags"))
    found["tags"] = dict(call.body.get("tags") or {})
    return Answer(200, copy.deepcopy(found))


def delete(call: Call) -> Answer:
    """Delete."""
    group_of(call)
    return Answer(204) if call.store.identities.pop(call.id, None) is None else Answer(200, {})


HANDLERS: Final = {
    "UserAssignedIdentities.get": read, "UserAssignedIdentities.create_or_update": write,
    "UserAssignedIdentities.update": change, "UserAssignedIdentities.delete": delete,
}
