"""HMAC keys of the double."""

from __future__ import annotations

import secrets
import string

from vbrprov_google.doubles.calls import Call, handles, page
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Json, digest, now

_API = "storage.v1"


def _find(call: Call) -> Json:
    project = call.world.project_id(call.path["projectId"])
    found = call.world.hmac_keys.get(call.path["accessId"])
    if found is None or found["projectId"] != project:
        raise ApiError("not_found", f"Access ID not found in project {project}.")
    return found


@handles(_API, "projects.hmacKeys.create")
def create(call: Call) -> Json:
    """Make a key; its secret is told once."""
    project = call.world.project_id(call.path["projectId"])
    account = call.world.account(call.query["serviceAccountEmail"], project)
    access = "GOOG1E" + "".join(secrets.choice(string.ascii_uppercase + "234567")
                                for _ in range(55))
    moment = now()
    meta: Json = {
        "kind": "storage#hmacKeyMetadata", "accessId": access, "id": f"{project}/{access}",
        "selfLink": f"https://www.googleapis.com/storage/v1/projects/{project}/hmacKeys/{access}",
        "projectId": project, "serviceAccountEmail": account["email"], "state": "ACTIVE",
        "timeCreated": moment, "updated": moment, "etag": digest(access, "ACTIVE"),
    }
    call.world.hmac_keys[access] = meta
    secret = secrets.token_urlsafe(30)
    call.world.told.append(secret)
    return {"kind": "storage#hmacKey", "metadata": meta, "secret": secret}


@handles(_API, "projects.hmacKeys.get")
def get(call: Call) -> Json:
    """Read a key. One that was deleted is still told, in state DELETED."""
    return _find(call)


@handles(_API, "projects.hmacKeys.list")
def listing(call: Call) -> Json:
    """The keys of the project or of one account."""
    project = call.world.project_id(call.path["projectId"])
    wanted = call.query.get("serviceAccountEmail")
    found = [key for key in call.world.hmac_keys.values()
             if wanted in (None, key["serviceAccountEmail"]) and key["projectId"] == project
             and (call.flag("showDeletedKeys") or key["state"] != "DELETED")]
    items, token = page(call, found, "maxResults", 250)
    return {"kind": "storage#hmacKeysMetadata", **({"items": items} if items else {}),
            **({"nextPageToken": token} if token else {})}


@handles(_API, "projects.hmacKeys.update")
def update(call: Call) -> Json:
    """Switch a key on or off."""
    key, state = _find(call), call.body.get("state")
    if state not in ("ACTIVE", "INACTIVE") or key["state"] == "DELETED":
        raise ApiError("invalid", "The state of a key is ACTIVE or INACTIVE.")
    if call.body.get("etag", key["etag"]) != key["etag"]:
        raise ApiError("precondition")
    if state == key["state"]:
        raise ApiError("hmac_same")
    key.update(state=state, updated=now(), etag=digest(key["accessId"], state, now()))
    return key


@handles(_API, "projects.hmacKeys.delete")
def delete(call: Call) -> None:
    """Delete an inactive key."""
    key = _find(call)
    if key["state"] == "ACTIVE":
        raise ApiError("hmac_active")
    key.update(state="DELETED", updated=now())
