"""Buckets of the double."""

from __future__ import annotations

import copy
from typing import Any

from vbrprov_google.doubles.bucket_checks import check, check_change, check_new
from vbrprov_google.doubles.calls import Call, handles, page
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import (
    Bucket,
    Json,
    agent_of,
    digest,
    now,
    number_of,
)

_API = "storage.v1"
#: What the service sets itself; silently kept when a request brings it.
_READ_ONLY = frozenset({"kind", "id", "selfLink", "metageneration", "generation", "etag",
                        "timeCreated", "updated", "locationType", "owner"})


def preconditions(call: Call, metageneration: str) -> None:
    """Refuse when the metadata are not those that the caller means."""
    wanted = call.query.get("ifMetagenerationMatch")
    unwanted = call.query.get("ifMetagenerationNotMatch")
    if (wanted is not None and wanted != metageneration) or unwanted == metageneration:
        raise ApiError("precondition")


def touch(resource: Json, metageneration: int) -> None:
    """Count a change."""
    resource.update(metageneration=str(metageneration), updated=now(),
                    etag=digest(resource["name"], metageneration))


def _complete(resource: Json, before: Json | None) -> None:
    """Fill in what follows from the rest."""
    access = resource.setdefault("iamConfiguration", {})
    access.setdefault("publicAccessPrevention", "inherited")
    uniform = access.setdefault("uniformBucketLevelAccess", {"enabled": False})
    uniform.pop("lockedTime", None)
    if uniform.get("enabled"):
        uniform["lockedTime"] = "2027-12-31T00:00:00.000Z"
    access["bucketPolicyOnly"] = dict(uniform)
    resource["storageClass"] = resource.get("storageClass") or "STANDARD"
    for name in ("softDeletePolicy", "retentionPolicy"):
        policy = resource.get(name)
        if policy and policy != (before or {}).get(name):
            policy["effectiveTime"] = now()
    soft = resource.get("softDeletePolicy")
    if soft:
        soft["retentionDurationSeconds"] = str(soft.get("retentionDurationSeconds", "0"))
        if soft["retentionDurationSeconds"] == "0":
            soft.pop("effectiveTime", None)
    if resource.get("retentionPolicy"):
        resource["retentionPolicy"]["retentionPeriod"] = str(
            resource["retentionPolicy"]["retentionPeriod"])
    autoclass = resource.get("autoclass")
    if autoclass and autoclass.get("enabled"):
        autoclass.setdefault("terminalStorageClass", "NEARLINE")
        autoclass.setdefault("toggleTime", now())
    elif autoclass is not None:
        resource["autoclass"] = {"enabled": False}
    for name in ("labels", "lifecycle", "encryption", "customPlacementConfig"):
        if not resource.get(name):
            resource.pop(name, None)
    if not (resource.get("lifecycle") or {"rule": [1]}).get("rule"):
        resource.pop("lifecycle")


@handles(_API, "buckets.insert")
def insert(call: Call) -> Json:
    """Make a bucket. Soft delete is on for 7 days unless said otherwise."""
    world = call.world
    number = number_of(world.project(call.query.get("project", "")))
    resource: Json = {k: v for k, v in copy.deepcopy(call.body).items()
                      if k not in _READ_ONLY and v is not None}
    check_new(resource)
    name = str(resource["name"])
    if name in world.foreign:
        raise ApiError("bucket_taken")
    if name in world.buckets:
        raise ApiError("bucket_mine")
    # Output only; a parameter of the request decides, at creation and never later.
    resource.pop("objectRetention", None)
    if call.flag("enableObjectRetention"):
        resource["objectRetention"] = {"mode": "Enabled"}
    location = str(resource.get("location", "US")).upper()
    multi = location in ("US", "EU", "ASIA")
    dual = bool(resource.get("customPlacementConfig")) or location in (
        "NAM4", "ASIA1", "EUR4", "EUR5", "EUR7", "EUR8")
    resource.setdefault("softDeletePolicy", {"retentionDurationSeconds": "604800"})
    resource.update(
        kind="storage#bucket", id=name, selfLink=f"https://www.googleapis.com/storage/v1/b/{name}",
        projectNumber=number, location=location, generation=str(1_700_000_000_000 + world.number()),
        locationType="dual-region" if dual else "multi-region" if multi else "region",
        timeCreated=now())
    if multi or dual:
        resource.setdefault("rpo", "DEFAULT")
    _complete(resource, None)
    check(world, resource)
    touch(resource, 1)
    world.buckets[name] = Bucket(resource)
    return resource


@handles(_API, "buckets.get")
def get(call: Call) -> Json:
    """Read a bucket."""
    found = call.world.bucket(call.path["bucket"]).resource
    preconditions(call, found["metageneration"])
    return found


@handles(_API, "buckets.list")
def listing(call: Call) -> Json:
    """The buckets of the project."""
    number = number_of(call.world.project(call.query["project"]))
    prefix = call.query.get("prefix", "")
    found = [b.resource for name, b in sorted(call.world.buckets.items())
             if name.startswith(prefix) and b.resource["projectNumber"] == number]
    items, token = page(call, found, "maxResults", 1000)
    return {"kind": "storage#buckets", **({"items": items} if items else {}),
            **({"nextPageToken": token} if token else {})}


def _merge(old: Any, new: Any) -> Any:
    """A JSON merge patch: null takes away."""
    if not isinstance(new, dict):
        return copy.deepcopy(new)
    merged = dict(old) if isinstance(old, dict) else {}
    for key, value in new.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merge(merged.get(key), value)
    return merged


@handles(_API, "buckets.patch")
def patch(call: Call) -> Json:
    """Change some settings of a bucket."""
    bucket = call.world.bucket(call.path["bucket"])
    before = bucket.resource
    preconditions(call, before["metageneration"])
    change = {k: v for k, v in call.body.items() if k not in _READ_ONLY}
    after: Json = _merge(copy.deepcopy(before), change)
    if "softDeletePolicy" in change and change["softDeletePolicy"] is None:
        after["softDeletePolicy"] = {"retentionDurationSeconds": "604800"}
    _complete(after, before)
    check_change(before, after)
    check(call.world, after)
    touch(after, int(before["metageneration"]) + 1)
    bucket.resource = after
    return after


@handles(_API, "buckets.delete")
def delete(call: Call) -> None:
    """Delete an empty bucket. Objects that are soft-deleted do not count."""
    name = call.path["bucket"]
    bucket = call.world.bucket(name)
    preconditions(call, bucket.resource["metageneration"])
    if bucket.objects:
        raise ApiError("not_empty")
    del call.world.buckets[name]
    call.world.policies.pop(f"b/{name}", None)


@handles(_API, "buckets.lockRetentionPolicy")
def lock(call: Call) -> Json:
    """Lock the retention policy for good."""
    resource = call.world.bucket(call.path["bucket"]).resource
    if "ifMetagenerationMatch" not in call.query:
        raise ApiError("required", "Required parameter: ifMetagenerationMatch")
    preconditions(call, resource["metageneration"])
    if not resource.get("retentionPolicy"):
        raise ApiError("invalid", "The bucket has no retention policy.")
    resource["retentionPolicy"]["isLocked"] = True
    touch(resource, int(resource["metageneration"]) + 1)
    return resource


@handles(_API, "projects.serviceAccount.get")
def agent(call: Call) -> Json:
    """The service agent of Cloud Storage; it is made by asking for it."""
    project = call.world.project(call.path["projectId"])
    return {"kind": "storage#serviceAccount", "email_address": agent_of(project)}
