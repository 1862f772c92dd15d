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
from translate_storage import Spec, attested, set_at, storage


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
    if isinstance(part, (Bucket, Account, Container)):
        return storage(part, at)
    if isinstance(part, Repository):
        return _repository(part, at)
    if isinstance(part, Group):
        return _made({"type": part.type})
    if isinstance(part, Access):
        return _access(part, at)
    return _scale_out(part, at) if isinstance(part, ScaleOut) else _job(part, at)


def _made(config: Spec) -> Spec:
    """A new object, whose id is known after apply."""
    return {"config": config, "planned": {**copy.deepcopy(config), "id": OPEN}}


def _refer(spec: Spec, block: str, path: str, link: Any, at: dict[str, Part]) -> None:
    """Write a link: by an id that is known, or by references."""
    known = at.get(link) if isinstance(link, str) else None
    if getattr(known, "exists", False):
        value = _id(link)
    else:
        value = OPEN if known is not None or link == OPEN or isinstance(link, Either) else "0"
    for data in (spec["config"], spec.get("planned")):
        if data is not None:
            set_at(data, path, value)
    if isinstance(link, Either):
        spec.setdefault("references", {})[block] = list(link.addresses)
    elif known is not None and value == OPEN:
        spec.setdefault("references", {})[block] = [link]


def _id(address: str) -> str:
    return f"id-{address}"


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
        set_at(config, path, value)
    if r.block:
        config.setdefault("immutability", {})
    if r.gateways is not None:
        servers = r.gateways if r.gateways == OPEN else list(r.gateways)
        set_at(config, "connection.gateway_server_ids", servers)
    if r.helper:
        config["helper_appliance"] = OPEN if r.helper == OPEN else {"credentials_id": "1"}
    spec: Spec = {"config": config}
    store = at.get(r.store) if isinstance(r.store, str) else None
    if isinstance(store, Bucket) and store.name != OPEN and _by_name(r, store):
        set_at(config, "bucket.name", store.name)
    elif isinstance(store, (Bucket, Container)):
        if isinstance(store, Container):
            set_at(config, "account.credentials_id", f"of-{store.account}")
        set_at(config, f"{inside}.name", store.name)
        spec["references"] = {inside: [r.store]}
    elif isinstance(r.store, Either):
        set_at(config, f"{inside}.name", OPEN)
        spec["references"] = {inside: list(r.store.addresses)}
    else:
        set_at(config, f"{inside}.name", OPEN if r.store == OPEN else f"not-declared-{r.address}")
    if r.exists:
        spec["planned"] = {**copy.deepcopy(config), "id": _id(r.address)}
        spec["live"] = copy.deepcopy(spec["planned"])
        if r.was_mode != r.mode:
            spec["live"].pop("connection", None)
            set_at(spec["live"], "connection.mode", r.was_mode)
    else:
        spec["planned"] = {**copy.deepcopy(config), "id": OPEN}
    return spec


def _by_name(r: Repository, store: Bucket) -> bool:
    """Whether the name alone says which bucket it is."""
    return store.cloud == {"amazon_s3": "aws", "s3_glacier": "aws"}.get(
        r.kind, "google" if r.kind == "google_cloud" else "s3")


def _access(a: Access, at: dict[str, Part]) -> Spec:
    config: Spec = {"mode": a.mode}
    set_at(config, "iam_endpoint", a.iam)
    set_at(config, "sts_endpoint", a.sts)
    spec: Spec = {"config": config, "attest": attested(a)}
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
        set_at(config, path, value)
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
