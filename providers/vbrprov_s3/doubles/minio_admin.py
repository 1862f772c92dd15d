"""MinIO's admin API on loopback: users, policies, service accounts, with sealed bodies.

    python -m vbrprov_s3.doubles.minio_admin --port 0

prints one line of JSON and serves. Requests must be signed and sealed with the right key. Codes are
those of https://github.com/minio/minio/blob/master/cmd/api-errors.go and admin-handlers-users.go.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from vbrprov_s3.doubles.signature import signed_by
from vbrprov_s3.minio.client import PREFIX
from vbrprov_s3.minio.sealing import SealError, seal, unseal

ACCESS_KEY: Final = "minioadmin"
SECRET_KEY: Final = "minio-secret"  # noqa: S105  # of a double
CONTROL: Final = "/_double/"
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


#: Command: method, what it does, whether its body and its answer are sealed, status.
Handler = Callable[[Accounts, Query, Any], Any]
COMMANDS: Final[dict[str, tuple[str, Handler, bool, bool, int]]] = {
    "add-user": ("PUT", Accounts.add_user, True, False, 200),
    "user-info": ("GET", Accounts.user_info, False, False, 200),
    "remove-user": ("DELETE", Accounts.remove_user, False, False, 200),
    "set-user-status": ("PUT", Accounts.set_user_status, False, False, 200),
    "add-canned-policy": ("PUT", Accounts.add_policy, False, False, 200),
    "info-canned-policy": ("GET", Accounts.policy_info, False, False, 200),
    "remove-canned-policy": ("DELETE", Accounts.remove_policy, False, False, 204),
    "idp/builtin/policy/attach": ("POST", Accounts.attach, True, True, 200),
    "idp/builtin/policy/detach": ("POST", Accounts.detach, True, True, 200),
    "add-service-account": ("PUT", Accounts.add_account, True, True, 200),
    "info-service-account": ("GET", Accounts.account_info, False, True, 200),
    "list-service-accounts": ("GET", Accounts.list_accounts, False, True, 200),
    "update-service-account": ("POST", Accounts.update_account, True, False, 204),
    "delete-service-account": ("DELETE", Accounts.delete_account, False, False, 204),
}


class MinioAdminDouble:
    """The API in this process."""

    def __init__(self, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY) -> None:
        self.access_key, self.secret_key = access_key, secret_key
        self.accounts = Accounts()
        self.lock = threading.Lock()
        self.ledger: list[str] = []
        #: Commands whose next answer is lost after the work, or before it.
        self.drops: list[tuple[str, str]] = []
        self._server: ThreadingHTTPServer | None = None

    def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True,
                         name="minio-admin-double").start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def endpoint(self) -> str:
        """The URL."""
        if self._server is None:
            raise RuntimeError("the double is not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.accounts.reset()
            self.ledger.clear()
            self.drops.clear()

    def dropped(self, command: str, when: str) -> bool:
        """Whether the answer is to be lost now; each happens once."""
        found = (command, when) in self.drops
        if found:
            self.drops.remove((command, when))
        return found

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        """Do one call.

        Raises:
            RefusalError: It is refused.
            ConnectionError: Its answer is to be lost.
        """
        parts = urlsplit(url)
        command = parts.path.removeprefix(PREFIX)
        found = COMMANDS.get(command)
        if not parts.path.startswith(PREFIX) or found is None or found[0] != method:
            raise RefusalError(404, "XMinioAdminVersionMismatch", "no such call")
        problem = signed_by(method, url, headers, body, self.access_key, self.secret_key)
        if problem:
            raise RefusalError(403, problem, "The request is not signed as it should be.")
        _, handler, sealed_body, sealed_answer, status = found
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        with self.lock:
            if self.dropped(command, "before"):
                raise ConnectionError
            if method != "GET":
                self.ledger.append(command)
            out = handler(self.accounts, query, self._read(body, sealed_body))
            if self.dropped(command, "after"):
                raise ConnectionError
        text = b"" if out is None else json.dumps(out).encode()
        return status, seal(text, self.secret_key) if sealed_answer else text

    def _read(self, body: bytes, sealed: bool) -> Any:
        if not body:
            return {}
        try:
            return json.loads(unseal(body, self.secret_key) if sealed else body)
        except (SealError, ValueError):
            raise RefusalError(400, "XMinioAdminConfigBadJSON",
                               "The body is not JSON that is encrypted for this key.") from None


def _handler(double: MinioAdminDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith(CONTROL):
                self._send(200, self._control(self.path.removeprefix(CONTROL), body))
                return
            try:
                self._send(*double.answer(self.command, self.path, self.headers, body))
            except RefusalError as refusal:
                told = {"Code": refusal.code, "Message": refusal.text, "RequestId": "double"}
                self._send(refusal.status, json.dumps(told).encode())
            except ConnectionError:
                self.close_connection = True
                self.connection.close()

        do_GET = do_PUT = do_POST = do_DELETE = _do  # noqa: N815  # names that http.server asks for

        def _control(self, what: str, body: bytes) -> bytes:
            if what == "reset":
                double.reset()
            elif what == "drop":
                with double.lock:
                    double.drops.append(tuple(json.loads(body)))
            return json.dumps(double.ledger).encode()

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    return Handler


def main() -> int:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m vbrprov_s3.doubles.minio_admin")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    given = parser.parse_args()
    double = MinioAdminDouble()
    double.start(given.port)
    sys.stdout.write(json.dumps({"admin_endpoint": double.endpoint, "access_key": ACCESS_KEY,
                                 "secret_key": SECRET_KEY}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    double.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
