"""Which settings of an account go together.

Written down a second time, apart from the provider's own table, so that a mistake there is not
taken over.

https://learn.microsoft.com/en-us/rest/api/storagerp/srp_sku_types
https://learn.microsoft.com/en-us/azure/storage/common/storage-account-overview
"""

from __future__ import annotations

from typing import Any, Final

from vbrprov_azure.doubles.arm.refusals import Refused

Json = dict[str, Any]

CREATE_ONLY: Final = ("isHnsEnabled", "isNfsV3Enabled")
_SKUS: Final = {
    "Storage": {"Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS"},
    "StorageV2": {"Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS",
                  "Standard_GZRS", "Standard_RAGZRS", "Premium_LRS", "Premium_ZRS"},
    "BlobStorage": {"Standard_LRS", "Standard_GRS", "Standard_RAGRS"},
    "BlockBlobStorage": {"Premium_LRS", "Premium_ZRS"},
    "FileStorage": {"Premium_LRS", "Premium_ZRS"},
}


def defaults(kind: str, sku: str) -> Json:
    """What an account has that says nothing of it."""
    out: Json = {
        "supportsHttpsTrafficOnly": True, "minimumTlsVersion": "TLS1_0",
        "allowBlobPublicAccess": False, "allowSharedKeyAccess": True,
        "publicNetworkAccess": "Enabled", "isHnsEnabled": False,
        "networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow", "ipRules": [],
                        "virtualNetworkRules": []}}
    if kind == "BlockBlobStorage":
        out["accessTier"] = "Premium"
    elif kind in ("StorageV2", "BlobStorage") and sku.startswith("Standard"):
        out["accessTier"] = "Hot"
    return out


def check_combination(kind: str, sku: str, properties: Json) -> None:
    """Kind, SKU, access tier and namespace."""
    if sku not in _SKUS[kind]:
        raise Refused("InvalidAccountType", f"The SKU {sku} is not valid for kind {kind}.")
    tier = properties.get("accessTier")
    tiers = {"StorageV2": {"Hot", "Cool", "Cold", "Smart"} if sku.startswith("Standard") else set(),
             "BlobStorage": {"Hot", "Cool", "Cold"}, "BlockBlobStorage": {"Premium"}}
    if tier is not None and tier not in tiers.get(kind, set()):
        raise Refused("InvalidAccessTier",
                      f"The access tier {tier} is not allowed for accounts of kind {kind}.")
    hns = bool(properties.get("isHnsEnabled"))
    if hns and kind not in ("StorageV2", "BlockBlobStorage"):
        raise Refused("AccountPropertyCannotBeSet",
                      f"isHnsEnabled cannot be set for accounts of kind {kind}.")
    for name in ("isNfsV3Enabled", "isSftpEnabled"):
        if properties.get(name) and not hns:
            raise Refused("AccountPropertyCannotBeSet", f"{name} needs isHnsEnabled.")


def check_immutability(old: Json | None, new: Json | None, *, hns: bool) -> None:
    """Account-level immutability: when it is made, never off, and locked policies only grow.

    https://learn.microsoft.com/en-us/azure/storage/blobs/immutable-version-level-worm-policies
    """
    if new is None:
        return
    if new.get("enabled") and hns:
        raise Refused("AccountPropertyCannotBeSet",
                      "Immutability is not supported with a hierarchical namespace.")
    policy = new.get("immutabilityPolicy") or {}
    days = policy.get("immutabilityPeriodSinceCreationInDays")
    if policy and not (isinstance(days, int) and 1 <= days <= 146000):
        raise Refused("InvalidRequestPropertyValue", "A retention is 1 to 146000 days.")
    if old is None:
        return
    if bool(new.get("enabled")) != bool(old.get("enabled")):
        raise Refused("AccountPropertyCannotBeUpdated",
                      "immutableStorageWithVersioning.enabled is set when the account is made.")
    before = old.get("immutabilityPolicy") or {}
    if before.get("state") == "Locked" and (
            policy.get("state") != "Locked"
            or (days or 0) < before["immutabilityPeriodSinceCreationInDays"]):
        raise Refused("AccountPropertyCannotBeUpdated",
                      "A locked immutability policy can only be made longer.")
