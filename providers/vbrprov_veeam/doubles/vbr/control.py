"""The control plane at ``/_double/``: what tests look at and switch, outside the API."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.faults import Fault
from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue
from vbrprov_veeam.doubles.vbr.store import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from vbrprov_veeam.doubles.vbr.context import State

Result = tuple[int, JsonValue]


class Control:
    """Answers requests of the control plane."""

    def __init__(self, state: State, reset: Callable[[], None]) -> None:
        """Act on *state*; *reset* brings everything back to the start."""
        self._state = state
        self._reset = reset
        self._routes: dict[tuple[str, str], Callable[[Json], JsonValue]] = {
            ("GET", "ledger"): lambda _: self._state.ledger.writes(),
            ("GET", "reads"): lambda _: self._state.ledger.reads(),
            ("GET", "violations"): lambda _: self._state.ledger.violations(),
            ("GET", "stats"): self._stats,
            ("GET", "objects"): self._objects,
            ("GET", "secrets"): lambda _: self._state.store.all_secrets(),
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): lambda _: self._state.faults.clear(),
            ("POST", "reset"): lambda _: self._reset(),
            ("POST", "edit"): self._edit,
            ("POST", "seed"): self._seed,
            ("POST", "settle"): self._settle,
            ("POST", "expire_tokens"): self._expire,
            ("POST", "powershell"): self._powershell,
        }

    def handle(self, method: str, path: str, raw: bytes) -> Result:
        """Answer one request."""
        handler = self._routes.get((method, path.removeprefix("/_double/").strip("/")))
        if handler is None:
            return 404, {"error": f"no {method} {path}"}
        try:
            body = json.loads(raw) if raw.strip() else {}
            result = handler(body)
        except (KeyError, TypeError, ValueError) as error:
            return 400, {"error": f"{type(error).__name__}: {error}"}
        return 200, {} if result is None else result

    def _stats(self, _: Json) -> Json:
        return {**self._state.auth.counts, **self._state.ledger.counts()}

    def _objects(self, _: Json) -> Json:
        store = self._state.store
        with store.lock:
            return {
                name: copy.deepcopy(list(objects.values()))
                for name, objects in store.collections.items()
            }

    def _add_faults(self, body: JsonValue) -> None:
        for source in body if isinstance(body, list) else [body]:
            self._state.faults.add(Fault.parse(source))

    def _edit(self, body: Json) -> Json:
        """Change or delete an object as somebody at the console would."""
        store = self._state.store
        with store.lock:
            objects = store.collections[body["collection"]]
            stored = objects[body["id"]]
            if body.get("delete"):
                store.forget(body["collection"], body["id"])
                return {}
            changed: Json = merge_patch(stored, body["patch"])
            if "lastModified" in stored and "lastModified" not in body["patch"]:
                changed["lastModified"] = store.now()
            objects[body["id"]] = changed
            return copy.deepcopy(changed)

    def _seed(self, body: Json) -> Json:
        """Put an object there as it is: ``{"collection", "object", "secrets"?}``."""
        store = self._state.store
        with store.lock:
            stored = {"id": new_id(), **body["object"]}
            store.collection(body["collection"])[stored["id"]] = stored
            store.secrets(body["collection"], stored["id"]).update(body.get("secrets", {}))
            return copy.deepcopy(stored)

    def _settle(self, _: Json) -> None:
        self._state.sessions.settle(everything=True)

    def _powershell(self, body: Json) -> Json:
        """Run a script on the server: ``{"script", "seen"?}``; what cannot be run is refused."""
        from vbrprov_veeam.doubles.powershell import veeam
        from vbrprov_veeam.doubles.powershell.expressions import UnknownSyntaxError
        from vbrprov_veeam.doubles.powershell.values import ScriptError

        try:
            return {"output": veeam.run(
                self._state.store, body["script"], seen=bool(body.get("seen")))}
        except (ScriptError, UnknownSyntaxError, ImportError) as error:
            raise ValueError(str(error)) from error
        except (AttributeError, RecursionError) as error:
            raise ValueError(f"double bug: {type(error).__name__}: {error}") from error

    def _expire(self, body: Json) -> None:
        self._state.auth.expire_all(refresh_too=bool(body.get("refresh")))


def merge_patch(target: JsonValue, patch: JsonValue) -> JsonValue:
    """Return *target* changed by an RFC 7386 merge patch."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result
