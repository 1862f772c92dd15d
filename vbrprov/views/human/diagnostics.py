"""Diagnostics as text: excerpt, caret, cause, fix."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping

from vbrprov.diag import Diagnostic, Severity, SourceFile, SourceRange
from vbrprov.views.human.text import Style, safe

_WORDS = {Severity.ERROR: ("Error", "red"), Severity.REFUSE: ("Refused", "red"),
          Severity.WARNING: ("Warning", "yellow"), Severity.NOTE: ("Note", "cyan")}
#: Of a longer source line only this many characters are shown.
_LONGEST_LINE = 200


def render_diagnostics(items: Iterable[Diagnostic], sources: Mapping[str, SourceFile], style: Style,
                       width: int = 78) -> str:
    """All of *items*, one after the other."""
    return "".join(_one(item, sources, style, width) + "\n" for item in items)


def _one(item: Diagnostic, sources: Mapping[str, SourceFile], style: Style, width: int) -> str:
    word, colour = _WORDS[item.severity]
    rule = f" {item.rule_id}" if item.rule_id else ""
    lines = [f"{style(word + rule + ':', colour, 'bold')} {style(safe(item.summary), 'bold')}", ""]
    if item.address and item.subject is None:
        lines += [f"  with {safe(item.address)}", ""]
    if item.subject is not None:
        lines += _excerpt(item.subject, sources, style, item.address)
    for name, value in item.values:
        lines.append(f"    {style('│', 'dim')} {safe(name)} is {safe(value)}")
    lines += _wrapped(item.detail, width)
    for what, where in item.related:
        lines += ["", f"  {safe(what)}:"]
        lines += _excerpt(where, sources, style, None)[:-1]
    if item.hint:
        lines += ["", *_wrapped(item.hint, width)]
    if item.link:
        lines += ["", f"See {item.link}"]
    while lines and not lines[-1]:
        lines.pop()
    bar = style("│", colour)
    body = "\n".join(f"{bar} {line}".rstrip() for line in lines)
    return f"{style('╷', colour)}\n{body}\n{style('╵', colour)}"


def _wrapped(text: str, width: int) -> list[str]:
    out: list[str] = []
    for paragraph in safe(text).split("\n"):
        # Indented lines are commands to copy; they must stay in one piece.
        if not paragraph or paragraph.startswith(" "):
            out.append(paragraph)
        else:
            out += textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
    return out


def cells(text: str) -> int:
    """Terminal columns that *text* takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF"
               else 1 for c in text)


def _excerpt(where: SourceRange, sources: Mapping[str, SourceFile], style: Style,
             address: str | None) -> list[str]:
    # A name with a line break could begin a line that a CI system takes for a command.
    filename = safe(where.filename).replace("\n", "\\u000a").replace("\t", "\\u0009")
    place = f"  on {filename} line {where.start.line}"
    place += f", in {safe(address)}:" if address else ":"
    source = sources.get(where.filename)
    if source is None:
        return [place, ""]
    line = source.line(where.start.line)
    begin = where.start.column - 1
    until = where.end.column - 1 if where.end.line == where.start.line else len(line)
    # Of a line that nobody can read, only the surroundings of the place are shown.
    first = max(0, begin - _LONGEST_LINE // 4) if len(line) > _LONGEST_LINE else 0
    last = min(len(line), first + _LONGEST_LINE)
    left, right = "..." if first else "", "..." if last < len(line) else ""
    shown = left + safe(line[first:last].replace("\t", "    ")) + right
    number = f"{where.start.line:>4}"
    before = left + safe(line[first:begin].replace("\t", "    "))
    marked = safe(line[begin : min(last, max(until, begin + 1))].replace("\t", "    "))
    carets = "^" * max(1, cells(marked))
    return [place, f"{style(number + ':', 'dim')} {shown}",
            f"{' ' * 5} {' ' * cells(before)}{style(carets, 'red')}", ""]
