"""The double as an HTTPS server."""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from vbrprov_veeam.doubles.vbr import document
from vbrprov_veeam.doubles.vbr.app import Answer, Application
from vbrprov_veeam.doubles.vbr.auth import Auth
from vbrprov_veeam.doubles.vbr.context import State, StorageCheck
from vbrprov_veeam.doubles.vbr.control import Control
from vbrprov_veeam.doubles.vbr.faults import Faults
from vbrprov_veeam.doubles.vbr.handlers import MODULES
from vbrprov_veeam.doubles.vbr.ledger import Ledger
from vbrprov_veeam.doubles.vbr.sessions import Sessions
from vbrprov_veeam.doubles.vbr.store import Store
from vbrprov_veeam.doubles.vbr.tls import server_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence
    from types import TracebackType

    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

_BUILDS = {"1.3-rev1": "13.0.1.180", "1.3-rev2": "13.1.0.411"}
_IDLE_SECONDS = 120.0
_MAX_BODY_BYTES = 4 * 1024 * 1024


class VbrDouble:
    """A VBR server on loopback.

    Attributes:
        username: Accepted user name.
        password: Accepted password.
        certificate: The server's certificate as PEM, for clients that want a CA file.
        fingerprint: SHA-256 of the certificate as hexadecimal digits.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        revision: str = "1.3-rev1",
        build: str | None = None,
        username: str = "sandbox",
        password: str = "sandbox",  # noqa: S107  # a double guards nothing
        session_polls: int = 2,
        session_seconds: float | None = 2.0,
        token_seconds: float = 900,
        resource_id: str = "object",
        older_revisions: Sequence[str] = (),
        storage: StorageCheck | None = None,
    ) -> None:
        """Prepare a server; `start` opens the port.

        Args:
            host: Address to listen on.
            port: Port; 0 picks a free one.
            revision: The server's own revision, ``1.3-rev1`` or ``1.3-rev2``. A 1.3-rev2 server
                also speaks 1.3-rev1.
            build: Build number in serverInfo; by default one that fits the revision.
            username: Accepted user name.
            password: Accepted password.
            session_polls: How many reads show a session unfinished.
            session_seconds: Age at which sessions end even if nobody reads them; None for never.
            token_seconds: Life of an access token.
            resource_id: ``resourceId`` of a finished save: ``object``, ``session`` or ``none``.
            older_revisions: More revisions to accept; they are checked against 1.3-rev1.
            storage: Asked when a repository save session runs; a text fails the session.

        Raises:
            ValueError: There is no document for *revision*.
        """
        if revision not in document.DOCUMENTED_REVISIONS:
            raise ValueError(f"revision must be one of {document.DOCUMENTED_REVISIONS}")
        self.username = username
        self.password = password
        self._address = (host, port)
        self._revision = revision
        self._build = build or _BUILDS[revision]
        self._sessions_setup: Json = {
            "polls": session_polls,
            "seconds": session_seconds,
            "resource_id": resource_id,
            "user": f".\\{username}",
        }
        self._token_seconds = token_seconds
        self._storage = storage
        own = document.DOCUMENTED_REVISIONS
        self._revisions = (*own[own.index(revision) :], *older_revisions)
        self._context, self.fingerprint, self.certificate = server_context()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.state = self._new_state()
        self._app = self._new_app()

    def _new_state(self) -> State:
        store = Store()
        state = State(
            revision=self._revision,
            build=self._build,
            store=store,
            sessions=Sessions(store, **self._sessions_setup),
            auth=Auth(self.username, self.password, token_seconds=self._token_seconds),
            ledger=Ledger(),
            faults=Faults(),
            storage=self._storage,
        )
        for module in MODULES:
            if hasattr(module, "seed"):
                module.seed(state)
        return state

    def _new_app(self) -> Application:
        return Application(self.state, Control(self.state, self.reset), self._revisions)

    def reset(self) -> None:
        """Forget everything: objects, sessions, tokens, faults, ledger."""
        self.state = self._new_state()
        self._app = self._new_app()

    def handle(self, method: str, target: str, headers: dict[str, str], raw: bytes) -> Answer:
        """Answer a request without networking; header names in lower case."""
        return self._app.handle(method, target, headers, raw)

    @property
    def url(self) -> str:
        """Base URL of the running server.

        Raises:
            RuntimeError: The server does not run.
        """
        if self._server is None:
            raise RuntimeError("the double does not run")
        host, port = self._server.server_address[:2]
        return f"https://{host!s}:{port}"

    def start(self) -> Self:
        """Open the port and serve in a thread."""
        self._server = _Server(self._address, self._context, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port and every connection; stopping twice is fine."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Handler threads end when their sockets close; waiting for each would slow every test.
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], tls: ssl.SSLContext, double: VbrDouble) -> None:
        self.double = double
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, JsonValue]:
        raw, peer = self.socket.accept()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.settimeout(_IDLE_SECONDS)
        # The handshake happens in the handler's thread: a client that hangs in it must not stop
        # others from connecting.
        secured = self._tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
        with self._open_lock:
            self._open.add(secured)
        return secured, peer

    def shutdown_request(self, request: JsonValue) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: JsonValue, client_address: JsonValue) -> None:
        """Stay quiet: clients that go away are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "VbrDouble"
    wbufsize = -1  # one packet per answer
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY_BYTES:
            self.close_connection = True
            return
        raw = self.rfile.read(length) if length else b""
        if len(raw) < length:
            # Whoever sent it died meanwhile: no service takes half a body for a whole one.
            self.close_connection = True
            return
        if self.path.startswith("/_double/") and not self._from_loopback():
            self._send(Answer(403, {"error": "loopback only"}))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.double.handle(self.command, self.path, headers, raw)
        if answer.dropped:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  # names set by the base class

    def _from_loopback(self) -> bool:
        return self.client_address[0].startswith("127.") or self.client_address[0] == "::1"

    def _send(self, answer: Answer) -> None:
        payload = answer.payload()
        self.send_response(answer.status)
        if payload:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if answer.retry_after is not None:
            self.send_header("Retry-After", answer.retry_after)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the ledger has it all."""
