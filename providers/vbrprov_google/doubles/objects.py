"""Objects of the double: as much as emptying a bucket needs, retention included."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from vbrprov_google.doubles.calls import Call, handles, page
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Bucket, Json, now

_API = "storage.v1"


def _resource(bucket: Bucket, item: Json) -> Json:
    return {"kind": "storage#object", "bucket": bucket.resource["name"],
            "id": f"{bucket.resource['name']}/{item['name']}/{item['generation']}", **item}


def _live(bucket: Bucket, name: str) -> Json | None:
    return next((o for o in bucket.objects if o["name"] == name and "timeDeleted" not in o), None)


def _find(call: Call) -> tuple[Bucket, Json]:
    bucket = call.world.bucket(call.path["bucket"])
    name, generation = call.path["object"], call.query.get("generation")
    found = _live(bucket, name) if generation is None else next(
        (o for o in bucket.objects if o["name"] == name and o["generation"] == generation), None)
    if found is None:
        raise ApiError("not_found", f"No such object: {bucket.resource['name']}/{name}")
    return bucket, found


def _check_retained(bucket: Bucket, item: Json) -> None:
    """Refuse to delete or overwrite what is held or retained."""
    if item.get("temporaryHold") or item.get("eventBasedHold"):
        raise ApiError("held")
    ends = []
    if item.get("retention"):
        ends.append(datetime.fromisoformat(item["retention"]["retainUntilTime"]))
    policy = bucket.resource.get("retentionPolicy")
    if policy:
        ends.append(datetime.fromisoformat(item["timeCreated"])
                    + timedelta(seconds=int(policy["retentionPeriod"])))
    if ends and max(ends) > datetime.now(UTC):
        raise ApiError("retained", f"Object '{bucket.resource['name']}/{item['name']}' is subject "
                                   "to retention until "
                                   f"{max(ends).isoformat(timespec='seconds')} and cannot be "
                                   "deleted or overwritten.")


@handles(_API, "objects.insert")
def insert(call: Call) -> Json:
    """Store an object: the data alone (``uploadType=media``) or with its metadata."""
    bucket = call.world.bucket(call.path["bucket"])
    meta: Json = dict(call.body)
    name = call.query.get("name") or str(meta.get("name", ""))
    if not name:
        raise ApiError("required")
    if meta.get("retention") and not bucket.resource.get("objectRetention"):
        # https://docs.cloud.google.com/storage/docs/object-lock
        raise ApiError("invalid", "Object retention is not enabled on the bucket.")
    old = _live(bucket, name)
    wanted = call.query.get("ifGenerationMatch")
    if wanted is not None and wanted != (old["generation"] if old else "0"):
        raise ApiError("precondition")
    if old is not None:
        _replace(bucket, old)
    item = {**meta, "name": name, "size": str(len(call.data)), "timeCreated": now(),
            "updated": now(), "generation": str(1_700_000_000_000_000 + call.world.number()),
            "metageneration": "1", "storageClass": bucket.resource["storageClass"]}
    if bucket.resource.get("defaultEventBasedHold"):
        item["eventBasedHold"] = True
    bucket.objects.append(item)
    bucket.contents[item["generation"]] = call.data
    return _resource(bucket, item)


def _replace(bucket: Bucket, old: Json) -> None:
    if (bucket.resource.get("versioning") or {}).get("enabled"):
        old["timeDeleted"] = now()
        return
    _check_retained(bucket, old)
    bucket.objects.remove(old)


@handles(_API, "objects.get")
def get(call: Call) -> Json:
    """Read the metadata of an object."""
    bucket, found = _find(call)
    return _resource(bucket, found)


@handles(_API, "objects.list")
def listing(call: Call) -> Json:
    """The objects of a bucket; with ``versions`` also the noncurrent ones."""
    bucket = call.world.bucket(call.path["bucket"])
    found = [o for o in bucket.objects if o["name"].startswith(call.query.get("prefix", ""))
             and (call.flag("versions") or "timeDeleted" not in o)]
    found.sort(key=lambda o: (o["name"], int(o["generation"])))
    items, token = page(call, found, "maxResults", 1000)
    answer: Json = {"kind": "storage#objects"}
    if items:
        answer["items"] = [_resource(bucket, item) for item in items]
    if token:
        answer["nextPageToken"] = token
    return answer


@handles(_API, "objects.delete")
def delete(call: Call) -> None:
    """Delete a version for good, or make the live one noncurrent."""
    bucket, found = _find(call)
    if "generation" not in call.query:
        _replace(bucket, found)
        return
    _check_retained(bucket, found)
    bucket.objects.remove(found)


def without_nulls(data: Any) -> Any:
    """What is null is not set."""
    if isinstance(data, dict):
        return {key: without_nulls(value) for key, value in data.items() if value is not None}
    return data


def split_upload(kind: str, data: bytes) -> tuple[Json, bytes]:
    """Metadata and data of a multipart upload; *kind* is its content type."""
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    parts: list[Any] = [p.strip(b"\r\n") for p in data.split(b"--" + boundary)[1:-1]]
    meta = json.loads(parts[0].partition(b"\r\n\r\n")[2])
    return meta, parts[1].partition(b"\r\n\r\n")[2]
