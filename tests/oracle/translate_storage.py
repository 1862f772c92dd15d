"""Storage in the attributes of its resource types: as it is stated, as it is read, as recorded.

Storage that exists has ``config``, ``live`` (what a read makes of the record: what may not be read
stays as it was recorded) and ``prior`` (the record); what is planned of it is the product's part.
"""

from __future__ import annotations

import copy
from typing import Any

from estates import OPEN, Account, Bucket, Container, Part

Spec = dict[str, Any]

VALID, EXPIRED = "2027-01-31", "2026-05-31"
#: What buckets have beside the settings of an estate.
S3_REST: Spec = {
    "region": "eu-central-1", "replication_enabled": False, "intelligent_tiering_count": 0,
    "public_access_block": {name: True for name in (
        "block_public_acls", "block_public_policy", "ignore_public_acls",
        "restrict_public_buckets")},
    "ownership_controls": {"object_ownership": "BucketOwnerEnforced"},
    "server_side_encryption_configuration": {"sse_algorithm": "AES256",
                                             "bucket_key_enabled": False},
    "force_destroy": False, "deletion_policy": "PREVENT", "tags_all": {}}
GOOGLE_REST: Spec = {
    "location": "EU", "project": "p", "storage_class": "STANDARD", "force_destroy": False,
    "uniform_bucket_level_access": True, "public_access_prevention": "enforced", "rpo": "DEFAULT",
    "default_event_based_hold": False, "requester_pays": False, "deletion_policy": "PREVENT",
    "live_hierarchical_namespace": False, "effective_labels": {}}
AZURE_STATED: Spec = {"resource_group_name": "g", "location": "westeurope",
                      "account_replication_type": "LRS"}
AZURE_REST: Spec = {
    **AZURE_STATED, "https_traffic_only_enabled": True, "min_tls_version": "TLS1_2",
    "allow_nested_items_to_be_public": False, "shared_access_key_enabled": True,
    "default_to_oauth_authentication": False, "public_network_access_enabled": True,
    "cross_tenant_replication_enabled": False, "local_user_enabled": False,
    "nfsv3_enabled": False, "sftp_enabled": False, "infrastructure_encryption_enabled": False,
    "force_destroy": False, "deletion_policy": "PREVENT"}
#: What a data source leaves out of what it may not read: no state has kept it.
NOT_KEPT = {"object_lock": ("object_lock_enabled",), "versioning": ("versioning",),
            "blob_service": ("blob_properties",)}
CONTAINER_REST: Spec = {"container_access_type": "private", "has_legal_hold": False,
                        "encryption_scope_override_enabled": True, "deletion_policy": "PREVENT"}


def set_at(data: Spec, path: str, value: Any) -> None:
    """Write a value where there is one."""
    if value is None:
        return
    *above, last = path.split(".")
    for name in above:
        data = data.setdefault(name, {})
    data[last] = value


def attested(part: Any) -> list[dict[str, str]]:
    """The attestations of a part."""
    return [{"rule": rule, "reason": "Looked at.", "expires": VALID if valid else EXPIRED}
            for rule, valid in part.attests]


def storage(part: Part, at: dict[str, Part]) -> Spec:
    """A bucket, an account or a container."""
    if isinstance(part, Container):
        spec = _container(part, at)
    elif isinstance(part, Account):
        spec = _of(part, _account, _account_read)
    else:
        assert isinstance(part, Bucket)
        spec = _of(part, *((_google, _google_read) if part.cloud == "google"
                           else (_bucket, _bucket_read)))
    spec["attest"] = attested(part)
    return spec


def _of(part: Any, state: Any, read: Any) -> Spec:
    config = state(part)
    if not part.exists:
        planned = copy.deepcopy(config)
        if getattr(part, "cloud", "") == "google":
            planned["live_lifecycle_rules"] = []
        return {"config": config, "planned": planned}
    if not part.managed:
        named = {name: config[name] for name in ("bucket", "name") if name in config}
        live = read(part.now, part.now, part.denied)
        gone = [name for group in part.denied for name in NOT_KEPT.get(group, ())]
        for name in (*gone, "lifecycle_rule", "object_lock_configuration",
                     "purge_lifecycle_rules"):
            live.pop(name, None)
        return {"config": named, "live": live}
    return {"config": config, "live": read(part.now, part.recorded, part.denied),
            "prior": read(part.recorded, part.recorded, ())}


def _rules(b: Any, ids: str) -> list[Spec]:
    return [{"id": f"{ids}{n}", "enabled": enabled, "prefix": prefix}
            for n, (enabled, prefix) in enumerate(b.rules)]


def _bucket(b: Bucket) -> Spec:
    config: Spec = {"bucket": b.name}
    set_at(config, "object_lock_enabled", b.lock)
    set_at(config, "versioning.status", b.versioning)
    if b.rules:
        config["lifecycle_rule"] = [{**r, "expiration_days": 30} for r in _rules(b, "r")]
    config |= _retention(b)
    if b.purge:
        config["purge_lifecycle_rules"] = True
    return config


def _retention(b: Bucket) -> Spec:
    if b.retention:
        return {"object_lock_configuration": {"rule": {"default_retention": {
            "mode": "GOVERNANCE", "days": 1}}}}
    return {"object_lock_configuration": {}} if b.emptied else {}


def _bucket_read(now: Bucket, kept: Bucket, denied: tuple[str, ...]) -> Spec:
    """As the type reads it, on top of what is *kept* in the state."""
    lock, rules = (kept if group in denied else now for group in ("object_lock", "lifecycle"))
    status = kept.versioning if "versioning" in denied else now.versioning
    own = kept.rules and kept is not now
    found: Spec = {
        **copy.deepcopy(S3_REST), "bucket": now.name, "id": now.name,
        "object_lock_enabled": bool(lock.lock), "versioning": {"status": status},
        "versioning_status": now.versioning, "purge_lifecycle_rules": kept.purge,
        "live_lifecycle_rules": [{**r, "only_abort_multipart": False} for r in _rules(
            now, "r" if own else "hand")],
        "lifecycle_rule": [{**r, "expiration_days": 30} for r in _rules(rules, "r")]
        if kept.rules else [],
        "replication_enabled": now.replicated, "intelligent_tiering_count": int(now.tiering),
        "unreadable_facets": sorted(denied)}
    if now.retention:
        found["live_default_retention"] = {"mode": "GOVERNANCE", "days": 1}
    if kept.retention or kept.emptied:
        found |= _retention(lock) or {"object_lock_configuration": {}}
    for group, names in {"lifecycle": ("live_lifecycle_rules",),
                         "object_lock": ("live_default_retention",),
                         "versioning": ("versioning_status",),
                         "replication": ("replication_enabled",),
                         "intelligent_tiering": ("intelligent_tiering_count",)}.items():
        for name in names:
            if group in denied:
                found.pop(name, None)
    return found


def _google(b: Bucket) -> Spec:
    config: Spec = {"name": b.name, "location": "EU"}
    set_at(config, "versioning.enabled", {"Enabled": True, "Suspended": False}.get(
        b.versioning, b.versioning))
    set_at(config, "enable_object_retention", b.lock)
    set_at(config, "soft_delete_policy.retention_duration_seconds", b.soft_delete)
    set_at(config, "autoclass.enabled", b.autoclass)
    if b.retention:
        set_at(config, "retention_policy.retention_period", 86400)
    if b.purge:
        config["purge_lifecycle_rules"] = True
    return config


def _google_read(now: Bucket, kept: Bucket, denied: tuple[str, ...]) -> Spec:
    return {
        **copy.deepcopy(GOOGLE_REST), "name": now.name, "id": now.name,
        "enable_object_retention": bool(now.lock),
        "versioning": {"enabled": now.versioning == "Enabled"},
        "soft_delete_policy": {"retention_duration_seconds": now.soft_delete},
        "live_autoclass_enabled": bool(now.autoclass), "purge_lifecycle_rules": kept.purge,
        "live_retention_period": 86400 if now.retention else None,
        "live_lifecycle_rules": [
            {"id": f"{n}", "enabled": enabled, "prefix": None, "only_abort_multipart": False,
             "provider_added": now.automatic} for n, (enabled, _) in enumerate(now.rules)]}


def _account(a: Account) -> Spec:
    config: Spec = {"name": a.name, **AZURE_STATED}
    for path, value in (("account_kind", a.kind), ("account_tier", a.performance),
                        ("access_tier", a.tier), ("is_hns_enabled", a.namespace),
                        ("sas_policy.expiration_period", _period(a.sas_days))):
        set_at(config, path, value)
    if not a.exists:
        config["version_level_immutability_enabled"] = a.immutable
    if a.service:
        config["blob_properties"] = _service(a)
    if a.rules:
        config["lifecycle_rule"] = [
            {"name": f"r{n}", "enabled": enabled, "prefix_match": [prefix] if prefix else None,
             "delete_after_days_since_modification_greater_than": 30}
            for n, (enabled, prefix) in enumerate(a.rules)]
    if a.purge:
        config["purge_lifecycle_rules"] = True
    return config


def _service(a: Account) -> Spec:
    found: Spec = {}
    for path, value in (("delete_retention_policy", a.blob_soft_delete),
                        ("container_delete_retention_policy", a.container_soft_delete)):
        set_at(found, f"{path}.enabled", value)
        if value is True and a.exists:
            found[path]["days"] = 7
    set_at(found, "versioning_enabled", a.versioning)
    set_at(found, "last_access_time_enabled", a.last_access)
    return found


def _account_read(now: Account, kept: Account, denied: tuple[str, ...]) -> Spec:
    service = kept if "blob_service" in denied else now
    found: Spec = {
        **AZURE_REST, "name": now.name, "id": account_id(now.name), "account_kind": now.kind,
        "account_tier": now.performance, "access_tier": now.tier or (
            "Premium" if now.kind == "BlockBlobStorage" else None), "is_hns_enabled": now.namespace,
        "version_level_immutability_enabled": now.immutable, "unreadable_facets": sorted(denied),
        "blob_properties": _live_service(service), "purge_lifecycle_rules": kept.purge}
    set_at(found, "sas_policy.expiration_period", _period(now.sas_days))
    if now.sas_days is not None:
        found["sas_policy"]["expiration_action"] = "Log"
    if now.retention:
        found["live_immutability_policy"] = {"state": "Unlocked",
                                             "period_since_creation_in_days": 1,
                                             "allow_protected_append_writes": False}
    if kept.rules:
        stated = _account(kept if "lifecycle" in denied else now)
        found["lifecycle_rule"] = stated.get("lifecycle_rule", [])
    if "lifecycle" not in denied:
        found["live_lifecycle_rules"] = [
            {"name": f"r{n}", "enabled": enabled, "prefix_match": [prefix] if prefix else []}
            for n, (enabled, prefix) in enumerate(now.rules)]
    return found


def _live_service(a: Account) -> Spec:
    on = {True: {"enabled": True, "days": 7}, False: {"enabled": False}}
    return {"versioning_enabled": a.versioning, "last_access_time_enabled": a.last_access,
            "change_feed_enabled": False,
            "delete_retention_policy": {**on[a.blob_soft_delete],
                                        "permanent_delete_enabled": False},
            "container_delete_retention_policy": on[a.container_soft_delete]}


def _period(days: Any) -> Any:
    return f"{days:02}.00:00:00" if isinstance(days, int) else days


def account_id(name: str) -> str:
    """The id of an account that exists."""
    return ("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/"
            f"{name}")


def _container(c: Container, at: dict[str, Part]) -> Spec:
    account = at[c.account]
    assert isinstance(account, Account)
    owner = account_id(account.name) if account.exists else OPEN
    config: Spec = {"name": c.name, "storage_account_id": owner}
    refers = {"references": {"storage_account_id": [c.account]}}
    if c.exists:
        live = {**CONTAINER_REST, **config, "has_immutability_policy": c.now.retention,
                "immutable_storage_with_versioning_enabled": c.now.immutable}
        if not c.managed:
            return {"config": config, "live": live, **refers}
        set_at(config, "immutable_storage_with_versioning_enabled", c.immutable)
        made: Spec = {"config": config, "live": live, "prior": copy.deepcopy(live), **refers}
        if c.in_place:
            made["planned"] = {**live, **config}
            made["action"] = "update" if c.immutable != c.now.immutable else "no-op"
        return made
    set_at(config, "immutable_storage_with_versioning_enabled", c.immutable)
    return {"config": config, **refers,
            "planned": {**copy.deepcopy(config), "has_immutability_policy": c.retention}}
