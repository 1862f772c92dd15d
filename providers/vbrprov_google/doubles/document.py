"""Google's own description of its APIs: which methods there are, what they take and answer."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

Json = dict[str, Any]

SUBSET: Final = Path(__file__).parent.parent / "specs" / "google-subset.json"
#: Where the double serves each API: what stands before the path of the document.
PREFIXES: Final = {"storage.v1": "/storage/v1/", "iam.v1": "/iam/",
                   "cloudresourcemanager.v3": "/cloudresourcemanager/", "cloudkms.v1": "/cloudkms/"}
#: Parameters of every method: https://docs.cloud.google.com/apis/docs/system-parameters
_COMMON: Final = frozenset({"alt", "fields", "key", "prettyPrint", "quotaUser", "userProject",
                            "$alt", "$fields", "uploadType"})
_NUMBER: Final = re.compile(r"-?[0-9]+")


@dataclass(frozen=True, slots=True)
class Method:
    """One method: ``api`` and ``name`` as in the document."""

    api: str
    name: str
    verb: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    parameters: Mapping[str, Json]
    request: str | None
    response: str | None


@cache
def methods() -> tuple[Method, ...]:
    """All methods of the subset."""
    found = []
    for api, body in _document()["apis"].items():
        for name, spec in body["methods"].items():
            names = tuple(re.findall(r"\{([^}]+)\}", spec["path"]))
            text = re.sub(r"\\\{[^}]+\\\}", "([^/:]+)", re.escape(PREFIXES[api] + spec["path"]))
            found.append(Method(api, name, spec["verb"], re.compile(text), names,
                                spec["parameters"], spec["request"], spec["response"]))
    return tuple(found)


@cache
def _document() -> Json:
    loaded: Json = json.loads(SUBSET.read_text(encoding="utf-8"))
    return loaded


def find(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method that a request means, with the parts of its path."""
    for method in methods():
        match = method.pattern.fullmatch(path) if method.verb == verb else None
        if match:
            values = [unquote(group) for group in match.groups()]
            return method, dict(zip(method.names, values, strict=True))
    return None


def wrong_query(method: Method, query: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the parameters of a request."""
    for name, value in query.items():
        spec = method.parameters.get(name)
        if spec is None:
            if name not in _COMMON:
                yield f'Unknown name "{name}": Cannot bind query parameter.'
        elif not _fits_query(spec, value):
            yield f"Invalid value for {name}: {value}"
    for name, spec in method.parameters.items():
        if spec.get("required") and spec["location"] == "query" and name not in query:
            yield f"Required parameter: {name}"


def _fits_query(spec: Json, value: str) -> bool:
    if spec.get("enum"):
        return value in spec["enum"]
    if spec["type"] == "boolean":
        return value.lower() in ("true", "false")
    number = spec["type"] == "integer" or spec.get("format") == "int64"
    return not number or bool(_NUMBER.fullmatch(value))


def wrong_body(method: Method, body: Any, *, answer: bool) -> list[str]:
    """What is wrong with a body, by the document."""
    name = method.response if answer else method.request
    if name is None:
        return ["A body is not allowed."] if body else []
    return list(_wrong(method.api, {"$ref": name}, body, "", answer=answer))


def _wrong(api: str, schema: Json, value: Any, at: str, *, answer: bool) -> Iterator[str]:
    if "$ref" in schema:
        schema = _document()["apis"][api]["schemas"][schema["$ref"]]
    if value is None:
        # In a patch, null takes a setting away; no answer holds one.
        if answer:
            yield f"{at}: null"
        return
    kind = schema.get("type", "any")
    if kind == "object":
        yield from _wrong_object(api, schema, value, at, answer=answer)
    elif kind == "array":
        if not isinstance(value, list):
            yield f"{at}: not a list"
            return
        for index, item in enumerate(value):
            yield from _wrong(api, schema["items"], item, f"{at}[{index}]", answer=answer)
    elif not _fits(kind, schema.get("format", ""), value):
        yield f"{at}: {json.dumps(value)} is no {schema.get('format') or kind}"
    elif schema.get("enum") and value not in schema["enum"]:
        yield f"{at}: {json.dumps(value)} is none of {', '.join(schema['enum'])}"


def _wrong_object(api: str, schema: Json, value: Any, at: str, *, answer: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    for name, inner in value.items():
        known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if known is None:
            yield f'Unknown name "{name}" at "{at}": Cannot find field.'
        else:
            yield from _wrong(api, known, inner, f"{at}.{name}".lstrip("."), answer=answer)


def _fits(kind: str, form: str, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "any":
        return True
    if form in ("int64", "uint64"):
        # Whole numbers of this size are texts on the wire; numbers are taken too.
        return bool(_NUMBER.fullmatch(str(value))) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        if form in ("date-time", "google-datetime"):
            datetime.fromisoformat(value)
        elif form == "date":
            date.fromisoformat(value)
        elif form == "byte":
            base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return True
