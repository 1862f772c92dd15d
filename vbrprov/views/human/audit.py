"""An audit in words: what is wrong with each object, what was not read, and how much of each."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import Final

from vbrprov.diag import Diagnostic, Severity
from vbrprov.rules.audit import Audit, Judged
from vbrprov.views.human.text import WIDTH, Style, safe

_WORDS: Final = {Severity.ERROR: ("Error", "red"), Severity.REFUSE: ("Refused", "red"),
                 Severity.WARNING: ("Warning", "yellow"), Severity.NOTE: ("Note", "cyan")}


class AuditView:
    """Renders an audit."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, audit: Audit) -> str:
        """Findings by object, then what was not read, then the counts."""
        parts = [self._object(audit, address, list(found)) for address, found in groupby(
            audit.findings, key=lambda each: each.diagnostic.address or "")]
        if audit.unread:
            parts.append("".join((self._style("Not read", "bold"), "\n\n",
                                  *map(self._unread, audit.unread))))
        parts.append(self._summary(audit))
        return "\n" + "\n".join(parts)

    def _object(self, audit: Audit, address: str, found: list[Judged]) -> str:
        known = audit.objects.get(address)
        place = [] if known is None else [
            f"id {known.id}" if known.id and f'"{known.id}"' not in address else "",
            known.provider.removeprefix("provider.")]
        said = ", ".join(filter(None, place))
        head = f"{self._style(safe(address), 'bold')}{f'  ({safe(said)})' if said else ''}\n\n"
        return head + "".join(self._finding(each.diagnostic) for each in found)

    def _finding(self, item: Diagnostic) -> str:
        word, colour = _WORDS[item.severity]
        head = f"{word} {item.rule_id}:"
        where = f"on {item.subject.filename} line {item.subject.start.line}" \
            if item.subject is not None else ""
        return "".join((
            f"  {self._style(head, colour, 'bold')} {self._style(safe(item.summary), 'bold')}\n",
            *map(_indented, filter(None, (where, *item.detail.split("\n\n"), item.hint))),
            f"    See {item.link}\n" if item.link else "", "\n"))

    def _unread(self, item: Diagnostic) -> str:
        word, colour = _WORDS[item.severity]
        what = item.address or item.summary.partition(": ")[2]
        return "".join((f"  {self._style(word + ':', colour)} {safe(what)}\n",
                        *map(_indented, filter(None, (item.detail, item.hint))), "\n"))

    def _summary(self, audit: Audit) -> str:
        refused, warned = audit.count(Severity.REFUSE), audit.count(Severity.WARNING)
        counts = [f"{refused} refused", f"{warned} {'warning' if warned == 1 else 'warnings'}",
                  f"{audit.undecided} undecided", f"{len(audit.unread)} not read"]
        total = len(audit.objects)
        colour = "red" if refused else "green" if audit.is_clean else "yellow"
        text = (f"Audit complete! {total} {'object' if total == 1 else 'objects'}: "
                f"{', '.join(counts)}.")
        return self._style(text, colour, "bold") + "\n"


def _indented(text: str) -> str:
    return textwrap.fill(safe(text), WIDTH, initial_indent="    ", subsequent_indent="    ",
                         break_long_words=False, break_on_hyphens=False) + "\n"
