"""What MinIO's admin API keeps: users, policies, attachments, access keys.

Codes are those of https://github.com/minio/minio/blob/master/cmd/api-errors.go.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any, Final

ACCESS_KEY: Final = "minioadmin"
SECRET_KEY: Final = "minio-secret"  # noqa: S105  # of a double
#: Policies that every MinIO has.
CANNED: Final = ("readwrite", "readonly", "writeonly", "diagnostics", "consoleAdmin")
MAX_SESSION_POLICY: Final = 2048


class RefusalError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


NO_USER = (404, "XMinioAdminNoSuchUser", "The specified user does not exist.")
NO_POLICY = (404, "XMinioAdminNoSuchPolicy", "The canned policy does not exist.")
NO_ACCOUNT = (404, "XMinioInvalidIAMCredentials", "The specified service account is not found")
Query = dict[str, str]


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class Accounts:
    """The state: users, policies, attachments, service accounts."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything but the policies that are always there."""
        self.users: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.policies: dict[str, dict[str, Any]] = {
            name: {"Policy": {"Version": "2012-10-17", "Statement": []}, "CreateDate": _now(),
                   "UpdateDate": _now()} for name in CANNED}

    def _user(self, name: str) -> dict[str, Any]:
        if name not in self.users:
            raise RefusalError(*NO_USER)
        return self.users[name]

    def _key(self, name: str) -> dict[str, Any]:
        if name not in self.keys:
            raise RefusalError(*NO_ACCOUNT)
        return self.keys[name]

    def add_user(self, query: Query, body: Any) -> None:
        """Make a user, or change the secret of one that is there."""
        name = query["accessKey"]
        if name == ACCESS_KEY or name in self.keys:
            raise RefusalError(409, "XMinioInvalidIAMCredentials",
                               "User is not allowed to be same as admin access key")
        if len(name) < 3:
            raise RefusalError(400, "XMinioAdminInvalidAccessKey", "The access key is invalid.")
        if len(body.get("secretKey", "")) < 8:
            raise RefusalError(400, "XMinioAdminInvalidSecretKey", "The secret key is invalid.")
        if body.get("status", "enabled") not in ("enabled", "disabled"):
            raise RefusalError(400, "XMinioAdminInvalidArgument", "Invalid arguments specified.")
        user = self.users.setdefault(name, {"policies": []})
        user.update(secret=body["secretKey"], status=body.get("status", "enabled"), at=_now())

    def user_info(self, query: Query, body: Any) -> Any:
        """One user, never its secret."""
        user = self._user(query["accessKey"])
        return {"status": user["status"], "policyName": ",".join(user["policies"]),
                "memberOf": [], "updatedAt": user["at"]}

    def remove_user(self, query: Query, body: Any) -> None:
        """Delete a user with its keys."""
        self._user(query["accessKey"])
        del self.users[query["accessKey"]]
        self.keys = {k: v for k, v in self.keys.items() if v["parent"] != query["accessKey"]}

    def set_user_status(self, query: Query, body: Any) -> None:
        """Enable or disable a user."""
        user = self._user(query["accessKey"])
        if query["status"] not in ("enabled", "disabled"):
            raise RefusalError(400, "XMinioAdminInvalidArgument", "Invalid arguments specified.")
        user.update(status=query["status"], at=_now())

    def add_policy(self, query: Query, body: Any) -> None:
        """Make or overwrite a policy."""
        if not isinstance(body, dict) or not body.get("Statement") or any(
                "Principal" in statement for statement in body["Statement"]):
            raise RefusalError(400, "XMinioMalformedIAMPolicy", "policy is malformed")
        old = self.policies.get(query["name"], {})
        self.policies[query["name"]] = {
            "Policy": body, "CreateDate": old.get("CreateDate", _now()), "UpdateDate": _now()}

    def policy_info(self, query: Query, body: Any) -> Any:
        """One policy; with its dates when asked for version 2."""
        found = self.policies.get(query["name"])
        if found is None:
            raise RefusalError(*NO_POLICY)
        return {"PolicyName": query["name"], **found} if query.get("v") == "2" else found["Policy"]

    def remove_policy(self, query: Query, body: Any) -> None:
        """Delete a policy that nobody has."""
        if query["name"] not in self.policies:
            raise RefusalError(*NO_POLICY)
        if any(query["name"] in user["policies"] for user in self.users.values()):
            raise RefusalError(400, "XMinioIAMPolicyInUse",
                               "The policy cannot be removed, as it is in use")
        del self.policies[query["name"]]

    def attach(self, query: Query, body: Any) -> Any:
        """Give policies to a user."""
        user = self._user(body["user"])
        if any(name not in self.policies for name in body["policies"]):
            raise RefusalError(*NO_POLICY)
        new = [name for name in body["policies"] if name not in user["policies"]]
        self._changed(user, new)
        user["policies"] += new
        return {"policiesAttached": new, "updatedAt": user["at"]}

    def detach(self, query: Query, body: Any) -> Any:
        """Take policies from a user."""
        user = self._user(body["user"])
        gone = [name for name in body["policies"] if name in user["policies"]]
        self._changed(user, gone)
        user["policies"] = [name for name in user["policies"] if name not in gone]
        return {"policiesDetached": gone, "updatedAt": user["at"]}

    def _changed(self, user: dict[str, Any], what: list[str]) -> None:
        if not what:
            raise RefusalError(400, "XMinioAdminPolicyChangeAlreadyApplied",
                               "The specified policy change is already in effect.")
        user["at"] = _now()

    def add_account(self, query: Query, body: Any) -> Any:
        """Make an access key of a user."""
        self._user(body["targetUser"])
        self._session(body.get("policy"))
        key, secret = secrets.token_hex(10).upper(), secrets.token_urlsafe(30)
        self.keys[key] = {
            "parent": body["targetUser"], "policy": body.get("policy"), "status": "on",
            "description": body.get("description", ""), "expiration": body.get("expiration")}
        return {"credentials": {"accessKey": key, "secretKey": secret,
                                "expiration": body.get("expiration") or "1970-01-01T00:00:00Z"}}

    def _session(self, policy: Any) -> None:
        if policy is not None and len(json.dumps(policy)) > MAX_SESSION_POLICY:
            raise RefusalError(400, "XMinioIAMServiceAccountSessionPolicyTooLarge",
                               "Session policy should not exceed 2048 characters")

    def account_info(self, query: Query, body: Any) -> Any:
        """One access key, never its secret."""
        found = self._key(query["accessKey"])
        return {"parentUser": found["parent"], "accountStatus": found["status"],
                "impliedPolicy": found["policy"] is None,
                "policy": json.dumps(found["policy"] or {"Statement": []}),
                "description": found["description"],
                **({"expiration": found["expiration"]} if found["expiration"] else {})}

    def list_accounts(self, query: Query, body: Any) -> Any:
        """The access keys of a user."""
        return {"accounts": [{"accessKey": key, "parentUser": found["parent"]}
                             for key, found in self.keys.items()
                             if found["parent"] == query["user"]]}

    def update_account(self, query: Query, body: Any) -> None:
        """Change what is said; empty texts are as if not said."""
        found = self._key(query["accessKey"])
        if body.get("newStatus", "on") not in ("on", "off", "enabled", "disabled"):
            raise RefusalError(400, "XMinioAdminInvalidArgument", "Invalid arguments specified.")
        self._session(body.get("newPolicy"))
        for name in ("Policy", "Description", "Status", "Expiration"):
            if body.get(f"new{name}"):
                found[name.lower()] = body[f"new{name}"]

    def delete_account(self, query: Query, body: Any) -> None:
        """Delete an access key."""
        self._key(query["accessKey"])
        del self.keys[query["accessKey"]]
