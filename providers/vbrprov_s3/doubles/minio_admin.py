"""MinIO's admin API on loopback: users, policies, service accounts, with sealed bodies.

    python -m vbrprov_s3.doubles.minio_admin --port 0

prints one line of JSON and serves. Requests must be signed and sealed with the right key. Codes are
those of https://github.com/minio/minio/blob/master/cmd/api-errors.go and admin-handlers-users.go.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from vbrprov.sdk.loopback import Loopback, LoopbackHandler, LoopbackServer
from vbrprov_s3.doubles.minio_accounts import (
    ACCESS_KEY,
    SECRET_KEY,
    Accounts,
    Query,
    RefusalError,
)
from vbrprov_s3.doubles.signature import signed_by
from vbrprov_s3.minio.client import PREFIX
from vbrprov_s3.minio.sealing import SealError, seal, unseal

CONTROL: Final = "/_double/"
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
        self._loopback = Loopback()

    def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        self._loopback.start(LoopbackServer(("127.0.0.1", port), _handler(self)))

    def stop(self) -> None:
        """Stop listening."""
        self._loopback.stop()

    @property
    def endpoint(self) -> str:
        """The URL."""
        return self._loopback.url

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


def _handler(double: MinioAdminDouble) -> type[LoopbackHandler]:
    class Handler(LoopbackHandler):
        def _do(self) -> None:
            body = self.whole_body()
            if body is None:
                return
            if self.path.startswith(CONTROL):
                self._send(200, self._control(self.path.removeprefix(CONTROL), body))
                return
            try:
                self._send(*double.answer(self.command, self.path, self.headers, body))
            except RefusalError as refusal:
                told = {"Code": refusal.code, "Message": refusal.text, "RequestId": "double"}
                self._send(refusal.status, json.dumps(told).encode())
            except ConnectionError:
                self.cut()

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
