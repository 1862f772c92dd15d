"""JSON text as Terraform writes and reads it."""

from __future__ import annotations

import json
import re
from typing import Any

from vbrprov.functions._structure import MAX_ELEMENTS
from vbrprov.functions._text import check_size, text
from vbrprov.sdk import FunctionError
from vbrprov.values import NULL, BigFloat, ListV, MapV, Null, NumberError, SetV, Value
from vbrprov.values.convert import number_to_string
from vbrprov.values.number import parse_number

#: How deep lists and objects may lie inside each other; a limit of ours.
MAX_DEPTH = 200

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile('[\x00-\x1f"\\\\<>&\u2028\u2029]')


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def quote(value: str) -> str:
    """*value* as a JSON string; ``<``, ``>`` and ``&`` are escaped too."""
    return f'"{_ESCAPED.sub(_escape, value)}"'


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.size = 0

    def put(self, part: str) -> None:
        self.size += len(part)
        check_size(self.size)
        self.out.append(part)

    def write(self, value: Value) -> None:
        kind = type(value)
        if kind is str:
            self.put(quote(value))
        elif kind is bool:
            self.put("true" if value else "false")
        elif kind is int or kind is BigFloat:
            self.put(number_to_string(value))
        elif kind is Null:
            self.put("null")
        elif kind is tuple:
            self.sequence(value)
        elif kind is ListV or kind is SetV:
            self.sequence(value.items)
        elif kind is dict:
            self.mapping(value)
        elif kind is MapV:
            self.mapping(value.items)
        else:
            raise TypeError(f"no JSON for {kind.__name__}")

    def sequence(self, items: Any) -> None:
        self.put("[")
        for index, item in enumerate(items):
            if index:
                self.put(",")
            self.write(item)
        self.put("]")

    def mapping(self, entries: Any) -> None:
        self.put("{")
        for index, key in enumerate(sorted(entries)):
            if index:
                self.put(",")
            self.put(quote(key) + ":")
            self.write(entries[key])
        self.put("}")


def encode(value: Value) -> str:
    """A known, unmarked value as compact JSON.

    Raises:
        FunctionError: The text is over the size budget.
    """
    writer = _Writer()
    writer.write(value)
    return text("".join(writer.out))


class _Reader:
    def __init__(self) -> None:
        self.count = 0

    def value(self, data: Any, depth: int = 0) -> Value:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise FunctionError(None, f"the JSON text has more than {MAX_ELEMENTS} elements")
        if depth > MAX_DEPTH:
            raise FunctionError(None, f"the JSON text is nested more than {MAX_DEPTH} deep")
        if isinstance(data, str):
            return self.string(data)
        if data is None:
            return NULL
        if isinstance(data, list):
            return tuple([self.value(item, depth + 1) for item in data])
        if isinstance(data, dict):
            return {self.string(key): self.value(item, depth + 1) for key, item in data.items()}
        return data

    @staticmethod
    def string(value: str) -> str:
        return text(_SURROGATE.sub("\ufffd", value))


_SURROGATE = re.compile("[\ud800-\udfff]")


def _refuse(word: str) -> Any:
    raise FunctionError(None, f"invalid number {word}")


def decode(source: str) -> Value:
    """JSON text as a value: tuples and objects.

    Raises:
        FunctionError: Not valid JSON, or over a limit.
    """
    try:
        data = json.loads(source, parse_float=parse_number, parse_int=parse_number,
                          parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise FunctionError(
            None, f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except NumberError as error:
        raise FunctionError(None, str(error)) from None
    except RecursionError:
        raise FunctionError(
            None, f"the JSON text is nested more than {MAX_DEPTH} deep") from None
    return _Reader().value(data)
