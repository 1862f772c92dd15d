"""A server that speaks Terraform's HTTP state protocol, in a process of its own.

It refuses what a careful server refuses: a second lock, a write under another lock's id, a body
that is not its MD5. ``--careless`` takes every write. Its port is the first line of its output, and
it ends when its input does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CARELESS = "--careless" in sys.argv
GUARD = threading.Lock()
STATES: dict[str, bytes] = {}
LOCKS: dict[str, bytes] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionResetError("the client died before it had sent everything")
        return body

    @property
    def _name(self) -> str:
        return urlsplit(self.path).path

    def do_GET(self) -> None:
        found = STATES.get(self._name)
        self._answer(404 if found is None else 200, found or b"")

    def do_POST(self) -> None:
        body = self._body()
        given = parse_qs(urlsplit(self.path).query).get("ID", [""])[0]
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        if self.headers.get("Content-MD5") != digest:
            return self._answer(400)
        with GUARD:
            held = LOCKS.get(self._name)
            if not CARELESS and (json.loads(held)["ID"] if held else "") != given:
                return self._answer(423 if held else 409, held or b"")
            STATES[self._name] = body
        return self._answer(200)

    def do_LOCK(self) -> None:
        body = self._body()
        with GUARD:
            held = LOCKS.setdefault(self._name, body)
        self._answer(200 if held is body else 423, held)

    def do_UNLOCK(self) -> None:
        body = self._body()
        with GUARD:
            held = LOCKS.get(self._name)
            # Without a lock's id it is Terraform's force-unlock.
            if held is not None and body and json.loads(held)["ID"] != json.loads(body)["ID"]:
                return self._answer(409, held)
            LOCKS.pop(self._name, None)
        return self._answer(200)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
# Clients die in the middle of a call: that is what this is for.
server.handle_error = lambda request, client_address: None
sys.stdout.write(f"{server.server_address[1]}\n")
sys.stdout.flush()
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
