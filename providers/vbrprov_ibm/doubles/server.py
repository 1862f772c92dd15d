"""IBM Cloud's REST services on loopback.

    python -m vbrprov_ibm.doubles.server --s3 http://127.0.0.1:9000

prints one line of JSON and serves until standard input ends. Whether a bucket exists is asked of
the S3 double at the address given.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from vbrprov.sdk.loopback import Loopback, LoopbackHandler, LoopbackServer
from vbrprov_ibm.doubles.cloud import ACCOUNT, API_KEY, Cloud, RefusalError

CONTROL: Final = "/_double/"


class IbmDouble:
    """The services in this process."""

    def __init__(self, s3_endpoint: str) -> None:
        self._s3 = s3_endpoint
        self.cloud = Cloud(self._bucket_exists)
        self.lock = threading.RLock()
        self.ledger: list[str] = []
        #: ``[METHOD PATH-PREFIX, before|after]`` whose next answer is lost.
        self.drops: list[list[str]] = []
        self._loopback = Loopback()

    def _bucket_exists(self, bucket: str) -> bool:
        import urllib3

        answer = urllib3.request("HEAD", f"{self._s3}/{bucket}", retries=False, headers={
            # moto tells services apart by the credential.
            "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, "
                             "SignedHeaders=host, Signature=x"})
        return answer.status == 200

    def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        self._loopback.start(LoopbackServer(("127.0.0.1", port), _handler(self)))

    def stop(self) -> None:
        """Stop listening."""
        self._loopback.stop()

    @property
    def endpoint(self) -> str:
        """The URL of all services."""
        return self._loopback.url

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.cloud.reset()
            self.ledger.clear()
            self.drops.clear()

    def _dropped(self, method: str, path: str, when: str) -> bool:
        for entry in self.drops:
            if f"{method} {path}".startswith(entry[0]) and entry[1] == when:
                self.drops.remove(entry)
                return True
        return False

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> tuple[int, Any, str]:
        """Status, data and entity tag of one call.

        Raises:
            RefusalError: It is refused.
            ConnectionError: Its answer is to be lost.
        """
        parts = urlsplit(url)
        path = [unquote(part) for part in parts.path.strip("/").split("/")]
        query = dict(parse_qsl(parts.query))
        with self.lock:
            if path == ["identity", "token"]:
                return 200, self.cloud.token(dict(parse_qsl(body.decode()))), ""
            self.cloud.check(str(headers.get("Authorization", "")))
            if self._dropped(method, parts.path, "before"):
                raise ConnectionError
            if method != "GET":
                self.ledger.append(f"{method} /{path[0]}/{path[1]}")
            try:
                data = json.loads(body) if body else {}
            except ValueError:
                raise RefusalError(400, "invalid_body", "The body is no JSON.") from None
            out = self._route(method, path, query, data, str(headers.get("If-Match", "")))
            if self._dropped(method, parts.path, "after"):
                raise ConnectionError
            return out

    def _route(self, method: str, path: list[str], query: dict[str, str], body: Any,
               tag: str) -> tuple[int, Any, str]:
        cloud, what = self.cloud, "/".join(path[:2])
        if what == "v1/apikeys":
            return 200, {"account_id": ACCOUNT, "iam_id": "IBMid-double", "name": "double"}, ""
        if what == "v2/resource_groups":
            return 200, cloud.groups(query), ""
        if what == "v1/b":
            if method == "PATCH":
                cloud.configure(path[2], body)
                return 204, None, ""
            return 200, cloud.configuration(path[2]), ""
        table: dict[str, Any] = {
            "v2/resource_instances": (
                cloud.add_instance, cloud.list_instances, cloud.instance, cloud.change_instance),
            "v2/resource_keys": (cloud.add_key, None, cloud.key, None),
            "v1/serviceids": (
                cloud.add_serviceid, lambda q: {"serviceids": [
                    s for s in cloud.serviceids.values() if q.get("name", s["name"]) == s["name"]]},
                cloud.serviceid, cloud.change_serviceid),
            "v1/policies": (
                cloud.add_policy, cloud.list_policies, cloud.policy, cloud.change_policy),
        }
        if what not in table:
            raise RefusalError(404, "not_found", "no such call")
        add, listed, one, change = table[what]
        if len(path) == 2:
            return (201, add(body), "") if method == "POST" else (200, listed(query), "")
        if len(path) == 4:
            return 200, cloud.keys_of(path[2]), ""
        if method == "GET":
            found = one(path[2])
            return 200, found, str(found.get("etag", ""))
        if method == "DELETE":
            self._remove(what, path[2], query)
            return 204, None, ""
        if method == "PATCH":
            return 200, change(path[2], body), ""
        return 200, change(path[2], tag, body), ""

    def _remove(self, what: str, identifier: str, query: dict[str, str]) -> None:
        cloud = self.cloud
        if what == "v2/resource_instances":
            cloud.remove_instance(identifier, query.get("recursive") == "true")
        elif what == "v2/resource_keys":
            del cloud.keys[cloud.key(identifier)["crn"]]
        elif what == "v1/serviceids":
            del cloud.serviceids[cloud.serviceid(identifier)["id"]]
        else:
            del cloud.policies[cloud.policy(identifier)["id"]]


def _handler(double: IbmDouble) -> type[LoopbackHandler]:
    class Handler(LoopbackHandler):
        def _do(self) -> None:
            body = self.whole_body()
            if body is None:
                return
            if self.path.startswith(CONTROL):
                self._send(200, self._control(self.path.removeprefix(CONTROL), body), "")
                return
            try:
                self._send(*double.answer(self.command, self.path, self.headers, body))
            except RefusalError as refusal:
                self._send(refusal.status, refusal.body(), "")
            except ConnectionError:
                self.cut()

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815  # http.server's names

        def _control(self, what: str, body: bytes) -> Any:
            if what == "reset":
                double.reset()
            elif what == "drop":
                with double.lock:
                    double.drops.append(json.loads(body))
            return double.ledger

        def _send(self, status: int, data: Any, tag: str) -> None:
            body = b"" if data is None else json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

    return Handler


def main() -> int:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m vbrprov_ibm.doubles.server")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    parser.add_argument("--s3", required=True, help="URL of the S3 double")
    given = parser.parse_args()
    double = IbmDouble(given.s3)
    double.start(given.port)
    sys.stdout.write(json.dumps({"rest_endpoint": double.endpoint, "api_key": API_KEY}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    double.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
