"""Rewriting source text in the canonical form, the one of ``terraform fmt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, parse_config
from vbrprov.syntax.layout import lay_out, read_tokens
from vbrprov.syntax.spacing import (
    COMMENT,
    END,
    END_QUOTE,
    END_SEQUENCE,
    QUOTE,
    SEQUENCE,
    Token,
)

Edit = tuple[int, int, str]

#: Type constraints as text, from before there were type expressions.
_QUOTED_TYPES: Final = {
    '"string"': "string", '"list"': "list(string)", '"map"': "map(string)",
}
_BARE_TYPES: Final = {"list": "list(any)", "map": "map(any)", "set": "set(any)"}
_WRAP: Final = re.compile(r'"\$\{~?[ \t\r\n]*+(.*?)([ \t\r\n]*)~?\}"', re.DOTALL)
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_SEQUENCE_START: Final = re.compile(r"([$%])\{")


def format_source(text: str, body: ast.Body | None = None) -> str:
    """*text* in the canonical form; text with syntax errors comes back as it is.

    *body* is the tree of *text*, when there is one already.
    """
    if body is None:
        body, diags = parse_config(SourceFile("", text))
        if diags.has_errors:
            return text
    return lay_out(_edited(text, body))


def _edited(text: str, body: ast.Body) -> str:
    """*text* with everything changed that is more than blanks."""
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(_edits(text, body, ())):
        parts += (text[at:start], new)
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _edits(text: str, body: ast.Body, inside: tuple[str, ...]) -> Iterator[Edit]:
    """What changes besides blanks in *body*, which is in blocks of the types *inside*."""
    for attribute in body.attributes:
        expr = attribute.expr
        if inside == ("variable",) and attribute.name == "type":
            known = _BARE_TYPES if isinstance(expr, ast.Ref) else _QUOTED_TYPES
            new = known.get(text[expr.start : expr.end])
        elif isinstance(expr, ast.TemplateWrap):
            one_line = bool(inside) and "\n" not in text[body.start : attribute.start]
            new = _unwrapped(text[expr.start : expr.end], one_line=one_line)
        else:
            continue
        if new is not None:
            yield expr.start, expr.end, new
    for block in body.blocks:
        if block.labels:
            labels = "".join(" " + _label(text, label) for label in block.labels)
            if text[block.type_end : block.header_end] != labels:
                yield block.type_end, block.header_end, labels
        yield from _edits(text, block.body, (*inside, block.type))


def _unwrapped(template: str, *, one_line: bool) -> str | None:
    """The expression in *template*, a quoted ``"${expr}"``; ``None`` where that is better left.

    That includes line ends that are allowed in a template only: *one_line* says that the argument
    shares its line with its block.
    """
    m = _WRAP.fullmatch(template)
    if m is None:
        return None
    inner = m.group(1)
    tokens = read_tokens(inner)
    quotes = 0
    for token in tokens:
        quotes += (token.right == QUOTE) - (token.left == END_QUOTE)
        if not quotes and token.left in (SEQUENCE, END_SEQUENCE):
            return None
    first, last = tokens[0], tokens[-1]
    if any(token.left == END for token in tokens) and not (first.text == "(" and last.text == ")"):
        inner = f"({inner}{_line_end(last, m.group(2))})"
    else:
        inner += _line_end(last, m.group(2))
    if "\n" in inner:
        block = f"b {{ a = {inner} }}" if one_line else f"b {{\n a = {inner}\n}}"
        if parse_config(SourceFile("", block))[1].has_errors:
            return None
    return inner


def _line_end(last: Token, blanks: str) -> str:
    """The line end in *blanks* when the token *last* before it is a comment that needs it."""
    if last.left != COMMENT or last.text.startswith("/*"):
        return ""
    return blanks[: blanks.index("\n") + 1]


def _label(text: str, label: ast.Label) -> str:
    """*label* in quotes."""
    raw = text[label.start : label.end]
    if not raw.startswith('"'):
        return f'"{raw}"'
    if "\\" not in raw:
        return raw
    return '"' + _SEQUENCE_START.sub(r"\1\1{", "".join(map(_escaped, label.text))) + '"'


def _escaped(char: str) -> str:
    """*char* as it is written in a quoted string."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
