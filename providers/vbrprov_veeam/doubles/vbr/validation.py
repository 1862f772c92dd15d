"""Checks of bodies and query parameters against the official document."""

from __future__ import annotations

import functools
import re
import threading
from datetime import datetime
from typing import TYPE_CHECKING

import jsonschema_rs

from vbrprov_veeam.doubles.vbr import document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

#: How the text about a property ends that the document does not know.
UNKNOWN = ": unknown property"
_LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


def _is_local_time(text: str) -> bool:
    # The document says `format: time`, but its texts and examples are local times such as 20:00,
    # which RFC 3339 would refuse.
    return _LOCAL_TIME.fullmatch(text) is not None


def _is_date_time(text: str) -> bool:
    # The document's own examples have time stamps without an offset.
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text


_FORMATS = {"time": _is_local_time, "date-time": _is_date_time}


class Validator:
    """Validates against the document of one revision.

    A validator per schema is compiled at its first use and kept: a double that serves three
    operations does not pay for a hundred.
    """

    def __init__(self, revision: str) -> None:
        """Use the document of *revision*."""
        self.revision = revision
        self.shapes = document.Shapes(revision)
        self._compiled: Json = {}
        self._lock = threading.Lock()

    def _validator(self, schema_name: str) -> JsonValue:
        with self._lock:
            compiled = self._compiled.get(schema_name)
            if compiled is None:
                compiled = jsonschema_rs.Draft202012Validator(
                    _bundle(self.revision, schema_name),
                    formats=_FORMATS,
                    validate_formats=True,
                    # A wrong value may be a secret in the wrong place: texts never quote it.
                    mask="value",
                )
                self._compiled[schema_name] = compiled
            return compiled

    def errors(self, value: JsonValue, schema_name: str) -> list[str]:
        """Return what is wrong with *value*, each item as ``path: problem``; [] if nothing is."""
        validator = self._validator(schema_name)
        if validator.is_valid(value):
            return []
        problems: set[str] = set()
        unevaluated: set[str] = set()
        for error in validator.iter_errors(value):
            path = _json_path(error.instance_path)
            # One wrong value makes its whole schema fail, and then every property of it counts
            # as unevaluated, so unknown properties are found by reading the schema instead.
            follow_on = "unevaluated" in error.message.lower()
            (unevaluated if follow_on else problems).add(f"{path}: {error.message}")
        shapes = self.shapes
        problems.update(
            f"{path}{UNKNOWN}"
            for path in _unknown(shapes, value, {"$ref": f"#/components/schemas/{schema_name}"})
        )
        return sorted(problems or unevaluated)

    def query_errors(
        self, query: Mapping[str, list[str]], operation: document.Operation
    ) -> list[str]:
        """Check the query parameters of a request; unknown ones are errors too."""
        errors = []
        for name, values in query.items():
            if name not in operation.query:
                errors.append(f"query.{name}: unknown parameter")
                continue
            schema = self.shapes.resolve(operation.query[name])
            if schema.get("type") == "array":
                schema = self.shapes.resolve(schema.get("items", {}))
            else:
                values = values[-1:]  # only an array parameter may repeat
            errors += [text for value in values for text in _scalar_errors(name, value, schema)]
        return errors


@functools.cache
def validator_of(revision: str) -> Validator:
    """Return the validator of *revision*; one for all doubles of a process.

    Compiling schemas is most of what a double costs, and a reset must not pay for it again.
    """
    return Validator(revision)


def _scalar_errors(name: str, text: str, schema: Json) -> Iterator[str]:
    kind = schema.get("type", "string")
    if kind == "boolean" and text.lower() not in ("true", "false"):
        yield f"query.{name}: not a boolean"
    elif kind == "integer" and not re.fullmatch(r"-?\d{1,10}", text):
        yield f"query.{name}: not an integer"
    elif kind == "integer" and int(text) < schema.get("minimum", int(text)):
        yield f"query.{name}: less than {schema['minimum']}"
    elif "enum" in schema and text not in schema["enum"]:
        yield f"query.{name}: not one of {', '.join(schema['enum'])}"


def _unknown(
    shapes: document.Shapes, value: JsonValue, schema: Json, path: str = "$"
) -> Iterator[str]:
    schema = shapes.resolve(schema, value)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(shapes, item, schema.get("items", {}), f"{path}[{index}]")
    elif isinstance(value, dict):
        properties = shapes.properties(schema)
        for name, item in value.items():
            if name in properties:
                yield from _unknown(shapes, item, properties[name], f"{path}.{name}")
            elif properties:
                yield f"{path}.{name}"


@functools.cache
def _bundle(revision: str, schema_name: str) -> Json:
    """Return a self-contained schema: the root and only the definitions that it reaches."""
    schemas = document.json_schemas(revision)
    reached: Json = {}
    pending = [schema_name]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached[name] = schemas[name]
            pending += _references(schemas[name])
    return {"$ref": f"#/$defs/{schema_name}", "$defs": reached}


def _references(node: JsonValue) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    found = [name for value in node.values() for name in _references(value)]
    if isinstance(node.get("$ref"), str):
        found.append(node["$ref"].rsplit("/", 1)[1])
    return found


def _json_path(parts: list[str | int]) -> str:
    path = "$"
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path
