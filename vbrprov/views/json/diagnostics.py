"""Diagnostics as Terraform's JSON: places, excerpts and the values that are named there.

Columns count grapheme clusters, offsets count bytes; see
https://developer.hashicorp.com/terraform/cli/commands/validate#json.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from vbrprov.diag import Diagnostic, Pos, SourceFile, SourceRange
from vbrprov.functions import find
from vbrprov.functions._graphemes import count
from vbrprov.views.json.functions import call_json

VALIDATE_FORMAT = "1.0"

_MOST_LISTED: Final = 5_000
#: Beyond this many characters an excerpt is left out: thousands of errors may be in one long line.
_LONGEST_CODE: Final = 10_000


def validate_json(items: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """The result of a validation: all are counted, the first ``_MOST_LISTED`` are listed."""
    found = list(items)
    errors = sum(item.is_error for item in found)
    return {"format_version": VALIDATE_FORMAT, "valid": not errors, "error_count": errors,
            "warning_count": len(found) - errors,
            "diagnostics": [diagnostic_json(item, sources) for item in found[:_MOST_LISTED]]}


def diagnostic_json(item: Diagnostic, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """One diagnostic.

    Terraform knows two severities: a refusal is an error, a note a warning. ``rule_id`` is ours.
    """
    severity = "error" if item.is_error else "warning"
    paragraphs = [item.detail, item.hint, f"See {item.link}" if item.link else ""]
    out: dict[str, Any] = {"severity": severity, "summary": item.summary,
                           "detail": "\n\n".join(p for p in paragraphs if p)}
    if item.address:
        out["address"] = item.address
    if item.rule_id:
        out["rule_id"] = item.rule_id
    where = item.subject
    if where is None:
        return out
    source = sources.get(where.filename)
    if source is not None:
        where = _not_empty(where, source)
    out["range"] = {"filename": where.filename, "start": _pos(where.start, source),
                    "end": _pos(where.end, source)}
    if source is not None:
        snippet = _snippet(item, where, source)
        if len(snippet["code"]) <= _LONGEST_CODE:
            out["snippet"] = snippet
    return out


def _not_empty(where: SourceRange, source: SourceFile) -> SourceRange:
    """An empty range becomes the character after it, so that there is something to mark."""
    if where.start != where.end:
        return where
    end = where.end
    return SourceRange(where.filename, where.start, Pos(end.line, end.column + 1, end.byte + 1))


def _pos(pos: Pos, source: SourceFile | None) -> dict[str, int]:
    column = pos.column
    if source is not None and not source.text.isascii():
        line = source.line(pos.line)
        past = max(0, pos.column - 1 - len(line))
        column = count(line[: pos.column - 1]) + past + 1
    return {"line": pos.line, "column": column, "byte": pos.byte}


def _snippet(item: Diagnostic, where: SourceRange, source: SourceFile) -> dict[str, Any]:
    first, last = where.start, where.end
    if item.context is not None and item.context.filename == where.filename:
        first, last = min(first, item.context.start), max(last, item.context.end)
    lines = [source.line(n) for n in range(first.line, last.line + 1)]
    if len(lines) > 1 and last.column == 1:
        # The range ends with the line before.
        lines.pop()
    code = "\n".join(lines)
    size = len(code.encode("utf-8", "surrogatepass"))
    begin = source.pos(source.line_starts[min(first.line, len(source.line_starts)) - 1]).byte
    start = where.start.byte - begin
    end = start + where.end.byte - where.start.byte
    out: dict[str, Any] = {
        "context": _context(where, source), "code": code, "start_line": first.line,
        "highlight_start_offset": min(max(start, 0), size),
        "highlight_end_offset": min(max(end, 0), size),
        "values": [{"traversal": name, "statement": text} for name, text in item.values]}
    function = find(item.function) if item.function else None
    if function is not None:
        out["function_call"] = call_json(function, item.function)
    return out


def _context(where: SourceRange, source: SourceFile) -> str | None:
    """The header of the block around the character before *where*, as Terraform looks it up."""
    at = where.start.byte - 1
    starts, blocks = _headers(source)
    index = bisect_right(starts, at) - 1
    if index < 0:
        return None
    end, header = blocks[index]
    return header if at < end else None


@lru_cache(maxsize=16)
def _headers(source: SourceFile) -> tuple[list[int], list[tuple[int, str]]]:
    """Where the outermost blocks start, and the end and the header of each, by byte."""
    from vbrprov.syntax import parse_config

    body, _ = parse_config(source)
    found = sorted((source.pos(b.start).byte, source.pos(b.end).byte,
                    " ".join((b.type, *(_quoted(label.text) for label in b.labels))))
                   for b in body.blocks)
    return [start for start, _, _ in found], [(end, header) for _, end, header in found]


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
