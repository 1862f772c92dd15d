"""Faults that tests switch on: lost answers, odd bodies, failing sessions."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vbrprov_veeam.doubles.vbr.document import Operation, Shapes
    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

BEFORE = frozenset({
    "status", "drop_before", "delay", "session_failed", "session_slow", "empty_401", "restart",
})
AFTER = frozenset({"drop_after", "nulls", "unknown_enum", "extra_fields"})


@dataclass(slots=True)
class Fault:
    """One fault.

    Attributes:
        action: What happens; see `BEFORE` and `AFTER`.
        method: HTTP method that it applies to, or "" for any.
        path: Pattern searched for in the path; "" fits all.
        times: How often it still happens; negative for always.
        options: Settings of the action: ``status``, ``message``, ``error_code``, ``retry_after``,
            ``seconds``, ``field``, ``value``, ``polls`` (of a slow session), ``busy`` (how many
            requests a restart refuses), ``skip`` (how many fitting requests pass first).
    """

    action: str
    method: str
    path: re.Pattern[str]
    times: int
    options: Json = field(default_factory=dict)

    @classmethod
    def parse(cls, source: Mapping[str, JsonValue]) -> Fault:
        """Build a fault from its JSON form.

        Raises:
            ValueError: The action is unknown or the pattern is broken.
        """
        action = source.get("action", "")
        if action not in BEFORE | AFTER:
            raise ValueError(f"unknown action {action!r}; one of {sorted(BEFORE | AFTER)}")
        match = source.get("match", {})
        try:
            path = re.compile(match.get("path_regex", ""))
        except re.error as error:
            raise ValueError(f"path_regex: {error}") from error
        options = {k: v for k, v in source.items() if k not in ("action", "match", "times")}
        return cls(action, match.get("method", ""), path, int(source.get("times", 1)), options)

    def fits(self, method: str, path: str) -> bool:
        """Tell whether the fault applies to a request."""
        if self.action.startswith("session_") and method == "GET":
            return False  # reads start no session
        return (not self.method or self.method.upper() == method) and bool(self.path.search(path))


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._faults.clear()

    def take(self, method: str, path: str) -> list[Fault]:
        """Return the faults that hit this request, and count them down."""
        hits = []
        with self._lock:
            for fault in self._faults:
                if fault.times == 0 or not fault.fits(method, path):
                    continue
                if (skip := int(fault.options.get("skip", 0))) > 0:
                    fault.options["skip"] = skip - 1
                    continue
                fault.times -= fault.times > 0
                hits.append(fault)
            self._faults = [fault for fault in self._faults if fault.times != 0]
        return hits


def bend(
    body: JsonValue, faults: list[Fault], operation: Operation, shapes: Shapes, status: int
) -> JsonValue:
    """Return *body* as a server would send it that departs from its own document."""
    schema_name = operation.responses.get(status)
    for fault in faults:
        if fault.action == "nulls" and schema_name is not None:
            body = _with_nulls(body, {"$ref": f"#/components/schemas/{schema_name}"}, shapes)
        elif fault.action == "unknown_enum":
            name = fault.options.get("field", "type")
            body = _with_value(body, name, fault.options.get("value", "AddedLater"))
        elif fault.action == "extra_fields":
            body = _with_extra(body)
    return body


def _with_nulls(value: JsonValue, schema: Json, shapes: Shapes) -> JsonValue:
    schema = shapes.resolve(schema, value)
    if isinstance(value, list):
        return [_with_nulls(item, schema.get("items", {}), shapes) for item in value]
    if not isinstance(value, dict):
        return value
    properties = shapes.properties(schema)
    result = {k: _with_nulls(v, properties.get(k, {}), shapes) for k, v in value.items()}
    for name in shapes.optional_properties(schema):
        result.setdefault(name, None)
    return result


def _with_value(node: JsonValue, name: str, value: JsonValue) -> JsonValue:
    if isinstance(node, list):
        return [_with_value(item, name, value) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        k: value if k == name and not isinstance(v, dict | list) else _with_value(v, name, value)
        for k, v in node.items()
    }


def _with_extra(node: JsonValue) -> JsonValue:
    if isinstance(node, list):
        return [_with_extra(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {**{k: _with_extra(v) for k, v in node.items()}, "addedInALaterBuild": {"value": 1}}
