"""Containers and their immutability policies.

https://learn.microsoft.com/en-us/rest/api/storagerp/blob-containers
"""

from __future__ import annotations

import copy
import re
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers.blob_service import with_blobs
from vbrprov_azure.doubles.arm.handlers.rules import stays
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.store import Account, Container, new_etag, now

Json = dict[str, Any]
_TYPE: Final = "Microsoft.Storage/storageAccounts/blobServices/containers"


def container_of(call: Call, account: Account) -> Container:
    """The container of a request, or a refusal."""
    found = account.containers.get(call.names["containerName"])
    if found is None:
        raise Refused("ContainerNotFound", "The specified container does not exist.")
    return found


def _id(call: Call, name: str) -> str:
    return f"{call.account}/blobServices/default/containers/{name}"


def _body(call: Call, name: str, container: Container) -> Json:
    properties = copy.deepcopy(container.properties)
    properties |= {"hasLegalHold": bool(container.holds),
                   "hasImmutabilityPolicy": container.policy is not None}
    if container.policy is not None:
        properties["immutabilityPolicy"] = {
            "etag": container.policy_etag, "properties": dict(container.policy)}
    return {"id": _id(call, name), "name": name, "type": _TYPE, "etag": container.etag,
            "properties": properties}


def read(call: Call) -> Answer:
    """One container."""
    container = container_of(call, with_blobs(call))
    return Answer(200, _body(call, call.names["containerName"], container))


def every(call: Call) -> Answer:
    """All containers, two a page, so that paging is met."""
    account = with_blobs(call)
    names = sorted(account.containers)
    start = int(call.query.get("$skiptoken", "0"))
    page, rest = names[start:start + 2], names[start + 2:]
    out: Json = {"value": [_body(call, name, account.containers[name]) for name in page]}
    if rest:
        out["nextLink"] = (f"{call.base}{call.path}?api-version={call.query['api-version']}"
                           f"&$skiptoken={start + 2}")
    return Answer(200, out)


def create(call: Call) -> Answer:
    """Create; one that is there is changed, as Azure does."""
    account, name = with_blobs(call, ready=True), call.names["containerName"]
    if not re.fullmatch(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*|\$(root|web|logs)", name):
        raise Refused("InvalidResourceName",
                      "The specified resource name contains invalid characters.")
    if name in account.containers:
        return update(call)
    given = copy.deepcopy(call.body.get("properties") or {})
    _check_access(account, given)
    if (given.get("immutableStorageWithVersioning") or {}).get("enabled"):
        _check_worm(account)
    properties = {
        "publicAccess": "None", "leaseState": "Available",
        "defaultEncryptionScope": "$account-encryption-key", "denyEncryptionScopeOverride": False,
        "deleted": False, "remainingRetentionDays": 0, **given, "lastModifiedTime": now()}
    account.containers[name] = Container(properties)
    return Answer(201, _body(call, name, account.containers[name]))


def _check_access(account: Account, given: Json) -> None:
    public = given.get("publicAccess") not in (None, "None")
    if public and not account.properties.get("allowBlobPublicAccess"):
        raise Refused("PublicAccessNotPermitted",
                      "Public access is not permitted on this storage account.")


def _check_worm(account: Account) -> None:
    if account.properties.get("isHnsEnabled") or account.body["kind"] not in (
            "StorageV2", "BlockBlobStorage"):
        raise Refused("FeatureNotSupportedForAccount",
                      "Version-level immutability is not supported for the account.")
    if not account.service.get("isVersioningEnabled"):
        raise Refused("ImmutabilityNeedsVersioning",
                      "Version-level immutability needs versioning to be enabled on the account.")


def update(call: Call) -> Answer:
    """Change in part; what only the creation takes is refused."""
    account = with_blobs(call, ready=True)
    container = container_of(call, account)
    given = copy.deepcopy(call.body.get("properties") or {})
    _check_access(account, given)
    worm = given.pop("immutableStorageWithVersioning", None)
    had = (container.properties.get("immutableStorageWithVersioning") or {}).get("enabled")
    if worm is not None and bool(worm.get("enabled")) != bool(had):
        raise Refused("AccountPropertyCannotBeUpdated",
                      "immutableStorageWithVersioning is set when the container is made.")
    for name in ("defaultEncryptionScope", "denyEncryptionScopeOverride"):
        if name in given and given[name] != container.properties[name]:
            raise Refused("AccountPropertyCannotBeUpdated",
                          f"{name} is set when the container is made.")
    container.properties.update(given)
    container.touch()
    return Answer(200, _body(call, call.names["containerName"], container))


def delete(call: Call) -> Answer:
    """Delete with its blobs, unless something protects them."""
    account, name = with_blobs(call, ready=True), call.names["containerName"]
    container = account.containers.get(name)
    if container is None:
        return Answer(204)
    code = stays(container)
    if code:
        raise Refused(code, "The requested operation is not allowed on this container.")
    del account.containers[name]
    return Answer(200, {})


def _hold(call: Call, add: bool) -> Answer:
    container = container_of(call, with_blobs(call))
    tags = set(call.body["tags"])
    held = set(container.holds)
    container.holds = sorted(held | tags if add else held - tags)
    return Answer(200, {"hasLegalHold": bool(container.holds), "tags": list(container.holds)})


def _policy_body(call: Call, container: Container) -> Json:
    properties = container.policy or {"immutabilityPeriodSinceCreationInDays": 0,
                                      "state": "Unlocked"}
    return {"id": f"{_id(call, call.names['containerName'])}/immutabilityPolicies/default",
            "name": "default", "type": f"{_TYPE}/immutabilityPolicies",
            "etag": container.policy_etag, "properties": dict(properties)}


def read_policy(call: Call) -> Answer:
    """The policy; one of no days where there is none."""
    return Answer(200, _policy_body(call, container_of(call, with_blobs(call))))


def _matched(call: Call, container: Container) -> None:
    if call.headers.get("if-match", "") not in (container.policy_etag, "*"):
        raise Refused("ContainerImmutabilityPolicyFailure",
                      "Operation not allowed on immutability policy with incorrect etag.")


def _state(container: Container, wanted: str) -> Json:
    if container.policy is None or container.policy["state"] != wanted:
        raise Refused("ContainerImmutabilityPolicyFailure",
                      "Operation not allowed on immutability policy with current state.", 409)
    return container.policy


def _days(call: Call) -> int:
    days = call.body["properties"].get("immutabilityPeriodSinceCreationInDays")
    if not isinstance(days, int) or not 1 <= days <= 146000:
        raise Refused("InvalidRequestPropertyValue", "A retention is 1 to 146000 days.")
    return days


def write_policy(call: Call) -> Answer:
    """Make a policy, or change one that is not locked."""
    container, days = container_of(call, with_blobs(call)), _days(call)
    if container.policy is not None:
        _state(container, "Unlocked")
        _matched(call, container)
    given = {name: value for name, value in call.body["properties"].items() if name != "state"}
    container.policy = {**given, "immutabilityPeriodSinceCreationInDays": days,
                        "state": "Unlocked"}
    container.policy_etag = new_etag()
    return Answer(200, _policy_body(call, container))


def delete_policy(call: Call) -> Answer:
    """Remove a policy that is not locked."""
    container = container_of(call, with_blobs(call))
    _state(container, "Unlocked")
    _matched(call, container)
    container.policy, container.policy_etag = None, ""
    return Answer(200, _policy_body(call, container))


def lock_policy(call: Call) -> Answer:
    """Lock a policy, for good."""
    container = container_of(call, with_blobs(call))
    policy = _state(container, "Unlocked")
    _matched(call, container)
    policy["state"] = "Locked"
    container.policy_etag = new_etag()
    return Answer(200, _policy_body(call, container))


def extend_policy(call: Call) -> Answer:
    """Make a locked policy longer."""
    container, days = container_of(call, with_blobs(call)), _days(call)
    policy = _state(container, "Locked")
    _matched(call, container)
    if days < policy["immutabilityPeriodSinceCreationInDays"]:
        raise Refused("ContainerImmutabilityPolicyFailure",
                      "A locked immutability policy can only be made longer.", 409)
    policy["immutabilityPeriodSinceCreationInDays"] = days
    container.policy_etag = new_etag()
    return Answer(200, _policy_body(call, container))


HANDLERS: Final = {
    "BlobContainers.get": read, "BlobContainers.list": every, "BlobContainers.create": create,
    "BlobContainers.update": update, "BlobContainers.delete": delete,
    "BlobContainers.set_legal_hold": lambda call: _hold(call, add=True),
    "BlobContainers.clear_legal_hold": lambda call: _hold(call, add=False),
    "BlobContainers.get_immutability_policy": read_policy,
    "BlobContainers.create_or_update_immutability_policy": write_policy,
    "BlobContainers.delete_immutability_policy": delete_policy,
    "BlobContainers.lock_immutability_policy": lock_policy,
    "BlobContainers.extend_immutability_policy": extend_policy,
}
