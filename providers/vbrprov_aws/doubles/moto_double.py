"""AWS on loopback: moto behind a middleware that keeps a ledger and has faults on demand.

    python -m vbrprov_aws.doubles.moto_double --port 0

prints one line of JSON with the endpoint and serves until it is ended. ``/_double/ledger``,
``/_double/faults`` and ``/_double/reset`` on the same port steer it from another process.
"""

from __future__ import annotations

import argparse
import io
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_aws.doubles import corrections
from vbrprov_aws.doubles.faults import Fault, Script
from vbrprov_aws.doubles.wire import KNOWN_ERRORS, Call, error_body, parse

CONTROL: Final = "/_double/"
#: What moto takes for granted; it checks no signature.
ACCESS_KEY: Final = "AKIASANDBOX000000000"
SECRET_KEY: Final = "sandbox"  # noqa: S105  # no secret: moto accepts anything
REGION: Final = "us-east-1"

#: Kinds of bodies that say what is asked for, and are read before moto reads them.
_READ_HERE: Final = ("application/x-www-form-urlencoded", "application/x-amz-json")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class _DroppedError(ConnectionError):
    """The connection was cut on purpose."""


class Middleware:
    """The WSGI application around moto's."""

    def __init__(self, inner: Application, reset: Callable[[], None]) -> None:
        self._inner = inner
        self._reset = reset
        self.script = Script()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(CONTROL):
            return self._control(path.removeprefix(CONTROL), environ, start_response)
        if path.startswith("/moto-api"):
            return self._inner(environ, start_response)
        call = parse(environ["REQUEST_METHOD"], path, str(environ.get("QUERY_STRING", "")),
                     _form(environ), str(environ.get("HTTP_AUTHORIZATION", "")),
                     str(environ.get("HTTP_X_AMZ_TARGET", "")))
        fault = self.script.next_fault(call.operation, call.name)
        if fault is not None:
            answer = self._before(fault, call, environ, start_response)
            if answer is not None:
                return answer
        return self._through(fault, call, environ, start_response)

    def _before(self, fault: Fault, call: Call, environ: Environ,
                start_response: StartResponse) -> Iterable[bytes] | None:
        if fault.kind == "delay":
            time.sleep(fault.seconds)
            return None
        if fault.kind == "drop_before":
            self._note(call, 0, fault.kind)
            _cut(environ)
        if fault.kind == "error":
            status, text = KNOWN_ERRORS.get(fault.code, (400, fault.code))
            _drain(environ)
            return self._refuse(call, environ, start_response, fault.status or status, fault.code,
                                fault.message or text)
        return None

    def _through(self, fault: Fault | None, call: Call, environ: Environ,
                 start_response: StartResponse) -> Iterable[bytes]:
        seen: list[int] = []

        def started(status: str, headers: Any, *rest: Any) -> Any:
            seen.append(int(status.split()[0]))
            return start_response(status, headers, *rest)

        if fault is not None and fault.kind == "drop_after":
            def swallow(status: str, headers: Any, *rest: Any) -> Any:
                seen.append(int(status.split()[0]))
                return lambda data: None

            b"".join(self._inner(environ, swallow))
            self._note(call, seen[0] if seen else 0, fault.kind)
            _cut(environ)
        try:
            answer = list(self._inner(environ, started))
        except Exception as error:  # noqa: BLE001  # moto raises what it cannot do, of any type
            missing = isinstance(error, NotImplementedError)
            return self._refuse(call, environ, start_response, 501 if missing else 500,
                                "NotImplemented" if missing else "InternalError",
                                f"{type(error).__name__}: {error}")
        self._note(call, seen[0] if seen else 0, fault.kind if fault else "")
        return answer

    def _refuse(self, call: Call, environ: Environ, start_response: StartResponse, status: int,
                code: str, text: str) -> Iterable[bytes]:
        self._note(call, status, code)
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else error_body(call.service, code, text)
        start_response(f"{status} Refused", [("Content-Type", "application/xml"),
                                             ("Content-Length", str(len(body)))])
        return [body]

    def _note(self, call: Call, status: int, fault: str) -> None:
        if call.mutating:
            self.script.record(call, status, fault)

    def _control(self, what: str, environ: Environ,
                 start_response: StartResponse) -> Iterable[bytes]:
        method, status, out = environ["REQUEST_METHOD"], "200 OK", {}  # type: str, str, Any
        try:
            if what == "ledger" and method == "GET":
                out = self.script.ledger()
            elif what == "faults" and method == "GET":
                out = self.script.faults()
            elif what == "faults" and method == "POST":
                rules = json.loads(_body(environ) or b"[]")
                for rule in rules if isinstance(rules, list) else [rules]:
                    self.script.add(rule)
            elif what == "faults" and method == "DELETE":
                self.script.clear_faults()
            elif what == "reset" and method == "POST":
                self.reset()
            else:
                status, out = "404 Not Found", {"error": "ledger, faults or reset"}
        except ValueError as error:
            status, out = "400 Bad Request", {"error": str(error)}
        body = json.dumps(out).encode()
        start_response(status, [("Content-Type", "application/json"),
                                ("Content-Length", str(len(body)))])
        return [body]

    def reset(self) -> None:
        """Forget all objects, faults and ledger entries."""
        self._reset()
        self.script.clear()


def _body(environ: Environ) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    data: bytes = environ["wsgi.input"].read(length) if length else b""
    return data


def _form(environ: Environ) -> str:
    """The form of a query request, or a JSON body; put back for moto to read."""
    if not str(environ.get("CONTENT_TYPE", "")).startswith(_READ_HERE):
        return ""
    data = _body(environ)
    environ["wsgi.input"] = io.BytesIO(data)
    return data.decode("utf-8", "replace")


def _drain(environ: Environ) -> None:
    # A body left unread makes the client see a reset connection instead of the error.
    if not str(environ.get("CONTENT_TYPE", "")).startswith(_READ_HERE):
        _body(environ)


def _cut(environ: Environ) -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
    raise _DroppedError("dropped on purpose")


class AwsDouble:
    """AWS in this process. moto keeps its objects in the process, so one double per process."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._middleware: Middleware | None = None

    def start(self) -> None:
        """Listen on loopback, on a free port unless one was asked for.

        Raises:
            ProviderError: moto is not installed.
        """
        try:
            from moto.moto_api._internal.models import moto_api_backend
            from moto.moto_server.werkzeug_app import (
                DomainDispatcherApplication,
                MotoRequestHandler,
                create_backend_app,
            )
            from werkzeug.serving import make_server
        except ImportError as error:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "Sandbox is not installed",
                f"The sandbox for AWS needs moto, which is missing ({error}).",
                hint="pip install 'vbrprov[sandbox]'") from error

        corrections.apply()

        class QuietHandler(MotoRequestHandler):
            # An answer goes out in two writes; without this the second waits 40 ms for the
            # client's delayed acknowledgement.
            disable_nagle_algorithm = True

            def log(self, type: str, message: str, *args: Any) -> None:  # werkzeug's
                """Print nothing: standard error belongs to the command that runs."""

        self._middleware = Middleware(DomainDispatcherApplication(create_backend_app),
                                      moto_api_backend.reset)
        self._server = make_server("127.0.0.1", self._port, self._middleware, threaded=True,
                                   request_handler=QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True,
                                        name="aws-double")
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def endpoint(self) -> str:
        """The URL of all services."""
        if self._server is None:
            raise RuntimeError("the double is not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def sandbox_endpoints(self) -> dict[str, Any]:
        """What ``ProviderContext.sandbox`` holds for this provider."""
        return {"endpoint": self.endpoint, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY,
                "region": REGION}

    def _running(self) -> Middleware:
        if self._middleware is None:
            raise RuntimeError("the double is not started")
        return self._middleware

    def ledger(self) -> list[dict[str, Any]]:
        """Every request that was meant to change something, oldest first; never a secret."""
        return self._running().script.ledger()

    def add_fault(self, **rule: Any) -> None:
        """Have a fault: the fields of ``faults.Fault``."""
        self._running().script.add(rule)

    def faults(self) -> list[dict[str, Any]]:
        """The faults and how often each happened."""
        return self._running().script.faults()

    def reset(self) -> None:
        """Forget all objects, faults and ledger entries."""
        self._running().reset()


def main(arguments: list[str] | None = None) -> int:
    """Serve until standard input ends or the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m vbrprov_aws.doubles.moto_double",
                                     description="AWS on loopback for tests and the sandbox.")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    parser.add_argument("--until-eof", action="store_true",
                        help="end when standard input is closed")
    given = parser.parse_args(arguments)
    double = AwsDouble(given.port)
    double.start()
    line: Mapping[str, Any] = double.sandbox_endpoints()
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    try:
        if given.until_eof:
            sys.stdin.read()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    double.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
