"""Diagnostics as text: excerpt, caret, cause, fix."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from vbrprov.diag import Diagnostic, Severity, SourceFile, SourceRange
from vbrprov.views.human.text import Style, safe

_WORDS = {Severity.ERROR: ("Error", "red"), Severity.REFUSE: ("Refused", "red"),
          Severity.WARNING: ("Warning", "yellow"), Severity.NOTE: ("Note", "cyan")}

#: Takes secrets out of a text.
Mask = Callable[[str], str]

#: Who has more to mend than this begins at the top.
MOST_SHOWN = 200

#: Characters of a line that an excerpt shows, and of those before the place that it is about.
_LONGEST_LINE = 400
_AROUND = 60


def render_diagnostics(items: Iterable[Diagnostic], sources: Mapping[str, SourceFile], style: Style,
                       width: int = 78, mask: Mask = str) -> str:
    """The first ``MOST_SHOWN`` of *items*, one after the other; *mask* takes secrets out."""
    return "".join(_one(item, sources, style, width, mask) + "\n"
                   for item in islice(items, MOST_SHOWN))


def _one(item: Diagnostic, sources: Mapping[str, SourceFile], style: Style, width: int,
         mask: Mask) -> str:
    word, colour = _WORDS[item.severity]
    rule = f" {item.rule_id}" if item.rule_id else ""
    lines = [f"{style(word + rule + ':', colour, 'bold')} {style(safe(item.summary), 'bold')}", ""]
    if item.address and item.subject is None:
        lines += [f"  with {safe(item.address)}", ""]
    if item.subject is not None:
        lines += _excerpt(item.subject, sources, style, item.address, mask)
        lines[-1:] = [*_values(item, style), ""]
    lines += _wrapped(item.detail, width)
    for what, where in item.related:
        lines += ["", f"  {safe(what)}:"]
        lines += _excerpt(where, sources, style, None, mask)[:-1]
    if item.hint:
        lines += ["", *_wrapped(item.hint, width)]
    if item.link:
        lines += ["", f"See {item.link}"]
    while lines and not lines[-1]:
        lines.pop()
    bar = style("│", colour)
    body = "\n".join(f"{bar} {line}".rstrip() for line in lines)
    return f"{style('╷', colour)}\n{body}\n{style('╵', colour)}"


def _values(item: Diagnostic, style: Style) -> list[str]:
    """What the failing expression names, below the excerpt."""
    shown = [f"{name} {statement}" for name, statement in item.values]
    if item.function:
        from vbrprov.functions import find

        function = find(item.function)
        names = [p.name for p in function.params] if function is not None else []
        if function is not None and function.variadic is not None:
            names.append(f"{function.variadic.name}...")
        shown.insert(0, f"while calling {item.function}({', '.join(names)})")
    if not shown:
        return []
    return [f"    {style('├────────────────', 'dim')}",
            *(f"    {style('│', 'dim')} {safe(text)}" for text in shown)]


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


def _window(line: str, begin: int, until: int) -> tuple[str, int, int]:
    """A line that is far too long, as generated files have them, cut around a part of it."""
    if len(line) <= _LONGEST_LINE:
        return line, begin, until
    start = max(0, min(begin - _AROUND, len(line) - _LONGEST_LINE))
    cut = line[start : start + _LONGEST_LINE]
    head = "..." if start else ""
    tail = "..." if start + _LONGEST_LINE < len(line) else ""
    shift = len(head) - start
    return head + cut + tail, begin + shift, min(until + shift, len(head) + len(cut))


def _excerpt(where: SourceRange, sources: Mapping[str, SourceFile], style: Style,
             address: str | None, mask: Mask) -> list[str]:
    # A name with a line break could begin a line that a CI system takes for a command.
    filename = safe(where.filename).replace("\n", "\\u000a").replace("\t", "\\u0009")
    place = f"  on {filename} line {where.start.line}"
    place += f", in {safe(address)}:" if address else ":"
    source = sources.get(where.filename)
    if source is None:
        return [place, ""]
    line = source.line(where.start.line)
    masked = mask(line)
    if masked != line:
        # Cutting the line, and pointing into it, would tell parts of a secret and its length.
        line = _window(masked, 0, 0)[0]
        return [place, f"{style(f'{where.start.line:>4}:', 'dim')} {safe(line)}", ""]
    begin = where.start.column - 1
    until = max(where.end.column - 1 if where.end.line == where.start.line else len(line),
                begin + 1)
    line, begin, until = _window(line, begin, until)
    shown = safe(line.replace("\t", "    "))
    number = f"{where.start.line:>4}"
    before = safe(line[:begin].replace("\t", "    "))
    marked = safe(line[begin:until].replace("\t", "    "))
    carets = "^" * max(1, cells(marked))
    return [place, f"{style(number + ':', 'dim')} {shown}",
            f"{' ' * 5} {' ' * cells(before)}{style(carets, 'red')}", ""]
