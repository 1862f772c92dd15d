"""Subscriptions and resource groups."""

from __future__ import annotations

import re
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers.rules import check_location, check_tags, protected
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.tables import route

Json = dict[str, Any]

#: https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/get
#: https://learn.microsoft.com/en-us/rest/api/resources/resources/list-by-resource-group
ROUTES: Final = (
    route("Subscriptions.get", "GET", "/subscriptions/{subscriptionId}", "2022-12-01", (200,)),
    route("Resources.list_by_resource_group", "GET",
          "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/resources",
          "2025-04-01", (200,)),
)


def group_of(call: Call) -> Json:
    """The group of a request, or a refusal."""
    found = call.store.groups.get(call.group.lower())
    if found is None:
        raise Refused("ResourceGroupNotFound",
                      f"Resource group '{call.names['resourceGroupName']}' could not be found.")
    if found["properties"]["provisioningState"] == "Deleting":
        raise Refused("ResourceGroupBeingDeleted",
                      f"The resource group '{found['name']}' is in deprovisioning state and "
                      "cannot perform this operation.")
    return found


def subscription(call: Call) -> Answer:
    """A subscription; every UUID is one."""
    from vbrprov_azure.doubles.arm.server import TENANT

    own = call.names["subscriptionId"]
    if not re.fullmatch(r"[0-9a-fA-F-]{36}", own):
        raise Refused("SubscriptionNotFound", f"The subscription '{own}' could not be found.")
    return Answer(200, {"id": f"/subscriptions/{own}", "subscriptionId": own,
                        "displayName": "Sandbox", "state": "Enabled", "tenantId": TENANT})


def read(call: Call) -> Answer:
    """One group."""
    found = call.store.groups.get(call.group.lower())
    if found is None:
        group_of(call)
    return Answer(200, found)


def every(call: Call) -> Answer:
    """The groups of the subscription."""
    prefix = f"/subscriptions/{call.names['subscriptionId']}/".lower()
    return Answer(200, {"value": [body for own, body in call.store.groups.items()
                                  if own.startswith(prefix)]})


def write(call: Call) -> Answer:
    """Create, or change as a whole."""
    name, old = call.names["resourceGroupName"], call.store.groups.get(call.group.lower())
    if not re.fullmatch(r"[\w.()-]{1,90}", name) or name.endswith("."):
        raise Refused("InvalidRequestContent", f"'{name}' is no name of a resource group.")
    location = check_location(call.body.get("location"))
    check_tags(call.body.get("tags"))
    if old is not None:
        group_of(call)
        if old["location"] != location:
            raise Refused(
                "InvalidResourceGroupLocation",
                f"Invalid resource group location '{location}'. The Resource group already exists "
                f"in location '{old['location']}'.")
    body: Json = {"id": call.group, "name": name, "type": "Microsoft.Resources/resourceGroups",
                  "location": location, "tags": dict(call.body.get("tags") or {}),
                  "properties": {"provisioningState": "Succeeded"}}
    if call.body.get("managedBy"):
        body["managedBy"] = call.body["managedBy"]
    call.store.groups[call.group.lower()] = body
    return Answer(201 if old is None else 200, body)


def change(call: Call) -> Answer:
    """Change in part."""
    found = group_of(call)
    if "tags" in call.body:
        check_tags(call.body["tags"])
        found["tags"] = dict(call.body["tags"] or {})
    if "managedBy" in call.body:
        found["managedBy"] = call.body["managedBy"]
        if not found["managedBy"]:
            del found["managedBy"]
    return Answer(200, found)


def delete(call: Call) -> Answer:
    """Delete a group with everything in it, which takes a while."""
    found, store, own = group_of(call), call.store, call.group.lower()
    for key, account in store.accounts.items():
        if key.startswith(own + "/"):
            protected(account)
    found["properties"]["provisioningState"] = "Deleting"

    def finish() -> tuple[int, Json]:
        for holder in (store.accounts, store.identities, store.groups):
            for key in [key for key in holder if key == own or key.startswith(own + "/")]:
                del holder[key]
        return 200, {}

    def undo() -> None:
        found["properties"]["provisioningState"] = "Succeeded"

    return call.later(finish, undo=undo)


def resources(call: Call) -> Answer:
    """What is in a group."""
    group_of(call)
    return Answer(200, {"value": [
        {"id": body["id"], "name": body["name"], "type": body["type"],
         "location": body["location"]} for body in call.store.inside(call.group)]})


HANDLERS: Final = {
    "Subscriptions.get": subscription, "Resources.list_by_resource_group": resources,
    "ResourceGroups.get": read, "ResourceGroups.list": every,
    "ResourceGroups.create_or_update": write, "ResourceGroups.update": change,
    "ResourceGroups.delete": delete,
}
