"""The double as an HTTP server on loopback."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

from vbrprov_azure.doubles.arm.app import Application, Dropped

#: Whom everybody in the sandbox is.
SUBSCRIPTION: Final = "5a4db0c5-0000-4000-8000-000000000001"
TENANT: Final = "5a4db0c5-0000-4000-8000-000000000002"
CLIENT: Final = "5a4db0c5-0000-4000-8000-000000000003"
OBJECT: Final = "5a4db0c5-0000-4000-8000-000000000004"
_MAX_BODY_BYTES: Final = 4 * 1024 * 1024
_IDLE_SECONDS: Final = 120.0


class ArmDouble:
    """Azure Resource Manager in this process."""

    def __init__(self, port: int = 0) -> None:
        self.app = Application()
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Listen on loopback, on a free port unless one was asked for."""
        self._server = _Server(("127.0.0.1", self._port), self.app)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True,
            name="arm-double")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening; stopping twice is fine."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def reset(self) -> None:
        """Forget all objects, faults, settings and ledger entries."""
        self.app.reset()

    @property
    def endpoint(self) -> str:
        """The URL.

        Raises:
            RuntimeError: The double is not started.
        """
        if self._server is None:
            raise RuntimeError("the double is not started")
        return self._server.base

    def sandbox_endpoints(self) -> dict[str, Any]:
        """What ``ProviderContext.sandbox`` holds for this provider."""
        return {"endpoint": self.endpoint, "subscription_id": SUBSCRIPTION, "tenant_id": TENANT,
                "client_id": CLIENT, "object_id": OBJECT, "poll_seconds": 0.05}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Handler threads end when their sockets close; waiting for each would slow every test.
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], app: Application) -> None:
        self.app = app
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, peer = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(_IDLE_SECONDS)
        with self._open_lock:
            self._open.add(connection)
        return connection, peer

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # Python's
        """Print nothing: standard error belongs to the command that runs."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY_BYTES:
            self.send_error(413)
            return
        raw = self.rfile.read(length) if length else b""
        if len(raw) < length:
            # Whoever sent it died meanwhile: no service takes half a body for a whole one.
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = self.server.app.handle(self.command, self.path, headers, raw,
                                            self.server.base)
        except Dropped:
            self._cut()
            return
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.status != 204:
            self.wfile.write(body)

    do_GET = do_PUT = do_PATCH = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815

    def _cut(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
