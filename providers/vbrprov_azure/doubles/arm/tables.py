"""The tables of the Azure libraries: routes, and what a body may hold."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from vbrprov_azure.doubles.arm.refusals import Refused

Json = dict[str, Any]

#: Segments of a path that may hold several: scopes.
_WIDE = ("scope", "resourceId")


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: where it is, and what it takes and answers."""

    operation: str
    method: str
    pattern: re.Pattern[str]
    version: str
    accepted: tuple[int, ...]
    body: str = ""
    answer: str = ""

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method in ("PUT", "PATCH", "DELETE") or self.operation.partition(".")[2] in (
            "regenerate_key", "set_legal_hold", "clear_legal_hold", "lock_immutability_policy",
            "extend_immutability_policy")


def route(operation: str, method: str, path: str, version: str, accepted: tuple[int, ...],
          body: str = "", answer: str = "") -> Route:
    """A route from a template such as ``/subscriptions/{subscriptionId}``."""
    text = re.escape("/" + path.lstrip("/")).replace(r"\{", "{").replace(r"\}", "}")
    pattern = re.sub(
        r"{(\w+)}", lambda m: f"(?P<{m[1]}>{'.*?' if m[1] in _WIDE else '[^/]+'})", text)
    return Route(operation, method, re.compile(pattern.replace("/(?P<scope>", "(?P<scope>"), re.I),
                 version, accepted, body, answer)


@cache
def tables() -> Json:
    """The extract."""
    packed = files("vbrprov_azure.doubles").joinpath("specs/arm.subset.json.gz").read_bytes()
    data: Json = json.loads(gzip.decompress(packed))
    return data


@cache
def documented() -> tuple[Route, ...]:
    """The routes of the extract."""
    return tuple(route(r["operation"], r["method"], r["path"], r["api_version"],
                       tuple(r["accepted_status"]), r["body"], r["answer"])
                 for r in tables()["routes"])


def fields_of(model: str) -> Json:
    """The fields of a model, those of its base included."""
    found = tables()["models"][model]
    base = found.get("extends")
    inherited = fields_of(base) if base in tables()["models"] else {}
    return {**inherited, **found["fields"]}


def check_body(model: str, body: Any) -> None:
    """Refuse a body that the libraries could not have sent.

    Raises:
        Refused: With the field at fault.
    """
    for problem in problems(model, body, "", answer=False):
        raise Refused("InvalidRequestContent",
                      f"The request content was invalid and could not be deserialized: {problem}.")


def problems(model: str, data: Any, at: str, *, answer: bool) -> Iterator[str]:
    """What is wrong with *data* as a *model*; read-only fields belong to answers."""
    if not isinstance(data, dict):
        yield f"{at or 'the body'} is no object"
        return
    fields = fields_of(model)
    for name, value in data.items():
        where = f"{at}.{name}" if at else name
        if name not in fields:
            yield f"{where} is no field of {model}"
        elif value is not None and (answer or not fields[name].get("readOnly")):
            yield from _of_type(fields[name]["type"], value, where, answer=answer)
    for name, field in fields.items():
        if field.get("required") and data.get(name) is None and (
                answer or not field.get("readOnly")):
            yield f"{at}.{name} is missing" if at else f"{name} is missing"


_PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,), "bool": (bool,), "int": (int,), "float": (int, float),
    "datetime.datetime": (str,),
}


def _of_type(type_: str, value: Any, at: str, *, answer: bool) -> Iterator[str]:
    type_ = re.sub(r"^<class (.+)>$", r"\1", type_)
    if type_ in _PLAIN:
        wrong = not isinstance(value, _PLAIN[type_]) or (
            isinstance(value, bool) and type_ in ("int", "float"))
        if wrong:
            yield f"{at} is no {type_}"
    elif match := re.fullmatch(r"list\[(.+)\]", type_):
        if not isinstance(value, list):
            yield f"{at} is no list"
            return
        for index, item in enumerate(value):
            yield from _of_type(match[1], item, f"{at}[{index}]", answer=answer)
    elif match := re.fullmatch(r"dict\[str, (.+)\]", type_):
        if not isinstance(value, dict):
            yield f"{at} is no object"
            return
        for name, item in value.items():
            yield from _of_type(match[1], item, f"{at}.{name}", answer=answer)
    elif match := re.fullmatch(r"Literal\[(.+)\]", type_):
        if value != match[1]:
            yield f"{at} is not {match[1]}"
    elif match := re.fullmatch(r"Union\[str, (\w+)(?:, NoneType)?\]", type_):
        yield from _of_enum(match[1], value, at)
    elif type_ in tables()["models"]:
        yield from problems(type_, value, at, answer=answer)


#: Enums whose values may be joined by commas.
_FLAGS = {"Bypass"}


def _of_enum(name: str, value: Any, at: str) -> Iterator[str]:
    allowed = tables()["enums"].get(name)
    given = [part.strip() for part in str(value).split(",")] if name in _FLAGS else [value]
    for each in given:
        if allowed is not None and each not in allowed:
            yield f"{at} is none of {', '.join(allowed)}"
