"""YAML text as a value: the parser's events, resolved as Terraform resolves them.

The schema is YAML 1.2's for numbers and YAML 1.1's for bools; time stamps become RFC 3339 strings.
Nothing but plain data is made, and aliases count against the element budget.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from vbrprov.functions._structure import MAX_ELEMENTS
from vbrprov.functions._text import text
from vbrprov.functions._times import Instant, days_in_month
from vbrprov.sdk import FunctionError
from vbrprov.values import NULL, STRING, BigFloat, Null, Value, to_string
from vbrprov.values.number import NumberError, normal, parse_number

#: How deep lists and maps may lie inside each other; a limit of ours.
MAX_DEPTH = 200

_PREFIX = "tag:yaml.org,2002:"
_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_BOOLS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
_NULLS = {"", "~", "null", "Null", "NULL"}
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0x([0-9a-fA-F]+)|0o([0-7]+)")
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[+-]\d\d:\d\d)"
    r"| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?", re.ASCII)


def _time(source: str) -> str | None:
    found = _TIME.fullmatch(source)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    hour, minute, second = (int(found[i] or found[i + 4] or 0) for i in (4, 5, 6)) if (
        found[4]) else (int(found[i] or 0) for i in (8, 9, 10))
    zone = found[7] or "Z"
    offset = 0 if zone == "Z" else (int(zone[1:3]) * 60 + int(zone[4:6])) * 60
    if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month) and hour < 24
            and minute < 60 and second < 60 and offset < 86_400 and int(zone[4:6] or 0) < 60):
        return None
    instant = Instant.of(year, month, day, hour, minute, second, 0,
                         -offset if zone[0] == "-" else offset)
    return instant.rfc3339()


def _number(source: str) -> Value:
    """A number, or ``None`` when *source* is none."""
    if _INFINITE.fullmatch(source):
        raise FunctionError(None, f"{source} is not supported")
    if _NUMBER.fullmatch(source):
        try:
            return parse_number(source)
        except NumberError as error:
            raise FunctionError(None, str(error)) from None
    found = _OTHER_BASE.fullmatch(source)
    if found is None:
        return None
    digits = found[1] or found[2]
    number = int(digits, 16 if found[1] else 8) if len(digits) < 100 else 1 << 64
    if number >= 1 << 64:
        raise FunctionError(None, f'cannot parse "{source[:40]}" as an integer')
    return normal(number)


def _plain(source: str) -> Value:
    if source in _NULLS:
        return NULL
    if source in _BOOLS:
        return _BOOLS[source]
    if source[0] in "+-.0123456789":
        number = _number(source)
        if number is not None:
            return number
        return _time(source) or text(source)
    return text(source)


def _tagged(source: str, tag: str, *, plain: bool) -> Value:
    if tag == "str":
        return text(source)
    if tag == "binary":
        return text(source)
    if tag == "null":
        return NULL if plain else text(source)
    result: Value = None
    if tag in ("int", "float"):
        result = _number(source)
    elif tag == "bool":
        result = _BOOLS.get(source)
    elif tag == "timestamp":
        result = _time(source)
    else:
        raise FunctionError(None, f'unsupported tag "!!{tag}"')
    if result is None:
        raise FunctionError(None, f"cannot parse a scalar as !!{tag}")
    return result if plain or tag == "timestamp" else text(source)


class _Reader:
    def __init__(self, source: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Any = yaml.parse(source, Loader=loader)
        self.anchors: dict[str, tuple[Value, int] | None] = {}
        self.count = 0

    def add(self, number: int) -> None:
        self.count += number
        if self.count > MAX_ELEMENTS:
            raise FunctionError(
                None, f"the YAML text, aliases expanded, has more than {MAX_ELEMENTS} elements")

    def refuse(self, event: Any, why: str) -> FunctionError:
        mark = event.start_mark
        return FunctionError(None, f"on line {mark.line + 1}, column {mark.column + 1}: {why}")

    def document(self) -> Value:
        next(self.events)
        start = next(self.events)
        if not isinstance(start, yaml.DocumentStartEvent):
            raise self.refuse(start, "missing start of document")
        if start.version not in (None, (1, 1)):
            raise self.refuse(start, "found incompatible YAML document")
        value = self.node(next(self.events), 0)
        next(self.events)
        end = next(self.events)
        if not isinstance(end, yaml.StreamEndEvent):
            raise self.refuse(end, "unexpected extra content after value")
        return value

    def node(self, event: Any, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise self.refuse(event, f"nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self.refuse(event, f'reference to undefined anchor "{event.anchor}"')
            known = self.anchors[event.anchor]
            if known is None:
                raise self.refuse(event, f'anchor "{event.anchor}" is used inside itself')
            self.add(known[1])
            return known[0]
        before = self.count
        self.add(1)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value = self.content(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.count - before)
        return value

    def content(self, event: Any, depth: int) -> Value:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        wanted = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
        if event.tag not in (None, _PREFIX + wanted):
            raise self.refuse(event, f"cannot interpret this as {event.tag}")
        return self.sequence(depth) if wanted == "seq" else self.mapping(depth)

    def scalar(self, event: Any) -> Value:
        plain = event.style in (None, "")
        if event.tag is None or (event.tag == "!" and event.implicit[1]):
            if event.style in ("|", ">") and not event.value:
                return Null(STRING)
            return _plain(event.value) if plain else text(event.value)
        if not event.tag.startswith(_PREFIX):
            raise self.refuse(event, f'unsupported tag "{event.tag}"')
        return _tagged(event.value, event.tag.removeprefix(_PREFIX), plain=plain)

    def sequence(self, depth: int) -> Value:
        out = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            out.append(self.node(event, depth + 1))
        return tuple(out)

    def mapping(self, depth: int) -> Value:
        out: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if type(key) is Null:
                raise self.refuse(event, "mapping key cannot be null")
            if not isinstance(key, (str, bool, int, BigFloat)):
                raise self.refuse(event, "only strings are allowed as mapping keys")
            after = next(self.events)
            value = self.node(after, depth + 1)
            if key == "<<":
                if not isinstance(value, dict):
                    raise self.refuse(after, "only a mapping can be merged into a mapping")
                out.update(value)
            else:
                out[to_string(key)] = value
        return out


def read(source: str) -> Value:
    """The value of a YAML document.

    Raises:
        FunctionError: Not one valid document, or over a limit.
    """
    try:
        return _Reader(source).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"on line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise FunctionError(None, f"{where}{error.problem or error.context}") from None
    except yaml.YAMLError:
        raise FunctionError(None, "control characters are not allowed") from None
