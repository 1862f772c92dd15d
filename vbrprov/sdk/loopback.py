"""What the HTTP servers of doubles have in common: listening, whole requests, cut connections."""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


class LoopbackHandler(BaseHTTPRequestHandler):
    """Handles the requests of one connection; a double adds ``do_GET`` and the like."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet per answer
    #: Longer bodies are not read, in bytes; ``None`` for no limit.
    most_bytes: ClassVar[int | None] = None

    def whole_body(self) -> bytes | None:
        """The request's body; ``None`` when there is nothing to answer.

        Whoever sent half a body died meanwhile: no service takes half a body for a whole one.
        """
        size = int(self.headers.get("Content-Length") or 0)
        if self.most_bytes is not None and size > self.most_bytes:
            self.send_error(413)
            self.close_connection = True
            return None
        body = self.rfile.read(size) if size else b""
        if len(body) < size:
            self.close_connection = True
            return None
        return body

    def cut(self) -> None:
        """Close the connection without an answer."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # the name is Python's
        """Print nothing: standard error belongs to the command that runs."""


class LoopbackServer(ThreadingHTTPServer):
    """Listens, and can close what is still connected."""

    daemon_threads = True
    # Handler threads end when their sockets close; waiting for each would slow every test.
    block_on_close = False
    request_queue_size = 64
    #: Seconds after which a silent connection is closed.
    idle_seconds: ClassVar[float] = 120.0

    def __init__(self, address: tuple[str, int], handler: type[LoopbackHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, peer = self.socket.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(self.idle_seconds)
        connection = self.secured(connection)
        with self._open_lock:
            self._open.add(connection)
        return connection, peer

    def secured(self, connection: socket.socket) -> socket.socket:
        """*connection*, or what encrypts it."""
        return connection

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Close every connection."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client that went away is no news."""


class Loopback:
    """A server and the thread it runs in."""

    def __init__(self) -> None:
        self._server: LoopbackServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens.

        Raises:
            RuntimeError: It does not run.
        """
        if self._server is None:
            raise RuntimeError("the double is not started")
        return self._server.server_port

    @property
    def url(self) -> str:
        """The address without TLS; as :attr:`port`."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, server: LoopbackServer) -> None:
        """Serve in a thread."""
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection; stopping twice is fine."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None
