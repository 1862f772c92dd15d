"""How one gets a token: a key file, a token of another identity provider, impersonation.

These endpoints are not in the discovery documents of the services.
https://docs.cloud.google.com/iam/docs/workload-identity-federation
https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Json, World

_JWT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
#: The only token of another identity provider that the double trusts.
SUBJECT_TOKEN: Final = "subject-token-of-the-pipeline"  # noqa: S105  # a made-up one


def login(world: World, path: str, body: bytes) -> Json | None:
    """The answer to a request for a token, or ``None`` when the path is not about one."""
    if path == "/token":
        return _key_file(world, parse_qs(body.decode()))
    if path == "/sts/v1/token":
        return _exchange(world, parse_qs(body.decode()))
    if path.startswith("/v1/projects/-/serviceAccounts/") and path.endswith(":generateAccessToken"):
        world.account(path.split("/")[-1].partition(":")[0].replace("%40", "@"))
        ends = datetime.now(UTC) + timedelta(hours=1)
        return {"accessToken": world.new_token(),
                "expireTime": ends.isoformat(timespec="seconds").replace("+00:00", "Z")}
    return None


def _key_file(world: World, form: dict[str, list[str]]) -> Json:
    if form.get("grant_type") != [_JWT]:
        raise ApiError("invalid", "unsupported_grant_type")
    head, claims, _ = form["assertion"][0].split(".")
    key = _json(head).get("kid", "")
    email = _json(claims).get("iss", "")
    if not any(name.endswith(f"/{email}/keys/{key}") for name in world.account_keys):
        raise ApiError("invalid", "invalid_grant: Invalid JWT Signature.")
    return {"access_token": world.new_token(), "expires_in": 3599, "token_type": "Bearer"}


def _exchange(world: World, form: dict[str, list[str]]) -> Json:
    if form.get("grant_type") != [_EXCHANGE] or form.get("subject_token") != [SUBJECT_TOKEN]:
        raise ApiError("invalid", "invalid_grant: The subject token is not accepted.")
    return {"access_token": world.new_token(), "expires_in": 3599, "token_type": "Bearer",
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}


def _json(part: str) -> Json:
    loaded: Json = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return loaded
