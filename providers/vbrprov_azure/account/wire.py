"""Between the model of an account and the JSON of Azure Resource Manager.

https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/create
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vbrprov_azure.account.blob_model import AccountImmutabilityBlock
from vbrprov_azure.account.model import NetworkRulesBlock, SasPolicyBlock, StorageAccountModel

Account = StorageAccountModel
Json = dict[str, Any]

#: Attributes that a change of the account takes, by their name on the wire.
SETTINGS: Final[Mapping[str, str]] = {
    "https_traffic_only_enabled": "supportsHttpsTrafficOnly",
    "min_tls_version": "minimumTlsVersion",
    "allow_nested_items_to_be_public": "allowBlobPublicAccess",
    "shared_access_key_enabled": "allowSharedKeyAccess",
    "default_to_oauth_authentication": "defaultToOAuthAuthentication",
    "cross_tenant_replication_enabled": "allowCrossTenantReplication",
    "local_user_enabled": "isLocalUserEnabled",
    "sftp_enabled": "isSftpEnabled",
}
#: Attributes that only the creation takes.
_CREATE_ONLY: Final[Mapping[str, str]] = {
    "is_hns_enabled": "isHnsEnabled", "nfsv3_enabled": "isNfsV3Enabled",
}
#: What an account that answers nothing has. Accounts of before 2023 leave out what was never set.
_UNSET: Final[Mapping[str, Any]] = {
    "https_traffic_only_enabled": False, "min_tls_version": "TLS1_0",
    "allow_nested_items_to_be_public": True, "shared_access_key_enabled": True,
    "default_to_oauth_authentication": False, "cross_tenant_replication_enabled": True,
    # Local users are allowed where nothing is said.
    "local_user_enabled": True, "sftp_enabled": False,
    "is_hns_enabled": False, "nfsv3_enabled": False,
}


def sku_of(model: Account) -> str:
    """The name of the SKU."""
    return f"{model.account_tier or 'Standard'}_{model.account_replication_type}"


def settings_of(model: Account) -> Json:
    """The part of the properties that can be changed later."""
    out: Json = {wire: getattr(model, name) for name, wire in SETTINGS.items()
                 if getattr(model, name) is not None}
    if model.public_network_access_enabled is not None:
        out["publicNetworkAccess"] = (
            "Enabled" if model.public_network_access_enabled else "Disabled")
    if model.access_tier and model.access_tier != "Premium":
        out["accessTier"] = model.access_tier
    if model.sas_policy is not None:
        out["sasPolicy"] = _sas(model.sas_policy)
    if model.network_rules is not None:
        out["networkAcls"] = network_of(model.network_rules)
    return out


def creation_of(model: Account) -> Json:
    """The body of the call that makes the account."""
    properties = settings_of(model)
    if not model.sftp_enabled:
        # Refused by kinds that have none, even when it is off.
        properties.pop("isSftpEnabled", None)
    for name, wire in _CREATE_ONLY.items():
        if getattr(model, name):
            properties[wire] = True
    properties.setdefault("isHnsEnabled", False)
    if model.infrastructure_encryption_enabled:
        properties["encryption"] = {
            "keySource": "Microsoft.Storage", "requireInfrastructureEncryption": True,
            "services": {"blob": {"enabled": True, "keyType": "Account"},
                         "file": {"enabled": True, "keyType": "Account"}}}
    if model.immutability_policy is not None:
        properties["immutableStorageWithVersioning"] = {
            "enabled": True, "immutabilityPolicy": _immutability(model.immutability_policy)}
    return {"kind": model.account_kind, "sku": {"name": sku_of(model)}, "location": model.location,
            "tags": dict(model.tags or {}), "properties": properties}


def changes_of(before: Account, after: Account) -> Json:
    """What of the settings differs."""
    old, new = settings_of(before), settings_of(after)
    return {name: value for name, value in new.items() if old.get(name) != value}


def _sas(block: SasPolicyBlock) -> Json:
    return {"sasExpirationPeriod": block.expiration_period,
            "expirationAction": block.expiration_action or "Log"}


def network_of(block: NetworkRulesBlock) -> Json:
    """The firewall on the wire, in a steady order."""
    return {
        "defaultAction": block.default_action,
        "bypass": ", ".join(sorted(block.bypass or {"AzureServices"})),
        "ipRules": [{"value": value, "action": "Allow"} for value in sorted(block.ip_rules or ())],
        "virtualNetworkRules": [{"id": value, "action": "Allow"} for value in sorted(
            block.virtual_network_subnet_ids or ())]}


def _immutability(block: AccountImmutabilityBlock) -> Json:
    return {"state": block.state,
            "immutabilityPeriodSinceCreationInDays": block.period_since_creation_in_days,
            "allowProtectedAppendWrites": bool(block.allow_protected_append_writes)}


def read_settings(answer: Mapping[str, Any], state: Account) -> Json:
    """The attributes that an answer about the account says."""
    properties = answer.get("properties") or {}
    performance, _, redundancy = str(answer["sku"]["name"]).partition("_")
    out: Json = {name: properties.get(wire) if properties.get(wire) is not None else _UNSET[name]
                 for name, wire in {**SETTINGS, **_CREATE_ONLY}.items()}
    encryption = properties.get("encryption") or {}
    endpoints = properties.get("primaryEndpoints") or {}
    immutable = properties.get("immutableStorageWithVersioning") or {}
    policy = _live_immutability(immutable)
    return out | {
        "name": answer["name"], "location": answer["location"], "id": answer["id"],
        "account_kind": answer["kind"], "account_tier": performance.removesuffix("V2"),
        "account_replication_type": redundancy,
        "access_tier": properties.get("accessTier"),
        "public_network_access_enabled": properties.get("publicNetworkAccess") != "Disabled",
        "infrastructure_encryption_enabled": bool(
            encryption.get("requireInfrastructureEncryption")),
        "sas_policy": _read_sas(properties.get("sasPolicy")),
        "network_rules": _read_network(properties.get("networkAcls")),
        "version_level_immutability_enabled": bool(immutable.get("enabled")),
        "live_immutability_policy": policy,
        # The block is ours to state; what others made shows as live only.
        "immutability_policy": None if state.immutability_policy is None or policy is None
        else AccountImmutabilityBlock(**policy),
        "tags": _tags(answer.get("tags"), state.tags),
        "primary_location": properties.get("primaryLocation"),
        "secondary_location": properties.get("secondaryLocation"),
        "primary_blob_endpoint": endpoints.get("blob"),
    }


def _tags(live: Mapping[str, str] | None, stated: Mapping[str, str] | None) -> Any:
    return dict(live) if live else ({} if stated is not None else None)


def _live_immutability(immutable: Mapping[str, Any]) -> Json | None:
    policy = immutable.get("immutabilityPolicy")
    if not immutable.get("enabled") or not policy:
        return None
    return {"state": policy.get("state"),
            "period_since_creation_in_days": policy.get("immutabilityPeriodSinceCreationInDays"),
            "allow_protected_append_writes": bool(policy.get("allowProtectedAppendWrites"))}


def _read_sas(data: Mapping[str, Any] | None) -> SasPolicyBlock | None:
    if not data or not data.get("sasExpirationPeriod"):
        return None
    return SasPolicyBlock(expiration_period=data["sasExpirationPeriod"],
                          expiration_action=data.get("expirationAction") or "Log")


def _read_network(data: Mapping[str, Any] | None) -> NetworkRulesBlock | None:
    if not data:
        return None
    bypass = {part.strip() for part in str(data.get("bypass") or "None").split(",")}
    return NetworkRulesBlock(
        default_action=data["defaultAction"], bypass=sorted(bypass),
        ip_rules=sorted(rule["value"] for rule in data.get("ipRules") or ()),
        virtual_network_subnet_ids=sorted(
            rule["id"] for rule in data.get("virtualNetworkRules") or ()))
