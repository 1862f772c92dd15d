"""Regular expressions that cannot run away: RE2, matched as Go's ``regexp`` matches.

Syntax: https://github.com/google/re2/wiki/Syntax. Of two empty or adjoining matches Go drops the
empty one that touches the match before it (https://pkg.go.dev/regexp).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from vbrprov.functions._text import MAX_BYTES, check_size
from vbrprov.sdk import FunctionError
from vbrprov.values import NULL, STRING, ObjectT, TupleT, Type, Value
from vbrprov.values.value import Null

#: Byte offsets of a match and of its groups; -1 where a group took no part.
Spans = list[tuple[int, int]]

_ANY_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")


@lru_cache(maxsize=128)
def compiled(pattern: str, argument: int) -> Any:
    """The compiled *pattern*.

    Raises:
        FunctionError: It does not compile, or is too large.
    """
    if _ANY_BYTE.search(pattern):
        raise FunctionError(argument, r"invalid regexp pattern: invalid escape sequence in \C")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        why = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        raise FunctionError(argument, f"invalid regexp pattern: {why}") from None


def matches(regex: Any, data: bytes) -> Iterator[Spans]:
    """All matches in *data*, in order, without those that Go leaves out."""
    inner = regex._regexp  # matching bytes at an offset has no public door
    unanchored = re2._Anchor.UNANCHORED
    position, last_end, size = 0, -1, len(data)
    while position <= size:
        spans: Spans = inner.Match(unanchored, data, position, size)
        start, end = spans[0]
        if start < 0:
            return
        accepted = True
        if end == position:
            accepted = start != last_end
            position += _width(data, position)
        else:
            position = end
        last_end = end
        if accepted:
            yield spans


def _width(data: bytes, position: int) -> int:
    """How many bytes the character at *position* has."""
    if position >= len(data):
        return 1
    lead = data[position]
    return 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4


def group_names(regex: Any) -> list[str | None]:
    """The names of the groups, in order; ``None`` for one that has no name."""
    names: list[str | None] = [None] * regex.groups
    for name, index in regex.groupindex.items():
        names[index - 1] = name
    return names


def result_type(regex: Any, argument: int) -> Type:
    """The type of one match: a string, a tuple of groups, or an object of named groups.

    Raises:
        FunctionError: Some groups have a name and some have none, or two have the same.
    """
    names = group_names(regex)
    named = [name for name in names if name is not None]
    if not names:
        return STRING
    if not named:
        return TupleT((STRING,) * len(names))
    if len(named) != len(names):
        # The engine tells of one group per name only.
        given = re.findall(r"\(\?P?<(\w+)>", regex.pattern)
        for name in named:
            if given.count(name) > 1:
                raise FunctionError(argument, "invalid regexp pattern: more than one capture "
                                    f'group has the name "{name}"')
        raise FunctionError(argument, "invalid regexp pattern: cannot mix both named and unnamed "
                            "capture groups")
    return ObjectT(dict.fromkeys(named, STRING))


def result(regex: Any, data: bytes, spans: Spans) -> Value:
    """One match as a value of ``result_type``."""
    parts: list[Value] = [
        data[start:end].decode() if start >= 0 else Null(STRING) for start, end in spans
    ]
    names = group_names(regex)
    if not names:
        return parts[0]
    if names[0] is None:
        return tuple(parts[1:])
    return dict(zip((n for n in names if n is not None), parts[1:], strict=True))


_REFERENCE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")


def substitute(regex: Any, value: str, replacement: str) -> str:
    """*value* with each match replaced; ``$1``, ``$name`` and ``${name}`` stand for groups.

    Raises:
        FunctionError: The result is over the size budget.
    """
    names = group_names(regex)
    template: list[bytes | int | None] = []
    position = 0
    for found in _REFERENCE.finditer(replacement):
        template.append(replacement[position:found.start()].encode())
        position = found.end()
        if found[1]:
            template.append(b"$")
        else:
            name = found[2] or found[3]
            if name.isascii() and name.isdigit():
                index = int(name[:9])
                template.append(index if index <= len(names) else None)
            else:
                template.append(names.index(name) + 1 if name in names else None)
    template.append(replacement[position:].encode())
    data = value.encode()
    out: list[bytes] = []
    done = size = 0
    for spans in matches(regex, data):
        pieces = [data[done:spans[0][0]]]
        for part in template:
            if isinstance(part, bytes):
                pieces.append(part)
            elif part is not None and spans[part][0] >= 0:
                pieces.append(data[spans[part][0]:spans[part][1]])
        done = spans[0][1]
        size += sum(map(len, pieces))
        if size > MAX_BYTES:
            check_size(size)
        out += pieces
    return b"".join([*out, data[done:]]).decode()


__all__ = ["NULL", "compiled", "matches", "result", "result_type", "substitute"]
