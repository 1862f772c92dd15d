"""Custom roles of the double: deleted ones stay for a while and block their id.

https://docs.cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role
"""

from __future__ import annotations

import re
from typing import Final

from vbrprov_google.doubles.calls import Call, handles
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Json, digest

_API = "iam.v1"
_BASE = "projects.roles"
_ID: Final = re.compile(r"[a-zA-Z0-9_.]{3,64}")
_PERMISSION: Final = re.compile(r"[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+")
_STAGES: Final = ("ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP")


def _check(role: Json) -> None:
    for permission in role.get("includedPermissions", []):
        if not _PERMISSION.fullmatch(permission):
            raise ApiError("invalid", f"Permission {permission} is not valid.")
    if len(role.get("title", "")) > 100 or len(role.get("description", "")) > 300:
        raise ApiError("invalid", "A title has at most 100 characters, a description 300.")
    if role.get("stage", "GA") not in _STAGES:
        raise ApiError("invalid", f"Invalid stage {role['stage']}.")


def _find(call: Call) -> Json:
    name = f"{_parent(call)}{call.path['rolesId']}"
    found = call.world.roles.get(name)
    if found is None:
        raise ApiError("not_found", f"The role named {name} was not found.")
    return found


def _parent(call: Call) -> str:
    return f"projects/{call.world.project_id(call.path['projectsId'])}/roles/"


def _same(role: Json, etag: str | None) -> None:
    if etag and etag != role["etag"]:
        raise ApiError("stale_policy")


def _touch(call: Call, role: Json) -> Json:
    role["etag"] = digest(role["name"], call.world.number())
    return role


@handles(_API, f"{_BASE}.create")
def create(call: Call) -> Json:
    """Make a role."""
    world = call.world
    own, role = str(call.body.get("roleId", "")), dict(call.body.get("role", {}))
    name = f"{_parent(call)}{own}"
    if not _ID.fullmatch(own):
        raise ApiError("invalid", f"The role_id {own} has 3 to 64 letters, digits, dots and "
                                  "underscores.")
    if name in world.gone_roles or world.roles.get(name, {}).get("deleted"):
        raise ApiError("role_deleted")
    if name in world.roles:
        raise ApiError("exists", f"A role named {name} already exists.")
    _check(role)
    world.roles[name] = {**role, "name": name}
    return _touch(call, world.roles[name])


@handles(_API, f"{_BASE}.get")
def get(call: Call) -> Json:
    """Read a role, also a deleted one."""
    return _find(call)


@handles(_API, f"{_BASE}.list")
def listing(call: Call) -> Json:
    """The roles of the project."""
    parent = _parent(call)
    return {"roles": [r for name, r in call.world.roles.items() if name.startswith(parent) and (
        call.flag("showDeleted") or not r.get("deleted"))]}


@handles(_API, f"{_BASE}.patch")
def patch(call: Call) -> Json:
    """Change the fields of the mask."""
    role = _find(call)
    if role.get("deleted"):
        raise ApiError("precondition_check", "You can't update a role that is deleted.")
    _same(role, call.body.get("etag"))
    mask = call.query.get("updateMask")
    fields = mask.split(",") if mask else [
        "title", "description", "includedPermissions", "stage"]
    changed = {k: v for k, v in role.items() if k not in fields}
    changed.update({k: call.body[k] for k in fields if call.body.get(k)})
    _check(changed)
    role.clear()
    role.update(changed)
    return _touch(call, role)


@handles(_API, f"{_BASE}.delete")
def delete(call: Call) -> Json:
    """Delete a role softly."""
    role = _find(call)
    if role.get("deleted"):
        raise ApiError("precondition_check", "The role is deleted already.")
    _same(role, call.query.get("etag"))
    role["deleted"] = True
    return _touch(call, role)


@handles(_API, f"{_BASE}.undelete")
def undelete(call: Call) -> Json:
    """Bring a deleted role back."""
    role = _find(call)
    if not role.get("deleted"):
        raise ApiError("precondition_check", "The role is not deleted.")
    _same(role, call.body.get("etag"))
    del role["deleted"]
    return _touch(call, role)
