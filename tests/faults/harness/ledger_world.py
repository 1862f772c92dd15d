"""One world of the ledger cloud: its objects, its ledger, and what goes wrong in it."""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
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
