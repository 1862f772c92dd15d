"""The double as an HTTPS server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from vbrprov.sdk.loopback import Loopback, LoopbackHandler, LoopbackServer
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
    import socket
    import ssl
    from collections.abc import Sequence
    from types import TracebackType

    from vbrprov_veeam.doubles.vbr.json_types import Json

_BUILDS = {"1.3-rev1": "13.0.1.180", "1.3-rev2": "13.1.0.411"}


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
        self._loopback = Loopback()
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
        return f"https://{self._address[0]}:{self._loopback.port}"

    def start(self) -> Self:
        """Open the port and serve in a thread."""
        self._loopback.start(_Server(self._address, self._context, self))
        return self

    def stop(self) -> None:
        """Close the port and every connection; stopping twice is fine."""
        self._loopback.stop()

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


class _Server(LoopbackServer):
    def __init__(self, address: tuple[str, int], tls: ssl.SSLContext, double: VbrDouble) -> None:
        self.double = double
        self._tls = tls
        super().__init__(address, _Handler)

    def secured(self, connection: socket.socket) -> socket.socket:
        # The handshake happens in the handler's thread: a client that hangs in it must not stop
        # others from connecting.
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)


class _Handler(LoopbackHandler):
    server_version = "VbrDouble"
    most_bytes = 4 * 1024 * 1024
    server: _Server

    def _serve(self) -> None:
        raw = self.whole_body()
        if raw is None:
            return
        if self.path.startswith("/_double/") and not self._from_loopback():
            self._send(Answer(403, {"error": "loopback only"}))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.double.handle(self.command, self.path, headers, raw)
        if answer.dropped:
            self.cut()
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
