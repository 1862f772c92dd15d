"""Service accounts of the double and their keys."""

from __future__ import annotations

import base64
import json
import re
import secrets
from datetime import UTC, datetime
from typing import Final

from vbrprov_google.doubles.calls import Call, handles
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Json, digest

_API = "iam.v1"
_BASE = "projects.serviceAccounts"
_ID: Final = re.compile(r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])")
#: https://docs.cloud.google.com/iam/quotas
KEYS_PER_ACCOUNT: Final = 10


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _find(call: Call) -> Json:
    name = call.path["projectsId"]
    project = name if name == "-" else call.world.project_id(name)
    return call.world.account(call.path["serviceAccountsId"], project)


def _touch(account: Json) -> Json:
    account["etag"] = digest(account["email"], account.get("displayName"),
                             account.get("description"), account.get("disabled"))
    return account


def _check(fields: Json) -> None:
    if len(fields.get("displayName", "").encode()) > 100:
        raise ApiError("invalid", "The display name has at most 100 bytes.")
    if len(fields.get("description", "").encode()) > 256:
        raise ApiError("invalid", "The description has at most 256 bytes.")


@handles(_API, f"{_BASE}.create")
def create(call: Call) -> Json:
    """Make an account."""
    world = call.world
    project = world.project_id(call.path["projectsId"])
    name = str(call.body.get("accountId", ""))
    if not _ID.fullmatch(name):
        raise ApiError("invalid", f"The account ID \"{name}\" does not have a length between 6 and "
                                  "30 or does not begin with a letter.")
    email = f"{name}@{project}.iam.gserviceaccount.com"
    if email in world.accounts:
        raise ApiError("exists", f"Service account {name} already exists within project "
                                 f"projects/{project}.")
    fields = call.body.get("serviceAccount", {})
    _check(fields)
    account: Json = {
        "name": f"projects/{project}/serviceAccounts/{email}", "projectId": project,
        "uniqueId": str(100_000_000_000_000_000_000 + world.number()), "email": email,
        "oauth2ClientId": str(200_000_000_000_000_000_000 + world.number()),
        **{k: fields[k] for k in ("displayName", "description") if fields.get(k)},
    }
    world.accounts[email] = account
    return _touch(account)


@handles(_API, f"{_BASE}.get")
def get(call: Call) -> Json:
    """Read an account."""
    return _find(call)


@handles(_API, f"{_BASE}.list")
def listing(call: Call) -> Json:
    """All accounts."""
    project = call.world.project_id(call.path["projectsId"])
    return {"accounts": [a for a in call.world.accounts.values() if a["projectId"] == project]}


@handles(_API, f"{_BASE}.patch")
def patch(call: Call) -> Json:
    """Change the fields of the mask."""
    account, fields = _find(call), call.body.get("serviceAccount", {})
    mask = [name for name in call.body.get("updateMask", "").split(",") if name]
    # https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/patch
    if not mask or set(mask) - {"displayName", "description", "display_name"}:
        raise ApiError("invalid", "Only displayName and description can be patched.")
    _check(fields)
    for name in mask:
        if fields.get(name):
            account[name] = fields[name]
        else:
            account.pop(name, None)
    return _touch(account)


@handles(_API, f"{_BASE}.disable")
def disable(call: Call) -> Json:
    """Disable an account; one that is disabled stays so."""
    _touch_disabled(_find(call), disabled=True)
    return {}


@handles(_API, f"{_BASE}.enable")
def enable(call: Call) -> Json:
    """Enable an account."""
    _touch_disabled(_find(call), disabled=False)
    return {}


def _touch_disabled(account: Json, *, disabled: bool) -> None:
    account.pop("disabled", None)
    if disabled:
        account["disabled"] = True
    _touch(account)


@handles(_API, f"{_BASE}.delete")
def delete(call: Call) -> Json:
    """Delete an account. Bindings keep it under another name, which grants nothing.

    https://docs.cloud.google.com/iam/docs/service-accounts-delete-undelete
    """
    account, world = _find(call), call.world
    email = account["email"]
    del world.accounts[email]
    for name in [n for n in world.account_keys if n.startswith(account["name"] + "/")]:
        del world.account_keys[name]
    for key in [k for k, v in world.hmac_keys.items() if v["serviceAccountEmail"] == email]:
        del world.hmac_keys[key]
    tomb = f"deleted:serviceAccount:{email}?uid={account['uniqueId']}"
    for policy in world.policies.values():
        for binding in policy.get("bindings", []):
            binding["members"] = [tomb if m == f"serviceAccount:{email}" else m
                                  for m in binding["members"]]
    return {}


def _key_pair() -> tuple[str, str]:
    """A private key and its certificate-like public key, both PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    return private, public


@handles(_API, f"{_BASE}.keys.create")
def create_key(call: Call) -> Json:
    """Make a key; its private part is told once."""
    account, world = _find(call), call.world
    mine = [n for n in world.account_keys if n.startswith(account["name"] + "/")]
    if len(mine) >= KEYS_PER_ACCOUNT:
        raise ApiError("precondition_check")
    name = f"{account['name']}/keys/{secrets.token_hex(20)}"
    private, public = _key_pair()
    key: Json = {
        "name": name, "keyOrigin": "GOOGLE_PROVIDED", "keyType": "USER_MANAGED",
        "keyAlgorithm": call.body.get("keyAlgorithm", "KEY_ALG_RSA_2048"),
        "validAfterTime": _moment(), "validBeforeTime": "9999-12-31T23:59:59Z",
        "publicKeyData": base64.b64encode(public.encode()).decode(),
    }
    world.account_keys[name] = key
    file = {
        "type": "service_account", "project_id": account["projectId"],
        "private_key_id": name.split("/")[-1], "private_key": private,
        "client_email": account["email"],
        "client_id": account["uniqueId"], "token_uri": world.token_uri,
        "universe_domain": "googleapis.com",
    }
    shown = {k: v for k, v in key.items() if k != "publicKeyData"}
    document = base64.b64encode(json.dumps(file).encode()).decode()
    world.told += [private, document]
    return {**shown, "privateKeyType": "TYPE_GOOGLE_CREDENTIALS_FILE",
            "privateKeyData": document}


@handles(_API, f"{_BASE}.keys.upload")
def upload_key(call: Call) -> Json:
    """Take a public key of somebody's own."""
    from cryptography import x509

    account, data = _find(call), str(call.body.get("publicKeyData", ""))
    try:
        found = x509.load_pem_x509_certificate(base64.b64decode(data))
    except ValueError:
        raise ApiError("invalid", "The public key is no X.509 certificate.") from None
    name = f"{account['name']}/keys/{secrets.token_hex(20)}"
    key: Json = {
        "name": name, "keyOrigin": "USER_PROVIDED", "keyType": "USER_MANAGED",
        "keyAlgorithm": "KEY_ALG_RSA_2048", "publicKeyData": data, "validAfterTime": _moment(),
        "validBeforeTime": found.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
    }
    call.world.account_keys[name] = key
    return {k: v for k, v in key.items() if k != "publicKeyData"}


def _key(call: Call) -> Json:
    account = _find(call)
    found = call.world.account_keys.get(f"{account['name']}/keys/{call.path['keysId']}")
    if found is None:
        raise ApiError("not_found", "Service account key does not exist.")
    return found


@handles(_API, f"{_BASE}.keys.get")
def get_key(call: Call) -> Json:
    """Read a key; its public part when asked for."""
    key = dict(_key(call))
    if call.query.get("publicKeyType", "TYPE_NONE") == "TYPE_NONE":
        key.pop("publicKeyData")
    return key


@handles(_API, f"{_BASE}.keys.list")
def list_keys(call: Call) -> Json:
    """The keys of an account."""
    account = _find(call)
    return {"keys": [{k: v for k, v in key.items() if k != "publicKeyData"}
                     for name, key in call.world.account_keys.items()
                     if name.startswith(account["name"] + "/")]}


@handles(_API, f"{_BASE}.keys.delete")
def delete_key(call: Call) -> Json:
    """Delete a key."""
    del call.world.account_keys[_key(call)["name"]]
    return {}
