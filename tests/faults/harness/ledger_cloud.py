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
import hashlib
import json
import os
import random
import signal
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

KINDS = ("buckets", "records", "volumes", "keys", "logins")


class Refused(Exception):  # noqa: N818  # an answer, not a fault of the cloud
    """An answer that is no success."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class World:
    """The objects of one trial, what was done to them, and what is to go wrong.

    ``plan`` is a list of rules ``{"write": N, "kind": K, "method": M, "do": WHAT, "seconds": S}``;
    N is counted from 1, and what is left out fits all. WHAT is ``kill_before`` (the client dies
    when its request arrives; the work is done all the same, S seconds later), ``kill_after`` (it
    dies after the work, before the answer), ``kill_late`` (S seconds after the answer),
    ``drop_before`` and ``drop_after`` (the connection breaks without or with the work done),
    ``error_after`` (500 though the work was done), ``hang`` (the answer comes S seconds after the
    work), ``refuse`` (403), ``throttle`` (429), ``pause`` (S seconds before the work). A rule with
    ``read`` in place of ``write`` counts reads, and knows ``kill`` only. With ``alone`` the client
    dies without the rest of its process group. ``pace`` is how long calls take at most, before and
    after the work.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.objects: dict[str, dict[str, Json]] = {kind: {} for kind in KINDS}
        self.log: list[Json] = []
        self.plan: list[Json] = []
        self.pace = (0.0, 0.0)
        self.random = random.Random(0)
        self.writes = 0
        self.reads = 0
        self.number = 0

    def seed(self, data: Json) -> None:
        """Become what *data* says: objects, plan, pace."""
        with self.lock:
            self.objects = {kind: dict(data.get("objects", {}).get(kind, {})) for kind in KINDS}
            self.plan = list(data.get("plan", []))
            self.pace = tuple(data.get("pace", (0.0, 0.0)))
            self.random = random.Random(data.get("seed", 0))
            self.number = int(data.get("number", 0))
            self.log, self.writes, self.reads = [], 0, 0

    def replan(self, data: Json) -> None:
        """Take other rules, and another pace where *data* has one; count anew."""
        with self.lock:
            self.plan, self.writes, self.reads = list(data["plan"]), 0, 0
            self.pace = tuple(data.get("pace", self.pace))

    def show(self) -> Json:
        """Everything, as JSON data."""
        with self.lock:
            return json.loads(json.dumps({
                "objects": self.objects, "log": self.log, "writes": self.writes,
                "number": self.number, "plan": self.plan}))

    def begin(self, method: str, path: list[str]) -> tuple[int, Json, tuple[float, float]]:
        """Count a write; its number, its rule, how long it takes before and after the work."""
        with self.lock:
            self.writes += 1
            pace = tuple(self.random.uniform(0, each) for each in self.pace)
            for rule in self.plan:
                if "read" not in rule and rule.get("write", self.writes) == self.writes and (
                        rule.get("kind", path[0]) == path[0]
                        and rule.get("method", method) == method):
                    return self.writes, rule, pace
            return self.writes, {}, pace

    def begin_read(self) -> Json:
        """Count a read; its rule."""
        with self.lock:
            self.reads += 1
            return next((rule for rule in self.plan if rule.get("read") == self.reads), {})

    def note(self, number: int, method: str, path: list[str], status: int, what: str) -> None:
        """Write the ledger."""
        with self.lock:
            self.log.append({"write": number, "method": method, "path": "/".join(path),
                             "status": status, "what": what})

    # What the cloud does.

    def read(self, path: list[str]) -> Any:
        with self.lock:
            found: Any = self._kind(path[0])
            if len(path) == 1:
                return [_shown(each) for each in found.values()]
            if path[1] not in found:
                raise Refused(404, f"no {'/'.join(path)}")
            return _shown(found[path[1]])

    def write(self, method: str, path: list[str], body: Json) -> Json:
        with self.lock:
            kind = self._kind(path[0])
            if method == "PUT" and len(path) == 2:
                if path[1] in kind:
                    raise Refused(409, f"{path[1]} exists already")
                return self._make(path[0], path[1], body)
            if method == "POST" and len(path) == 1:
                self.number += 1
                return self._make(path[0], f"{path[0][:-1]}-{self.number}", body)
            if path[1] not in kind:
                raise Refused(404, f"no {'/'.join(path)}")
            if method == "DELETE" and len(path) == 2:
                return _shown(kind.pop(path[1]))
            if method == "PATCH" and len(path) == 2:
                kind[path[1]] |= _hashed(body)
            elif method == "PUT":
                kind[path[1]]["parts"][path[3]] = body["value"]
            elif method == "DELETE":
                kind[path[1]]["parts"].pop(path[3], None)
            else:
                raise Refused(400, f"{method} {'/'.join(path)}")
            return _shown(kind[path[1]])

    def _kind(self, name: str) -> dict[str, Json]:
        if name not in self.objects:
            raise Refused(404, f"no {name}")
        return self.objects[name]

    def _make(self, kind: str, id_: str, body: Json) -> Json:
        made = {"id": id_, "created": time.time(), **_hashed(body)}
        answer = dict(made)
        if kind == "buckets":
            made["parts"] = answer["parts"] = {}
        if kind == "keys":
            if sum(each["user"] == body["user"] for each in self.objects["keys"].values()) >= 2:
                raise Refused(400, f"{body['user']} has two keys already")
            # Made from the world's own count, so that nothing here depends on chance.
            secret = hashlib.sha256(f"{id_} {made['created']}".encode()).hexdigest()
            made |= _hashed({"secret": secret})
            answer["secret"] = secret
        self.objects[kind][id_] = made
        return answer


def _hashed(body: Json) -> Json:
    out = {name: value for name, value in body.items() if name != "secret"}
    if "secret" in body:
        out["secret_hash"] = hashlib.sha256(str(body["secret"]).encode()).hexdigest()
    return out


def _shown(stored: Json) -> Json:
    return json.loads(json.dumps({k: v for k, v in stored.items() if k != "secret_hash"}))


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
