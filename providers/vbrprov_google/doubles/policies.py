"""IAM policies of the double: of buckets, the project and KMS keys; and those keys.

https://docs.cloud.google.com/iam/docs/policies
"""

from __future__ import annotations

import copy
import re
from typing import Final

from vbrprov_google.doubles.calls import Call, handles
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Json, World, agent_of, digest, now

_PREDEFINED: Final = re.compile(r"roles/[a-z]+(?:\.[A-Za-z]+)*")
_ACCOUNT: Final = re.compile(r"serviceAccount:[^@]+@[^.]+\.iam\.gserviceaccount\.com")
_MEMBER: Final = re.compile(
    r"(?:user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|principal"
    r"|principalSet|deleted:serviceAccount):\S+|allUsers|allAuthenticatedUsers")
_PUBLIC: Final = frozenset({"allUsers", "allAuthenticatedUsers"})
_KMS = "cloudkms.v1"
_KEYS = "projects.locations.keyRings.cryptoKeys"


def _get(world: World, name: str) -> Json:
    policy = world.policies.setdefault(name, {"version": 1, "etag": digest(name, 0)})
    return copy.deepcopy(policy)


def _set(world: World, name: str, policy: Json, stale: str) -> Json:
    """Replace a policy, as long as the etag is the one it has."""
    current = _get(world, name)
    if policy.get("etag", current["etag"]) != current["etag"]:
        raise ApiError(stale)
    merged: dict[str, Json] = {}
    for binding in policy.get("bindings", []):
        _check(world, policy, binding)
        key = f"{binding['role']} {binding.get('condition')}"
        kept = merged.setdefault(key, {**binding, "members": []})
        kept["members"] += [m for m in binding.get("members", []) if m not in kept["members"]]
    bindings = [b for b in merged.values() if b["members"]]
    conditional = any("condition" in b for b in bindings)
    world.policies[name] = {"version": 3 if conditional else 1,
                            "etag": digest(name, world.number()), "bindings": bindings}
    return copy.deepcopy(world.policies[name])


def _check(world: World, policy: Json, binding: Json) -> None:
    role = str(binding.get("role", ""))
    custom = world.roles.get(role, {"deleted": True})
    if not _PREDEFINED.fullmatch(role) and custom.get("deleted"):
        raise ApiError("invalid", f"Role {role} is not supported for this resource.")
    if binding.get("condition") and policy.get("version") != 3:
        raise ApiError("invalid", "A policy with conditions has version 3.")
    for member in binding.get("members", []):
        if not _MEMBER.fullmatch(member):
            raise ApiError("invalid", f"Invalid member: {member}")
        email = member.partition(":")[2]
        agents = [agent_of(project) for project in world.projects.values()]
        if _ACCOUNT.fullmatch(member) and email not in (*world.accounts, *agents):
            raise ApiError("invalid", f"Service account {email} does not exist.")


@handles("storage.v1", "buckets.getIamPolicy")
def get_bucket(call: Call) -> Json:
    """Read the policy of a bucket."""
    name = call.path["bucket"]
    call.world.bucket(name)
    return {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{name}",
            **_get(call.world, f"b/{name}")}


@handles("storage.v1", "buckets.setIamPolicy")
def set_bucket(call: Call) -> Json:
    """Replace the policy of a bucket."""
    name = call.path["bucket"]
    access = call.world.bucket(name).resource["iamConfiguration"]
    members = {m for b in call.body.get("bindings", []) for m in b.get("members", [])}
    if access["publicAccessPrevention"] == "enforced" and members & _PUBLIC:
        raise ApiError("public")
    return {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{name}",
            **_set(call.world, f"b/{name}", call.body, "precondition")}


@handles("cloudresourcemanager.v3", "projects.get")
def get_project(call: Call) -> Json:
    """Read the project."""
    return call.world.project(call.path["projectsId"])


@handles("cloudresourcemanager.v3", "projects.getIamPolicy")
def get_project_policy(call: Call) -> Json:
    """Read the policy of the project."""
    return _get(call.world, f"projects/{call.world.project_id(call.path['projectsId'])}")


@handles("cloudresourcemanager.v3", "projects.setIamPolicy")
def set_project_policy(call: Call) -> Json:
    """Replace the policy of the project."""
    name = f"projects/{call.world.project_id(call.path['projectsId'])}"
    return _set(call.world, name, call.body.get("policy", {}), "stale_policy")


def _ring(call: Call) -> str:
    project = call.world.project_id(call.path["projectsId"])
    return f"projects/{project}/locations/{call.path['locationsId']}/keyRings"


def _key(call: Call) -> str:
    name = f"{_ring(call)}/{call.path['keyRingsId']}/cryptoKeys/{call.path['cryptoKeysId']}"
    if name not in call.world.crypto_keys:
        raise ApiError("not_found", f"CryptoKey {name} not found.")
    return name


@handles(_KMS, "projects.locations.keyRings.create")
def create_ring(call: Call) -> Json:
    """Make a key ring."""
    name = f"{_ring(call)}/{call.query['keyRingId']}"
    if name in call.world.key_rings:
        raise ApiError("exists", f"KeyRing {name} already exists.")
    call.world.key_rings.add(name)
    return {"name": name, "createTime": now()}


@handles(_KMS, f"{_KEYS}.create")
def create_key(call: Call) -> Json:
    """Make a key."""
    ring = f"{_ring(call)}/{call.path['keyRingsId']}"
    if ring not in call.world.key_rings:
        raise ApiError("not_found", f"KeyRing {ring} not found.")
    name = f"{ring}/cryptoKeys/{call.query['cryptoKeyId']}"
    if name in call.world.crypto_keys:
        raise ApiError("exists", f"CryptoKey {name} already exists.")
    call.world.crypto_keys[name] = {
        "name": name, "createTime": now(), "purpose": call.body.get("purpose", "ENCRYPT_DECRYPT")}
    return call.world.crypto_keys[name]


@handles(_KMS, f"{_KEYS}.get")
def get_key(call: Call) -> Json:
    """Read a key."""
    return call.world.crypto_keys[_key(call)]


@handles(_KMS, f"{_KEYS}.getIamPolicy")
def get_key_policy(call: Call) -> Json:
    """Read the policy of a key."""
    return _get(call.world, _key(call))


@handles(_KMS, f"{_KEYS}.setIamPolicy")
def set_key_policy(call: Call) -> Json:
    """Replace the policy of a key."""
    return _set(call.world, _key(call), call.body.get("policy", {}), "stale_policy")
