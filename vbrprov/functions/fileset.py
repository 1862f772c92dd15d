"""fileset(path, pattern): the files that a pattern matches."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import Any

from vbrprov.functions._files import expanded, located, slashed
from vbrprov.functions._structure import check_count
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionContext, FunctionError, Param
from vbrprov.values import STRING, SetT, Value, make_set

_SPECIAL = frozenset("*?[{\\")


class _PatternError(ValueError):
    pass


def _class(pattern: str, position: int) -> tuple[str, int]:
    """A character class from after its bracket, and where it ends."""
    start = position
    negated = pattern[position:position + 1] == "^"  # and not "!", as in Go's path.Match
    position += negated
    body: list[str] = []
    while True:
        char = pattern[position:position + 1]
        if not char:
            raise _PatternError("missing ]")
        if char == "]" and body:
            break
        if char == "]":
            raise _PatternError("empty class")
        if char == "\\":
            position += 1
            char = pattern[position:position + 1]
            if not char:
                raise _PatternError("nothing behind a backslash")
            body.append("\\" + char)
        else:
            body.append("\\" + char if char in "[&~|^" else char)
        position += 1
    if position == start:
        raise _PatternError("empty class")
    return f"[{'^/' if negated else ''}{''.join(body)}]", position + 1


def _expression(pattern: str) -> str:
    """The regular expression (RE2) of a glob pattern."""
    out: list[str] = []
    depth = position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*":
            stars = 1
            while pattern[position:position + 1] == "*":
                stars += 1
                position += 1
            at_start = position == stars or pattern[position - stars - 1] in "/{,"
            if stars == 2 and at_start and pattern[position:position + 1] == "/":
                position += 1
                out.append("(?:[^/]+/)*")
            elif stars == 2 and at_start and pattern[position:position + 1] in ("", "}", ","):
                out.append(".*")
            else:
                out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            part, position = _class(pattern, position)
            out.append(part)
        elif char == "{":
            depth += 1
            out.append("(?:")
        elif char == "}" and depth:
            depth -= 1
            out.append(")")
        elif char == "," and depth:
            out.append("|")
        elif char == "\\":
            if position == len(pattern):
                raise _PatternError("nothing behind a backslash")
            out.append(_literal(pattern[position]))
            position += 1
        else:
            out.append(_literal(char))
    if depth:
        raise _PatternError("missing }")
    return "".join(out)


def _literal(char: str) -> str:
    return char if char.isalnum() or char in "/_-" or ord(char) > 127 else "\\" + char


def _compiled(pattern: str) -> Any:
    import re2

    try:
        return re2.compile(f"(?s){_expression(pattern)}", _quiet(re2))
    except (_PatternError, re2.error):
        raise FunctionError(
            None, f'failed to glob pattern "{pattern}": syntax error in pattern') from None


def _quiet(module: Any) -> Any:
    options = module.Options()
    options.log_errors = False
    return options


def _fileset(context: FunctionContext, path: str, pattern: str) -> Value:
    # A pattern joined to a path is normal, so ".." in it is resolved before anything is read.
    whole = posixpath.normpath(posixpath.join(slashed(expanded(path, 0)), pattern))
    fixed: list[str] = []
    parts = whole.split("/")
    for part in parts[:-1]:
        if _SPECIAL & set(part):
            break
        fixed.append(part)
    rest = "/".join(parts[len(fixed):])
    start = "/".join(fixed) or ("/" if whole.startswith("/") else ".")
    folder = located(context, start)
    if not folder.is_dir():
        return make_set((), STRING)
    regex = _compiled(rest)
    base = Path(os.path.realpath(Path(context.base_dir, expanded(path, 0))))
    out: list[Value] = []
    looked = 0
    for here, folders, files in os.walk(folder):
        looked += len(folders) + len(files)
        check_count(looked)
        if "/" not in rest and "**" not in rest and "{" not in rest:
            folders.clear()
        for name in files:
            place = Path(here, name)
            inside = slashed(str(place.relative_to(folder)))
            if regex.fullmatch(inside) and place.is_file():
                out.append(text(slashed(os.path.relpath(place, base))))
    return make_set(out, STRING)


FUNCTION = Function(
    name="fileset", group="file",
    doc="Return the files under a folder that a pattern matches: `*`, `?`, `[a-z]`, `{a,b}`, and "
        "`**` for folders at any depth. Links to folders are not followed.",
    params=(
        Param("path", str, "The folder, part of the configuration."),
        Param("pattern", str, "The pattern."),
    ),
    returns=SetT(STRING), impl=_fileset, needs_context=True, example='fileset(".", "**/*.json")',
)
