"""The blob service of an account.

https://learn.microsoft.com/en-us/rest/api/storagerp/blob-services
"""

from __future__ import annotations

import copy
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers.accounts import account_of
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.store import Account

Json = dict[str, Any]


def with_blobs(call: Call, *, ready: bool = False) -> Account:
    """The account, if it has a blob service."""
    account = account_of(call, ready=ready)
    if account.body["kind"] == "FileStorage":
        raise Refused("FeatureNotSupportedForAccount", "Blob is not supported for the account.")
    return account


def _body(call: Call, account: Account) -> Json:
    properties = {"cors": {"corsRules": []},
                  "deleteRetentionPolicy": {"enabled": False, "allowPermanentDelete": False},
                  **copy.deepcopy(account.service)}
    return {"id": f"{call.account}/blobServices/default", "name": "default",
            "type": "Microsoft.Storage/storageAccounts/blobServices",
            "sku": dict(account.body["sku"]), "properties": properties}


def read(call: Call) -> Answer:
    """The settings."""
    return Answer(200, _body(call, with_blobs(call)))


def write(call: Call) -> Answer:
    """Set what is said; what is left out stays."""
    account = with_blobs(call, ready=True)
    given = call.body.get("properties") or {}
    after = {**account.service, **copy.deepcopy(given)}
    for name in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        policy = after.get(name) or {}
        if policy.get("enabled") and not 1 <= (policy.get("days") or 0) <= 365:
            raise Refused("InvalidRequestPropertyValue", f"{name}.days is 1 to 365.")
    _check_versions(account, after)
    account.service = after
    return Answer(200, _body(call, account))


def _check_versions(account: Account, after: Json) -> None:
    versions = bool(after.get("isVersioningEnabled"))
    feed = bool((after.get("changeFeed") or {}).get("enabled"))
    if account.body["kind"] == "Storage" and (versions or feed):
        raise Refused("FeatureNotSupportedForAccount",
                      "Versioning and change feed are not supported for accounts of kind Storage.")
    if versions and account.properties.get("isHnsEnabled"):
        raise Refused("FeatureNotSupportedForAccount",
                      "Conflicting feature 'hierarchical namespace' is enabled. Please disable it "
                      "and retry.")
    worm = any((c.properties.get("immutableStorageWithVersioning") or {}).get("enabled")
               for c in account.containers.values()) or (
        account.properties.get("immutableStorageWithVersioning") or {}).get("enabled")
    if worm and not versions:
        raise Refused("ImmutabilityNeedsVersioning",
                      "Conflicting feature 'version-level immutability' is enabled. Please disable "
                      "it and retry.")
    restore, soft = after.get("restorePolicy") or {}, after.get("deleteRetentionPolicy") or {}
    if restore.get("enabled") and not (
            versions and feed and soft.get("enabled")
            and 0 < (restore.get("days") or 0) < (soft.get("days") or 0)):
        raise Refused("InvalidRequestPropertyValue",
                      "restorePolicy needs versioning, change feed and a longer soft delete.")


HANDLERS: Final = {
    "BlobServices.get_service_properties": read, "BlobServices.set_service_properties": write,
}
