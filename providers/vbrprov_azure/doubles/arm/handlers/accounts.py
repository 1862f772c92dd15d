"""Storage accounts.

https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts
"""

from __future__ import annotations

import base64
import copy
import re
import secrets
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers.account_rules import (
    CREATE_ONLY,
    check_combination,
    check_immutability,
    defaults,
)
from vbrprov_azure.doubles.arm.handlers.groups import group_of
from vbrprov_azure.doubles.arm.handlers.rules import check_location, check_tags, protected
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.store import Account, now
from vbrprov_azure.doubles.arm.tables import route

Json = dict[str, Any]
_GEO: Final = ("GRS", "RAGRS", "GZRS", "RAGZRS")


def account_of(call: Call, *, ready: bool = False) -> Account:
    """The account of a request, or a refusal; *ready* when it must not be under way."""
    group_of(call)
    found = call.store.accounts.get(call.account.lower())
    if found is None:
        raise Refused(
            "ResourceNotFound",
            f"The Resource 'Microsoft.Storage/storageAccounts/{call.names['accountName']}' under "
            f"resource group '{call.names['resourceGroupName']}' was not found.")
    if ready and found.properties["provisioningState"] != "Succeeded":
        raise Refused("StorageAccountIsNotProvisioned",
                      f"The storage account {call.names['accountName']} is not provisioned.")
    return found


def _new_key(name: str) -> Json:
    return {"keyName": name, "value": base64.b64encode(secrets.token_bytes(64)).decode(),
            "permissions": "Full", "creationTime": now()}


def _name_problem(call: Call, name: str) -> str:
    """Why the name cannot be had: empty, AccountNameInvalid or AlreadyExists."""
    if not re.fullmatch(r"[a-z0-9]{3,24}", name):
        return "AccountNameInvalid"
    subscription = call.names["subscriptionId"].lower()
    gone = call.store.deleted.get(name)
    mine = gone is None or gone["subscription"] == subscription
    held = name in call.store.taken or any(
        own.rpartition("/")[2] == name for own in call.store.accounts)
    return "AlreadyExists" if held or not mine else ""


def check_name(call: Call) -> Answer:
    """Whether a name is free in the world."""
    name = call.body["name"]
    problem = _name_problem(call, name)
    if not problem:
        return Answer(200, {"nameAvailable": True})
    text = (f"The storage account named {name} is already taken."
            if problem == "AlreadyExists" else f"{name} is not a valid storage account name.")
    return Answer(200, {"nameAvailable": False, "reason": problem, "message": text})


def read(call: Call) -> Answer:
    """One account."""
    return Answer(200, copy.deepcopy(account_of(call).body))


def every(call: Call) -> Answer:
    """The accounts of a group."""
    group_of(call)
    prefix = call.group.lower() + "/"
    return Answer(200, {"value": [copy.deepcopy(account.body) for own, account
                                  in call.store.accounts.items() if own.startswith(prefix)]})


def everywhere(call: Call) -> Answer:
    """The accounts of a subscription."""
    prefix = f"/subscriptions/{call.names['subscriptionId']}/".lower()
    return Answer(200, {"value": [copy.deepcopy(account.body)
                                  for own, account in call.store.accounts.items()
                                  if own.startswith(prefix)]})


def create(call: Call) -> Answer:
    """Create, or change as a whole."""
    group_of(call)
    name, own = call.names["accountName"], call.account.lower()
    location = check_location(call.body["location"])
    old = call.store.accounts.get(own)
    if old is not None:
        return _replace(call, old, location)
    _check_new_name(call, name)
    check_tags(call.body.get("tags"))
    given = dict(call.body.get("properties") or {})
    check_combination(call.body["kind"], call.body["sku"]["name"], given)
    check_immutability(None, given.get("immutableStorageWithVersioning"),
                       hns=bool(given.get("isHnsEnabled")))
    account = _build(call, name, location, given)
    call.store.accounts[own] = account
    call.store.deleted.pop(name, None)

    def finish() -> tuple[int, Json]:
        account.properties["provisioningState"] = "Succeeded"
        return 200, copy.deepcopy(account.body)

    if call.store.settings.lro == "immediate" and call.failing is None:
        return Answer(*finish())
    account.properties["provisioningState"] = "Creating"

    def undo() -> None:
        call.store.accounts.pop(own, None)

    return call.later(finish, undo=undo)


def _check_new_name(call: Call, name: str) -> None:
    subscription = f"/subscriptions/{call.names['subscriptionId']}/".lower()
    for other in call.store.accounts:
        if other.endswith(f"/{name}") and other.startswith(subscription):
            raise Refused("StorageAccountInAnotherResourceGroup",
                          f"The account {name} is already in another resource group in this "
                          "subscription.")
    problem = _name_problem(call, name)
    if problem == "AccountNameInvalid":
        raise Refused("AccountNameInvalid",
                      f"{name} is not a valid storage account name. Storage account name must be "
                      "between 3 and 24 characters in length and use numbers and lower-case "
                      "letters only.")
    if problem:
        raise Refused("StorageAccountAlreadyTaken",
                      f"The storage account named {name} is already taken.")


def _build(call: Call, name: str, location: str, given: Json) -> Account:
    kind, sku = call.body["kind"], call.body["sku"]["name"]
    created = now()
    properties = {
        **defaults(kind, sku), **given, "provisioningState": "Succeeded",
        "creationTime": created, "primaryLocation": location, "statusOfPrimary": "available",
        "primaryEndpoints": {service: f"https://{name}.{service}.core.windows.net/"
                             for service in ("blob", "dfs", "file", "queue", "table")},
        "keyCreationTime": {"key1": created, "key2": created},
        "encryption": {"keySource": "Microsoft.Storage", **(given.get("encryption") or {})},
    }
    if sku.partition("_")[2] in _GEO:
        properties |= {"secondaryLocation": f"{location}2", "statusOfSecondary": "available"}
    body = {
        "id": call.account, "name": name, "type": "Microsoft.Storage/storageAccounts",
        "location": location, "kind": kind, "tags": dict(call.body.get("tags") or {}),
        "sku": {"name": sku, "tier": sku.partition("_")[0]}, "properties": properties}
    account = Account(body, {key: _new_key(key) for key in ("key1", "key2")})
    if (given.get("immutableStorageWithVersioning") or {}).get("enabled"):
        # Version-level immutability of the account switches versions on.
        account.service["isVersioningEnabled"] = True
    return account


def _replace(call: Call, account: Account, location: str) -> Answer:
    if account.properties["provisioningState"] != "Succeeded":
        raise Refused("StorageAccountOperationInProgress",
                      "An operation is currently performing on this storage account that requires "
                      "exclusive access.")
    if account.body["location"] != location:
        raise Refused("InvalidResourceLocation",
                      f"The resource '{account.body['name']}' already exists in location "
                      f"'{account.body['location']}'. A resource with the same name cannot be "
                      f"created in location '{location}'.")
    _change(account, call.body)
    return Answer(200, copy.deepcopy(account.body))


def update(call: Call) -> Answer:
    """Change in part."""
    account = account_of(call, ready=True)
    _change(account, call.body)
    return Answer(200, copy.deepcopy(account.body))


def _change(account: Account, body: Json) -> None:
    given = dict(body.get("properties") or {})
    for name in CREATE_ONLY:
        if name in given and given[name] != account.properties.get(name, False):
            raise Refused("AccountPropertyCannotBeUpdated",
                          f"The property '{name}' was specified in the input, but it cannot be "
                          "updated.")
    given.pop("encryption", None)
    kind, sku = body.get("kind") or account.body["kind"], account.body["sku"]["name"]
    if kind != account.body["kind"] and (account.body["kind"], kind) not in (
            ("Storage", "StorageV2"), ("BlobStorage", "StorageV2")):
        raise Refused("AccountPropertyCannotBeUpdated", "The kind cannot be changed so.")
    new_sku = (body.get("sku") or {}).get("name") or sku
    _check_conversion(sku, new_sku)
    check_combination(kind, new_sku, {**account.properties, **given})
    check_immutability(account.properties.get("immutableStorageWithVersioning"),
                       given.get("immutableStorageWithVersioning"),
                       hns=bool(account.properties.get("isHnsEnabled")))
    if "tags" in body:
        check_tags(body["tags"])
        account.body["tags"] = dict(body["tags"] or {})
    account.body["kind"] = kind
    account.body["sku"] = {"name": new_sku, "tier": new_sku.partition("_")[0]}
    account.properties.update({name: value for name, value in given.items() if value is not None})


def _check_conversion(old: str, new: str) -> None:
    zones = [name.partition("_")[2] in ("ZRS", "GZRS", "RAGZRS") for name in (old, new)]
    if old.partition("_")[0] != new.partition("_")[0] or zones[0] != zones[1]:
        raise Refused("StorageAccountTypeConversionNotAllowed",
                      f"Storage account type cannot be changed from {old} to {new}.")


def delete(call: Call) -> Answer:
    """Delete with everything in it; the name stays with the subscription for a while."""
    group_of(call)
    account = call.store.accounts.get(call.account.lower())
    if account is None:
        return Answer(204)
    protected(account)
    del call.store.accounts[call.account.lower()]
    call.store.deleted[account.body["name"]] = {
        "subscription": call.names["subscriptionId"].lower(), "id": account.body["id"],
        "location": account.body["location"], "deleted": now(),
        "created": account.properties["creationTime"]}
    return Answer(200, {})


def deleted(call: Call) -> Answer:
    """Accounts that can be recovered."""
    subscription = call.names["subscriptionId"].lower()
    return Answer(200, {"value": [
        {"name": name, "type": "Microsoft.Storage/deletedAccounts",
         "id": f"/subscriptions/{subscription}/providers/Microsoft.Storage/locations/"
               f"{gone['location']}/deletedAccounts/{name}",
         "properties": {"storageAccountResourceId": gone["id"], "location": gone["location"],
                        "creationTime": gone["created"], "deletionTime": gone["deleted"]}}
        for name, gone in call.store.deleted.items() if gone["subscription"] == subscription]})


def keys(call: Call) -> Answer:
    """The two keys."""
    account = account_of(call, ready=True)
    return Answer(200, {"keys": [dict(key) for key in account.keys.values()]})


def regenerate(call: Call) -> Answer:
    """Make a key anew."""
    account, name = account_of(call, ready=True), call.body["keyName"]
    if name not in account.keys:
        raise Refused("InvalidRequestPropertyValue", f"'{name}' is no name of a key.")
    account.keys[name] = _new_key(name)
    account.properties["keyCreationTime"][name] = account.keys[name]["creationTime"]
    return keys(call)


#: https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/list
ROUTES: Final = (
    route("StorageAccounts.list", "GET",
          "/subscriptions/{subscriptionId}/providers/Microsoft.Storage/storageAccounts",
          "2026-09-01", (200,)),
)
HANDLERS: Final = {
    "StorageAccounts.check_name_availability": check_name,
    "StorageAccounts.get_properties": read, "StorageAccounts.create": create,
    "StorageAccounts.update": update, "StorageAccounts.delete": delete,
    "StorageAccounts.list": everywhere, "StorageAccounts.list_by_resource_group": every,
    "StorageAccounts.list_keys": keys,
    "StorageAccounts.regenerate_key": regenerate, "DeletedAccounts.list": deleted,
}
