"""Rewriting source text in the canonical form, the one of ``terraform fmt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, parse_config
from vbrprov.syntax.layout import lay_out

Edit = tuple[int, int, str]

#: Type constraints as text, from before there were type expressions.
_QUOTED_TYPES: Final = {
    '"string"': "string", '"list"': "list(string)", '"map"': "map(string)",
}
_BARE_TYPES: Final = {"list": "list(any)", "map": "map(any)", "set": "set(any)"}


def format_source(text: str, body: ast.Body | None = None) -> str:
    """*text* in the canonical form; text with syntax errors comes back as it is.

    *body* is the tree of *text*, when there is one already.
    """
    if body is None:
        body, diags = parse_config(SourceFile("", text))
        if diags.has_errors:
            return text
    edits = list(_edits(text, body, ()))
    if edits:
        text = _apply(text, edits)
    return lay_out(text)


def _apply(text: str, edits: list[Edit]) -> str:
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(edits):
        parts += (text[at:start], new)
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _edits(text: str, body: ast.Body, inside: tuple[str, ...]) -> Iterator[Edit]:
    for attribute in body.attributes:
        expr = attribute.expr
        if inside == ("variable",) and attribute.name == "type":
            known = _BARE_TYPES if isinstance(expr, ast.Ref) else _QUOTED_TYPES
            new = known.get(text[expr.start : expr.end])
            if new is not None:
                yield expr.start, expr.end, new
        elif isinstance(expr, ast.TemplateWrap) and text[expr.start] == '"':
            yield expr.start, expr.end, _unwrapped(text, expr)
    for block in body.blocks:
        yield from _label_edits(text, block)
        yield from _edits(text, block.body, (*inside, block.type))


def _unwrapped(text: str, wrap: ast.TemplateWrap) -> str:
    inner = text[wrap.start + 3 : wrap.end - 2].lstrip("~")
    inner = inner[:-1] if inner.endswith("~") else inner
    inner = inner.strip(" \t\r\n")
    return inner


_BAD_LABEL: Final = re.compile(r"[\\$%]")


def _label_edits(text: str, block: ast.Block) -> Iterator[Edit]:
    if block.labels:
        labels = "".join(" " + _label(text, label) for label in block.labels)
        if text[block.type_end : block.header_end] != labels:
            yield block.type_end, block.header_end, labels


def _label(text: str, label: ast.Label) -> str:
    raw = text[label.start : label.end]
    return raw if raw.startswith('"') else f'"{raw}"'
