"""The double as an HTTP server on loopback."""

from __future__ import annotations

import json
from typing import Any, Final, Self

from vbrprov.sdk.loopback import Loopback, LoopbackHandler, LoopbackServer
from vbrprov_azure.doubles.arm.app import Application, Dropped

#: Whom everybody in the sandbox is.
SUBSCRIPTION: Final = "5a4db0c5-0000-4000-8000-000000000001"
TENANT: Final = "5a4db0c5-0000-4000-8000-000000000002"
CLIENT: Final = "5a4db0c5-0000-4000-8000-000000000003"
OBJECT: Final = "5a4db0c5-0000-4000-8000-000000000004"


class ArmDouble:
    """Azure Resource Manager in this process."""

    def __init__(self, port: int = 0) -> None:
        self.app = Application()
        self._port = port
        self._loopback = Loopback()

    def start(self) -> Self:
        """Listen on loopback, on a free port unless one was asked for."""
        self._loopback.start(_Server(("127.0.0.1", self._port), self.app))
        return self

    def stop(self) -> None:
        """Stop listening; stopping twice is fine."""
        self._loopback.stop()

    def reset(self) -> None:
        """Forget all objects, faults, settings and ledger entries."""
        self.app.reset()

    @property
    def endpoint(self) -> str:
        """The URL.

        Raises:
            RuntimeError: The double is not started.
        """
        return self._loopback.url

    def sandbox_endpoints(self) -> dict[str, Any]:
        """What ``ProviderContext.sandbox`` holds for this provider."""
        return {"endpoint": self.endpoint, "subscription_id": SUBSCRIPTION, "tenant_id": TENANT,
                "client_id": CLIENT, "object_id": OBJECT, "poll_seconds": 0.05}


class _Server(LoopbackServer):
    def __init__(self, address: tuple[str, int], app: Application) -> None:
        self.app = app
        super().__init__(address, _Handler)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(LoopbackHandler):
    most_bytes = 4 * 1024 * 1024
    server: _Server

    def _answer(self) -> None:
        raw = self.whole_body()
        if raw is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = self.server.app.handle(self.command, self.path, headers, raw,
                                            self.server.base)
        except Dropped:
            self.cut()
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
