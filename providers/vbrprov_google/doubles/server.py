"""The double as an HTTP server on loopback."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from vbrprov.sdk.loopback import Loopback, LoopbackHandler, LoopbackServer
from vbrprov_google.doubles.calls import HANDLERS, Call
from vbrprov_google.doubles.document import Method, find, wrong_body, wrong_query
from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.faults import Script
from vbrprov_google.doubles.logins import login
from vbrprov_google.doubles.objects import split_upload, without_nulls
from vbrprov_google.doubles.world import PROJECT, World

for _name in ("accounts", "buckets", "hmac_keys", "objects", "policies", "roles"):
    # Each registers its handlers.
    importlib.import_module(f"vbrprov_google.doubles.{_name}")

_UPLOAD: Final = "/upload"


class GoogleDouble:
    """The services of Google, with a control path ``/_double/`` for tests."""

    def __init__(self) -> None:
        self.world = World()
        self.script = Script()
        self._loopback = Loopback()
        self._token = self.world.new_token()

    def start(self, port: int = 0) -> None:
        """Begin to listen."""
        self._loopback.start(LoopbackServer(("127.0.0.1", port), _handler(self)))
        self.world.token_uri = f"{self.url}/token"

    def stop(self) -> None:
        """Stop listening."""
        self._loopback.stop()

    def reset(self) -> None:
        """Forget all objects and faults; the token stays good."""
        self.world.reset()
        self.world.tokens.add(self._token)
        self.script.clear()

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._loopback.url

    def sandbox_endpoints(self) -> Mapping[str, Any]:
        """What the provider needs."""
        return {"endpoint": self.url, "project": PROJECT, "access_token": self._token}

    def control(self, what: str, data: Any) -> Any:
        """What tests ask: a report, told secrets, faults, a reset, foreign names, a lost role."""
        if what == "faults":
            self.script.add(data)
        elif what == "reset":
            self.reset()
        elif what == "foreign":
            self.world.foreign.add(data["name"])
        elif what == "secrets":
            return [*self.world.told, *sorted(self.world.tokens)]
        elif what == "forget_role":
            # A role is deleted for good after 7 days, and its id is blocked for 30 more.
            self.world.roles.pop(data["name"], None)
            self.world.gone_roles.add(data["name"])
        return self.script.report()

    def answer(self, method: Method, call: Call) -> Any:
        """Check a request, do it, check the answer."""
        problems = [*wrong_query(method, call.query), *wrong_body(method, call.body, answer=False)]
        if problems:
            self.script.violation(method.name, "request", "; ".join(problems))
            raise ApiError("unknown_field", f"Invalid JSON payload received. {problems[0]}")
        with self.world.lock:
            # The answer is taken as it is now: other requests change the same objects.
            text = json.dumps(HANDLERS[method.api, method.name](call))
        result = json.loads(text)
        wrong = wrong_body(method, result, answer=True) if result is not None else []
        if wrong:
            self.script.violation(method.name, "answer", "; ".join(wrong))
        return result


def _handler(double: GoogleDouble) -> type[LoopbackHandler]:
    class Handler(LoopbackHandler):
        def _serve(self) -> None:
            data = self.whole_body()
            if data is None:
                return
            parts = urlsplit(self.path)
            if parts.path.startswith("/_double/"):
                try:
                    self._send(200, double.control(parts.path.removeprefix("/_double/"),
                                                   json.loads(data or b"null")))
                except ValueError as error:
                    self._send(400, {"error": str(error)})
                return
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            try:
                found = login(double.world, parts.path, data)
                if found is not None:
                    self._send(200, found)
                    return
                self._call(parts.path, query, data)
            except ApiError as error:
                self._refuse(error, parts.path)

        def _call(self, path: str, query: dict[str, str], data: bytes) -> None:
            upload = path.startswith(_UPLOAD)
            named = find(self.command, path.removeprefix(_UPLOAD) if upload else path)
            if named is None:
                raise ApiError("not_found", f"The double has no method for {self.command} {path}.")
            method, values = named
            fault = double.script.next_fault(method.name, path)
            if fault is not None and fault.kind == "delay":
                time.sleep(fault.seconds)
            elif fault is not None and fault.kind == "drop_before":
                self.cut()
                return
            status = 200
            try:
                if fault is not None and fault.kind == "error":
                    raise ApiError(fault.code)
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                if token not in double.world.tokens:
                    raise ApiError("unauthenticated")
                result = double.answer(method, self._read(values, query, data, upload=upload))
            except ApiError as error:
                status = error.refusal.http
                raise
            finally:
                double.script.record(method.name, path, query, status, self.command != "GET")
            if fault is not None and fault.kind == "drop_after":
                self.cut()
                return
            if query.get("alt") == "media":
                self._media(result)
                return
            self._send(200 if result is not None else 204, result)

        def _media(self, resource: Any) -> None:
            """The data of an object, https://docs.cloud.google.com/storage/docs/json_api/v1/objects."""
            body = double.world.bucket(resource["bucket"]).contents[resource["generation"]]
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("X-Goog-Generation", resource["generation"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _read(self, values: dict[str, str], query: dict[str, str], data: bytes, *,
                  upload: bool) -> Call:
            if upload and query.get("uploadType") == "multipart":
                meta, content = split_upload(self.headers.get("Content-Type", ""), data)
                return Call(double.world, values, query, without_nulls(meta), content)
            if upload:
                return Call(double.world, values, query, {}, data)
            try:
                body = json.loads(data) if data else {}
            except ValueError:
                raise ApiError("unknown_field") from None
            return Call(double.world, values, query, body)

        def _refuse(self, error: ApiError, path: str) -> None:
            storage = path.removeprefix(_UPLOAD).startswith("/storage/")
            if path.endswith("/token"):
                self._send(error.refusal.http, {"error": "invalid_grant",
                                                "error_description": error.text})
                return
            self._send(error.refusal.http, error.body(storage))

        def _send(self, status: int, data: Any) -> None:
            body = b"" if status == 204 else json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # http.server's names

    return Handler
