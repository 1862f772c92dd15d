"""Abstract estates as instances, in the attributes of the resource types."""

from __future__ import annotations

import copy
from typing import Any

from estates import (
    OPEN,
    Access,
    Account,
    Bucket,
    Container,
    Either,
    Estate,
    Group,
    Job,
    Part,
    Repository,
    ScaleOut,
)

Spec = dict[str, Any]


def specs(estate: Estate) -> dict[str, Spec]:
    """Every part as the data of ``rule_world``, by address."""
    at = {part.address: part for part in estate}
    found = {part.address: _spec(part, at) for part in estate}
    for part in estate:
        if isinstance(part, Repository) and part.cool is not None:
            found[f"veeam_repository_storage_class.{part.address.partition('.')[2]}"] = _cool(
                part, at)
    return found


def _cool(r: Repository, at: dict[str, Part]) -> Spec:
    """The tier Cool is no argument of a repository, but a resource beside it."""
    spec = _made({"storage_class": "cool", "enabled": r.cool})
    _refer(spec, "repository_id", "repository_id", r.address, at)
    return spec


def _spec(part: Part, at: dict[str, Part]) -> Spec:
    if isinstance(part, Bucket):
        return _google(part) if part.cloud == "google" else _bucket(part)
    if isinstance(part, Account):
        return _whole(_account(part))
    if isinstance(part, Container):
        return _container(part)
    if isinstance(part, Repository):
        return _repository(part, at)
    if isinstance(part, Group):
        return _made({"type": part.type})
    if isinstance(part, Access):
        return _access(part, at)
    return _scale_out(part, at) if isinstance(part, ScaleOut) else _job(part, at)


def _set(data: Spec, path: str, value: Any) -> None:
    """Write a value where there is one."""
    if value is None:
        return
    *above, last = path.split(".")
    for name in above:
        data = data.setdefault(name, {})
    data[last] = value


def _made(config: Spec) -> Spec:
    """A new object, whose id is known after apply."""
    return {"config": config, "planned": {**copy.deepcopy(config), "id": OPEN}}


def _whole(config: Spec) -> Spec:
    """A new object of which every setting is written."""
    return {"config": config, "planned": copy.deepcopy(config)}


def _refer(spec: Spec, block: str, path: str, link: Any, at: dict[str, Part]) -> None:
    """Write a link: by an id that is known, or by references."""
    known = at.get(link) if isinstance(link, str) else None
    if getattr(known, "exists", False):
        value = _id(link)
    else:
        value = OPEN if known is not None or link == OPEN or isinstance(link, Either) else "0"
    for data in (spec["config"], spec.get("planned")):
        if data is not None:
            _set(data, path, value)
    if isinstance(link, Either):
        spec.setdefault("references", {})[block] = list(link.addresses)
    elif known is not None and value == OPEN:
        spec.setdefault("references", {})[block] = [link]


def _id(address: str) -> str:
    return f"id-{address}"


def _bucket(b: Bucket) -> Spec:
    config: Spec = {"bucket": b.name}
    _set(config, "object_lock_enabled", b.lock)
    _set(config, "versioning.status", b.versioning)
    if b.rules:
        config["lifecycle_rule"] = [
            {"id": f"r{n}", "enabled": enabled, "prefix": prefix}
            for n, (enabled, prefix) in enumerate(b.rules)]
    if b.retention:
        _set(config, "object_lock_configuration.rule.default_retention",
             {"mode": "GOVERNANCE", "days": 1})
    spec: Spec = {"config": config}
    if b.exists:
        live = {k: v for k, v in config.items() if k == "bucket"}
        _set(live, "object_lock_enabled", bool(b.was_lock))
        _set(live, "versioning.status", b.was_versioning)
        live["versioning_status"] = b.was_versioning
        live["replication_enabled"] = b.replicated
        live["intelligent_tiering_count"] = int(b.tiering)
        live["unreadable_facets"] = []
        spec["live"] = live
    return spec


def _google(b: Bucket) -> Spec:
    versioned = {"Enabled": True, "Suspended": False}.get(b.versioning, b.versioning)
    config: Spec = {"name": b.name}
    _set(config, "versioning.enabled", versioned)
    _set(config, "enable_object_retention", b.lock)
    _set(config, "soft_delete_policy.retention_duration_seconds", b.soft_delete)
    _set(config, "autoclass.enabled", b.autoclass)
    if b.retention:
        _set(config, "retention_policy.retention_period", 86400)
    spec = _whole(config)
    spec["planned"]["live_lifecycle_rules"] = []
    if b.rules:
        spec["live"] = copy.deepcopy(spec["planned"])
        spec["live"]["live_lifecycle_rules"] = [
            {"enabled": enabled, "provider_added": b.automatic} for enabled, _ in b.rules]
        spec["planned"] = copy.deepcopy(spec["live"])
        spec["action"] = "no-op"
    return spec


def _account(a: Account) -> Spec:
    config: Spec = {"name": a.name}
    for path, value in (("account_kind", a.kind), ("account_tier", a.performance),
                        ("access_tier", a.tier), ("is_hns_enabled", a.namespace),
                        ("version_level_immutability_enabled", a.immutable),
                        ("blob_properties.delete_retention_policy.enabled", a.blob_soft_delete),
                        ("blob_properties.container_delete_retention_policy.enabled",
                         a.container_soft_delete),
                        ("blob_properties.versioning_enabled", a.versioning),
                        ("blob_properties.last_access_time_enabled", a.last_access),
                        ("sas_policy.expiration_period", _period(a.sas_days))):
        _set(config, path, value)
    return config


def _period(days: Any) -> Any:
    return f"{days:02}.00:00:00" if isinstance(days, int) else days


def _container(c: Container) -> Spec:
    spec = _whole({"name": c.name, "has_immutability_policy": c.retention,
                   "storage_account_id": OPEN})
    for data in (spec["config"], spec["planned"]):
        _set(data, "immutable_storage_with_versioning_enabled", c.immutable)
    spec["references"] = {"storage_account_id": [c.account]}
    if c.exists:
        spec["live"] = {**spec["planned"],
                        "immutable_storage_with_versioning_enabled": c.was_immutable}
        spec["action"] = "no-op" if c.was_immutable == c.immutable else "update"
    return spec


def _repository(r: Repository, at: dict[str, Part]) -> Spec:
    config: Spec = {"name": r.address.partition(".")[2]}
    inside = "container" if r.kind.startswith("azure") else "bucket"
    for path, value in (("connection.mode", r.mode), ("immutability.days", r.days),
                        ("immutability.enabled", r.enabled), ("vendor", r.vendor),
                        ("account.service_point", r.endpoint),
                        ("bucket.enable_auto_provision", r.provision),
                        ("bucket.infrequent_access", r.infrequent),
                        ("bucket.one_zone", r.one_zone),
                        (f"{inside}.folder", r.folder)):
        _set(config, path, value)
    if r.block:
        config.setdefault("immutability", {})
    if r.gateways is not None:
        servers = r.gateways if r.gateways == OPEN else list(r.gateways)
        _set(config, "connection.gateway_server_ids", servers)
    if r.helper:
        config["helper_appliance"] = OPEN if r.helper == OPEN else {"credentials_id": "1"}
    spec: Spec = {"config": config}
    store = at.get(r.store) if isinstance(r.store, str) else None
    if isinstance(store, Bucket) and store.name != OPEN and _by_name(r, store):
        _set(config, "bucket.name", store.name)
    elif isinstance(store, (Bucket, Container)):
        if isinstance(store, Container):
            _set(config, "account.credentials_id", f"of-{store.account}")
        _set(config, f"{inside}.name", store.name)
        spec["references"] = {inside: [r.store]}
    elif isinstance(r.store, Either):
        _set(config, f"{inside}.name", OPEN)
        spec["references"] = {inside: list(r.store.addresses)}
    else:
        _set(config, f"{inside}.name", OPEN if r.store == OPEN else f"not-declared-{r.address}")
    if r.exists:
        spec["planned"] = {**copy.deepcopy(config), "id": _id(r.address)}
        spec["live"] = copy.deepcopy(spec["planned"])
        if r.was_mode != r.mode:
            spec["live"].pop("connection", None)
            _set(spec["live"], "connection.mode", r.was_mode)
    else:
        spec["planned"] = {**copy.deepcopy(config), "id": OPEN}
    return spec


def _by_name(r: Repository, store: Bucket) -> bool:
    """Whether the name alone says which bucket it is."""
    return store.cloud == {"amazon_s3": "aws", "s3_glacier": "aws"}.get(
        r.kind, "google" if r.kind == "google_cloud" else "s3")


def _access(a: Access, at: dict[str, Part]) -> Spec:
    config: Spec = {"mode": a.mode}
    _set(config, "iam_endpoint", a.iam)
    _set(config, "sts_endpoint", a.sts)
    spec: Spec = {"config": config}
    _refer(spec, "repository_id", "repository_id", a.repository, at)
    if a.exists:
        spec["live"] = {**copy.deepcopy(config), "mode": a.was_mode}
    return spec


def _scale_out(s: ScaleOut, at: dict[str, Part]) -> Spec:
    if s.extents == OPEN:
        return _made({"performance_extent": OPEN})
    spec = _made({"performance_extent": []})
    for link in s.extents:
        one: Spec = {"config": {}}
        _refer(one, "extent", "repository_id", link, at)
        for data in (spec["config"], spec["planned"]):
            data["performance_extent"].append(one["config"])
        # References are known of all extents together.
        spec.setdefault("references", {}).setdefault("performance_extent", []).extend(
            one.get("references", {}).get("extent", []))
    return spec


def _job(j: Job, at: dict[str, Part]) -> Spec:
    block = {"policy": "destination", "job": "storage", "copy": "target"}[j.kind]
    config: Spec = {}
    for path, value in (("os", j.os), ("destination.type", j.scope),
                        ("synthetic_full", j.synthetic), ("compact_full", j.compact),
                        ("retention.quantity", j.keep),
                        ("retention.type", "restore_points" if j.keep_points else None),
                        ("policy_type" if j.kind == "policy" else "job_type", j.computers)):
        _set(config, path, value)
    if j.encrypted:
        config["encryption_password_id"] = OPEN if j.encrypted == OPEN else "1"
    if j.gfs:
        config["gfs"] = OPEN if j.gfs == OPEN else {"monthly": 12}
    spec: Spec = {"config": config}
    _refer(spec, block, f"{block}.repository_id", j.target, at)
    if j.groups == OPEN:
        config["protection_group_ids"] = OPEN
    elif j.groups:
        config["protection_group_ids"] = [OPEN] * len(j.groups)
        # References are known of all groups together.
        spec.setdefault("references", {})["protection_group_ids"] = list(j.groups)
    return spec
