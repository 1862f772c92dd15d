"""The official OpenAPI document, loaded and turned into JSON Schema 2020-12.

The document's base schemas hold ``oneOf`` and ``discriminator``, and each child refers back to
its base with ``allOf``: a loop that no validator survives. `json_schemas` cuts it: every schema
``X`` becomes ``X__open`` (its own content, to be composed by ``allOf``) and ``X`` (closed: unknown
properties are refused; for a base, the discriminator picks the child).
"""

from __future__ import annotations

import functools
import gzip
import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

DOCUMENTED_REVISIONS = ("1.3-rev2", "1.3-rev1")
_OPEN = "__open"
# A server lists objects of these kinds for which no schema exists (11:11 repositories), and others
# that the extract leaves out (jobs and servers of other platforms).
_OPEN_MODELS = frozenset(
    {"JobModel", "ManagedServerModel", "ProtectionGroupModel", "RepositoryModel"}
)
_SCHEMA_PREFIX = "#/components/schemas/"
_CARRIED_KEYWORDS = (
    "enum", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
    "uniqueItems", "pattern",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document.

    Attributes:
        method: Upper case HTTP method.
        path: Path template, such as ``/api/v1/jobs/{id}``.
        operation_id: The document's ``operationId``.
        query: Schema per query parameter.
        request: Name of the schema of the request body, or None.
        needs_body: Whether a request without a body is wrong.
        responses: Status code -> name of the schema of its body, or None for no body.
        success: The documented 2xx status.
        examples: Example request bodies by name.
        answers: Example bodies of success by name.
    """

    method: str
    path: str
    operation_id: str
    query: Mapping[str, Json]
    request: str | None
    needs_body: bool
    responses: Mapping[int, str | None]
    success: int
    examples: Mapping[str, Json] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)


@functools.cache
def load(revision: str) -> Json:
    """Return the extract of the official document of *revision*.

    Raises:
        KeyError: There is no document of that revision.
    """
    if revision not in DOCUMENTED_REVISIONS:
        raise KeyError(revision)
    resource = files("vbrprov_veeam") / "specs" / f"vbr_rest_{revision}.subset.json.gz"
    document: Json = json.loads(gzip.decompress(resource.read_bytes()))
    return document


def _ref_name(node: Mapping[str, JsonValue]) -> str | None:
    ref = node.get("$ref")
    return ref.rsplit("/", 1)[1] if isinstance(ref, str) else None


@functools.cache
def operations(revision: str) -> tuple[Operation, ...]:
    """Return every operation of the extract."""
    document = load(revision)
    components = document["components"]
    result = []
    for path, methods in document["paths"].items():
        for method, source in methods.items():
            parameters = [
                components["parameters"][name] if (name := _ref_name(item)) else item
                for item in source.get("parameters", ())
            ]
            content: Json = next(
                iter(source.get("requestBody", {}).get("content", {}).values()), {}
            )
            responses: dict[int, str | None] = {}
            answers: dict[str, Json] = {}
            for status, response in source["responses"].items():
                body = components["responses"][ref] if (ref := _ref_name(response)) else response
                media: Json = next(iter(body.get("content", {}).values()), {})
                responses[int(status)] = _ref_name(media.get("schema", {}))
                if int(status) < 300:
                    answers |= _examples(media, components)
            result.append(
                Operation(
                    method=method.upper(),
                    path=path,
                    operation_id=source["operationId"],
                    query={p["name"]: p["schema"] for p in parameters if p["in"] == "query"},
                    request=_ref_name(content.get("schema", {})),
                    needs_body=source.get("requestBody", {}).get("required", False),
                    responses=responses,
                    success=min(status for status in responses if status < 300),
                    examples=_examples(content, components),
                    answers=answers,
                )
            )
    return tuple(result)


def _examples(media: Json, components: Json) -> dict[str, Json]:
    return {
        name: (
            components["examples"][ref]["value"]
            if (ref := _ref_name(example))
            else example["value"]
        )
        for name, example in media.get("examples", {}).items()
    }


@functools.cache
def json_schemas(revision: str) -> Json:
    """Return the document's schemas as one ``$defs`` of JSON Schema 2020-12."""
    source: Json = load(revision)["components"]["schemas"]
    result: Json = {}
    for name, schema in source.items():
        discriminator = schema.get("discriminator")
        content = {k: v for k, v in schema.items() if k not in ("oneOf", "discriminator")}
        if discriminator is None and not _is_object(content):
            result[name] = _convert(content)
            continue
        result[name + _OPEN] = _convert(content, closed=False)
        if discriminator is not None:
            result[name] = _dispatch(name, discriminator, _declared_tags(schema, source))
        elif _has_properties(content):
            result[name] = {
                "$ref": f"#/$defs/{name}{_OPEN}", "unevaluatedProperties": False,
            }  # fmt: skip
        else:
            result[name] = {"$ref": f"#/$defs/{name}{_OPEN}"}
    return result


def _declared_tags(schema: Json, source: Json) -> list[str]:
    tag = schema["properties"][schema["discriminator"]["propertyName"]]
    name = _ref_name(tag)
    declared: list[str] = (source[name] if name else tag).get("enum", [])
    return declared


def _dispatch(name: str, discriminator: Json, declared: list[str]) -> Json:
    """Return a base schema that hands over to the child that the discriminator names.

    One of `_OPEN_MODELS` may also be of a type that its enum has and its discriminator lacks.
    """
    tag = discriminator["propertyName"]
    mapping: dict[str, str] = discriminator["mapping"]
    base = {"$ref": f"#/$defs/{name}{_OPEN}", "unevaluatedProperties": False}
    branches: list[Json] = [
        {
            "if": {"properties": {tag: {"const": value}}, "required": [tag]},
            "then": {"$ref": f"#/$defs/{target.rsplit('/', 1)[1]}"},
        }
        for value, target in mapping.items()
    ]
    allowed = list(mapping)
    if name in _OPEN_MODELS:
        allowed = sorted({*mapping, *declared})
        bare = [value for value in allowed if value not in mapping]
        branches.append(
            {"if": {"properties": {tag: {"enum": bare}}, "required": [tag]}, "then": base}
        )
    return {
        "type": "object",
        "required": [tag],
        "properties": {tag: {"enum": allowed}},
        "allOf": branches,
    }


def _is_object(schema: Json) -> bool:
    return schema.get("type") == "object" or "properties" in schema or "allOf" in schema


def _has_properties(schema: Json) -> bool:
    return "properties" in schema or "allOf" in schema


def _convert(schema: Json, *, closed: bool = True) -> Json:
    """Turn one OpenAPI 3.0 schema into JSON Schema 2020-12.

    Args:
        schema: The schema.
        closed: False for content that an ``allOf`` composes: only the closing schema of the whole
            may refuse unknown properties.
    """
    if (name := _ref_name(schema)) is not None:
        return {"$ref": f"#/$defs/{name}"}
    result: Json = {key: schema[key] for key in _CARRIED_KEYWORDS if key in schema}
    if "type" in schema:
        kind = schema["type"]
        result["type"] = [kind, "null"] if schema.get("nullable") else kind
        if schema.get("nullable") and "enum" in result:
            result["enum"] = [*result["enum"], None]
    if "required" in schema:
        result["required"] = schema["required"]
    if "properties" in schema:
        result["properties"] = {k: _convert(v) for k, v in schema["properties"].items()}
    if "items" in schema:
        result["items"] = _convert(schema["items"])
    if "additionalProperties" in schema:
        extra = schema["additionalProperties"]
        result["additionalProperties"] = _convert(extra) if isinstance(extra, dict) else extra
    if "allOf" in schema:
        result["allOf"] = [_open_part(part) for part in schema["allOf"]]
    if closed and "properties" in schema and "additionalProperties" not in schema:
        result["unevaluatedProperties"] = False
    return result


def _open_part(part: Json) -> Json:
    if (name := _ref_name(part)) is not None:
        return {"$ref": f"#/$defs/{name}{_OPEN}"}
    return _convert(part, closed=False)


class Shapes:
    """Reads the document's schemas as shapes: which properties has a type, which are objects."""

    def __init__(self, revision: str) -> None:
        """Use the schemas of *revision*."""
        self._schemas: Json = load(revision)["components"]["schemas"]

    def resolve(self, schema: Json, value: JsonValue = None) -> Json:
        """Follow references, and the discriminator if *value* has its property."""
        while (name := _ref_name(schema)) is not None:
            schema = self._schemas[name]
        discriminator = schema.get("discriminator")
        if discriminator is not None and isinstance(value, dict):
            target = discriminator["mapping"].get(value.get(discriminator["propertyName"]))
            if target is not None:
                return self._schemas[target.rsplit("/", 1)[1]]  # type: ignore[no-any-return]  # untyped JSON
        return schema

    def schema(self, name: str) -> Json:
        """Return the schema called *name*."""
        return self._schemas[name]  # type: ignore[no-any-return]  # untyped JSON

    def has_property(self, name: str, prop: str, value: JsonValue = None) -> bool:
        """Tell whether schema *name* (for *value*) declares property *prop*."""
        return prop in self.properties(self.resolve({"$ref": _SCHEMA_PREFIX + name}, value))

    def properties(self, schema: Json) -> Json:
        """Return all properties of a resolved schema, those of its ``allOf`` parts included."""
        result: Json = {}
        for part in schema.get("allOf", ()):
            name = _ref_name(part)
            result.update(self.properties(self._schemas[name] if name else part))
        result.update(schema.get("properties", {}))
        return result

    def project(self, value: JsonValue, schema_name: str) -> JsonValue:
        """Return *value* without the properties that schema *schema_name* does not declare."""
        return self._project(value, {"$ref": _SCHEMA_PREFIX + schema_name})

    def _project(self, value: JsonValue, schema: Json) -> JsonValue:
        schema = self.resolve(schema, value)
        if isinstance(value, list) and "items" in schema:
            return [self._project(item, schema["items"]) for item in value]
        if not isinstance(value, dict):
            return value
        properties = self.properties(schema)
        if not properties:
            return value
        return {k: self._project(v, properties[k]) for k, v in value.items() if k in properties}

    def optional_properties(self, schema: Json) -> list[str]:
        """Return the names of the properties of a resolved schema that are not required."""
        required = self._required(schema)
        return [name for name in self.properties(schema) if name not in required]

    def _required(self, schema: Json) -> set[str]:
        required = set(schema.get("required", ()))
        for part in schema.get("allOf", ()):
            name = _ref_name(part)
            required |= self._required(self._schemas[name] if name else part)
        return required
