"""Between the blob blocks of an account and the JSON of Azure Resource Manager.

https://learn.microsoft.com/en-us/rest/api/storagerp/blob-services/set-service-properties
https://learn.microsoft.com/en-us/rest/api/storagerp/management-policies/create-or-update
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov_azure.account.blob_model import (
    BlobPropertiesBlock,
    ContainerDeleteRetentionBlock,
    DeleteRetentionBlock,
    LifecycleRuleBlock,
    RestorePolicyBlock,
)

Json = dict[str, Any]

#: Settings of the blob service that are not ours: a change must carry them along.
_FOREIGN = ("cors", "defaultServiceVersion", "automaticSnapshotPolicyEnabled", "staticWebsite")
_ACTIONS = (
    ("tier_to_cool_after_days_since_modification_greater_than", "tierToCool"),
    ("tier_to_archive_after_days_since_modification_greater_than", "tierToArchive"),
    ("delete_after_days_since_modification_greater_than", "delete"),
)
BLOB_TYPES = ["blockBlob"]


def off(versioning: bool) -> BlobPropertiesBlock:
    """A blob service with all switched off but for versioning, as given."""
    return BlobPropertiesBlock(
        versioning_enabled=versioning,
        delete_retention_policy=DeleteRetentionBlock(enabled=False),
        container_delete_retention_policy=ContainerDeleteRetentionBlock(enabled=False))


def service_of(block: BlobPropertiesBlock, current: Mapping[str, Any], *,
               versions: bool) -> Json:
    """The body that sets the blob service; *current* is what it has now.

    Off is said as well: what is left out would stay as it is. *versions* is whether the kind of
    account knows versions at all. Tracking of access and point-in-time restore are refused by some
    kinds even when they are off, so they are said where they are on or shall be.
    """
    out: Json = {name: current[name] for name in _FOREIGN if current.get(name) is not None}
    feed: Json = {"enabled": bool(block.change_feed_enabled)}
    if block.change_feed_enabled and block.change_feed_retention_in_days is not None:
        feed["retentionInDays"] = block.change_feed_retention_in_days
    soft, containers = block.delete_retention_policy, block.container_delete_retention_policy
    out["deleteRetentionPolicy"] = _retention(soft)
    if soft is not None and soft.enabled:
        out["deleteRetentionPolicy"]["allowPermanentDelete"] = bool(soft.permanent_delete_enabled)
    out["containerDeleteRetentionPolicy"] = _retention(containers)
    if versions:
        out["isVersioningEnabled"] = bool(block.versioning_enabled)
        out["changeFeed"] = feed
        access = current.get("lastAccessTimeTrackingPolicy") or {}
        if block.last_access_time_enabled or access.get("enable"):
            out["lastAccessTimeTrackingPolicy"] = {"enable": bool(block.last_access_time_enabled)}
        restore = current.get("restorePolicy") or {}
        if block.restore_policy is not None:
            out["restorePolicy"] = {"enabled": True, "days": block.restore_policy.days}
        elif restore.get("enabled"):
            out["restorePolicy"] = {"enabled": False}
    return out


def _retention(block: DeleteRetentionBlock | ContainerDeleteRetentionBlock | None) -> Json:
    if block is None or not block.enabled:
        return {"enabled": False}
    return {"enabled": True, "days": block.days}


def read_service(properties: Mapping[str, Any]) -> BlobPropertiesBlock:
    """The block for what Azure answered."""
    soft = properties.get("deleteRetentionPolicy") or {}
    containers = properties.get("containerDeleteRetentionPolicy") or {}
    feed = properties.get("changeFeed") or {}
    access = properties.get("lastAccessTimeTrackingPolicy") or {}
    restore = properties.get("restorePolicy") or {}
    fed = bool(feed.get("enabled"))
    return BlobPropertiesBlock(
        versioning_enabled=bool(properties.get("isVersioningEnabled")),
        change_feed_enabled=fed,
        change_feed_retention_in_days=feed.get("retentionInDays") if fed else None,
        last_access_time_enabled=bool(access.get("enable")),
        delete_retention_policy=DeleteRetentionBlock(
            enabled=bool(soft.get("enabled")),
            days=soft.get("days") if soft.get("enabled") else None,
            permanent_delete_enabled=bool(
                soft.get("enabled") and soft.get("allowPermanentDelete"))),
        container_delete_retention_policy=ContainerDeleteRetentionBlock(
            enabled=bool(containers.get("enabled")),
            days=containers.get("days") if containers.get("enabled") else None),
        restore_policy=RestorePolicyBlock(days=restore["days"]) if restore.get("enabled") else None)


def rule_data(rule: LifecycleRuleBlock) -> Json:
    """A stated rule as ``live_lifecycle_rules`` shows it."""
    return {"name": rule.name, "enabled": rule.enabled is not False,
            "prefix_match": list(rule.prefix_match or ())}


def policy_of(rules: list[LifecycleRuleBlock]) -> Json:
    """The management policy on the wire."""
    return {"policy": {"rules": [_rule(rule) for rule in rules]}}


def _rule(rule: LifecycleRuleBlock) -> Json:
    actions: Json = {wire: {"daysAfterModificationGreaterThan": value}
                     for name, wire in _ACTIONS if (value := getattr(rule, name)) is not None}
    filters: Json = {"blobTypes": list(rule.blob_types or BLOB_TYPES)}
    if rule.prefix_match:
        filters["prefixMatch"] = list(rule.prefix_match)
    return {"name": rule.name, "enabled": rule.enabled is not False, "type": "Lifecycle",
            "definition": {"actions": {"baseBlob": actions}, "filters": filters}}


def live_rules(properties: Mapping[str, Any]) -> list[Json]:
    """The rules of a management policy, for ``live_lifecycle_rules``."""
    rules = (properties.get("policy") or {}).get("rules") or []
    return [{"name": rule["name"], "enabled": rule.get("enabled") is not False,
             "prefix_match": list(
                 (rule["definition"].get("filters") or {}).get("prefixMatch") or ())}
            for rule in rules]


def stated_rules(properties: Mapping[str, Any],
                 stated: list[LifecycleRuleBlock]) -> list[LifecycleRuleBlock]:
    """The rules as blocks, written as *stated* where they mean the same."""
    wire = {rule["name"]: rule for rule in (properties.get("policy") or {}).get("rules") or []}
    ours = {rule.name: rule for rule in stated}
    out = []
    for name, rule in wire.items():
        own = ours.get(name)
        out.append(own if own is not None and _alike(_rule(own), rule) else _block(rule))
    order = {rule.name: index for index, rule in enumerate(stated)}
    return sorted(out, key=lambda rule: order.get(rule.name, len(order)))


def _alike(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    def plain(rule: Mapping[str, Any]) -> Json:
        filters = rule["definition"].get("filters") or {}
        return {"enabled": rule.get("enabled") is not False,
                "actions": rule["definition"]["actions"],
                "types": sorted(filters.get("blobTypes") or ()),
                "prefixes": sorted(filters.get("prefixMatch") or ())}

    return plain(left) == plain(right)


def _block(rule: Mapping[str, Any]) -> LifecycleRuleBlock:
    filters = rule["definition"].get("filters") or {}
    base = rule["definition"]["actions"].get("baseBlob") or {}
    ages = {name: (base.get(wire) or {}).get("daysAfterModificationGreaterThan")
            for name, wire in _ACTIONS}
    types = list(filters.get("blobTypes") or BLOB_TYPES)
    return LifecycleRuleBlock(
        name=rule["name"], enabled=rule.get("enabled") is not False,
        prefix_match=list(filters["prefixMatch"]) if filters.get("prefixMatch") else None,
        blob_types=None if types == BLOB_TYPES else types,
        **{name: None if value is None else int(value) for name, value in ages.items()})
