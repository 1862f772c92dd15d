"""A cloud in a process of its own, with a ledger that only it writes.

    python ledger_cloud.py

prints one line of JSON with its address and serves until standard input ends. Each *world* is a
cloud by itself: ``/w/<world>/<kind>[/<id>]`` for its objects, ``/ctl/<world>`` to seed it and to
read its ledger, ``/ctl/<world>/plan`` for what goes wrong in it, ``/idle`` to wait for requests
under way.

Five kinds of objects, one for each way to find an object again: ``buckets`` have the name that the
client gives (and parts, each a call of its own), ``records`` take a unique id of the client's,
``volumes`` take tags, ``keys`` tell a secret once, ``logins`` take a secret and keep its hash.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger_world import Refused, World

Json = dict[str, Any]


class Cloud(ThreadingHTTPServer):
    """All worlds. A connection counts from the moment it is accepted until it is closed."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.worlds: dict[str, World] = {}
        self.state = threading.Condition()
        self.connections = 0

    def world(self, name: str) -> World:
        with self.state:
            return self.worlds.setdefault(name, World())

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.state:
            self.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self.state:
            self.connections -= 1
            self.state.notify_all()

    def wait_idle(self) -> None:
        """Until only the connection that asks is left."""
        with self.state:
            self.state.wait_for(lambda: self.connections <= 1, timeout=60)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that died in the middle is what this cloud is for."""
        kind = sys.exc_info()[0]
        if kind is None or not issubclass(kind, (ConnectionError, _Dropped)):
            super().handle_error(request, client_address)


class _Dropped(Exception):  # noqa: N818  # on purpose
    """The connection was broken on purpose."""


class _Handler(BaseHTTPRequestHandler):
    server: Cloud
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            # The client died in the middle of its request.
            raise _Dropped
        body = json.loads(raw) if raw else {}
        path = self.path.strip("/").split("/")
        try:
            if path[0] == "w":
                answer = self._cloud(self.server.world(path[1]), path[2:], body)
            else:
                answer = self._control(path, body)
        except Refused as error:
            self._answer(error.status, {"error": str(error)})
        else:
            self._answer(200, answer)
            self._die_late()

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815  # http.server's names

    def _cloud(self, world: World, path: list[str], body: Json) -> Any:
        self._late = {}
        if self.command == "GET":
            rule = world.begin_read()
            if rule:
                self._kill(rule)
            return world.read(path)
        number, rule, pace = world.begin(self.command, path)
        what = rule.get("do", "")
        if what == "kill_before":
            self._kill(rule)
        if what in ("refuse", "throttle"):
            status, text = (403, "denied") if what == "refuse" else (429, "too many requests")
            world.note(number, self.command, path, status, what)
            raise Refused(status, text)
        if what == "drop_before":
            world.note(number, self.command, path, 0, what)
            self._drop()
        time.sleep(pace[0] + (rule.get("seconds", 0) if what in ("kill_before", "pause") else 0))
        try:
            answer = world.write(self.command, path, body)
        except Refused as error:
            world.note(number, self.command, path, error.status, what)
            raise
        world.note(number, self.command, path, 200, what)
        time.sleep(pace[1] + (rule["seconds"] if what == "hang" else 0))
        if what == "kill_after":
            self._kill(rule)
        if what == "drop_after":
            self._drop()
        if what == "error_after":
            raise Refused(500, "something went wrong")
        if what == "kill_late":
            self._late = rule
        return answer

    _late: Json = {}  # noqa: RUF012  # replaced, never changed

    def _die_late(self) -> None:
        if self._late:
            time.sleep(self._late["seconds"])
            self._kill(self._late)

    def _kill(self, rule: Json) -> None:
        """End the client's process group, as a power cut would, or the client alone."""
        end = os.kill if rule.get("alone") else os.killpg
        with contextlib.suppress(ProcessLookupError):
            end(int(self.headers["X-Process"]), signal.SIGKILL)

    def _drop(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Dropped

    def _control(self, path: list[str], body: Json) -> Any:
        if path[0] == "idle":
            self.server.wait_idle()
            return {}
        world = self.server.world(path[1])
        if path[2:] == ["plan"]:
            world.replan(body)
        elif self.command == "PUT":
            world.seed(body)
        return world.show()

    def _answer(self, status: int, data: Any) -> None:
        text = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Print nothing."""


def main() -> None:
    """Serve until standard input ends."""
    cloud = Cloud()
    host, port = cloud.server_address[:2]
    sys.stdout.write(json.dumps({"endpoint": f"http://{host!s}:{port}"}) + "\n")
    sys.stdout.flush()
    threading.Thread(target=cloud.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
