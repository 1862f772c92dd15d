"""What all formats are made from, and what several of them say alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vbrprov.diag import Diagnostic, SourceFile, SourceRange
from vbrprov.sdk.rule import Rule


@dataclass(frozen=True, slots=True)
class Report:
    """The diagnostics of one command; ``rules`` are the guardrails by id.

    ``folder`` is where the command worked, seen from where it was called: names of files are
    written from there, since that is where the CI system looks for them.
    """

    command: str
    items: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceFile]
    rules: Mapping[str, Rule]
    folder: str = ""

    def path(self, where: SourceRange) -> str:
        """The file of a place, with slashes."""
        return (Path(self.folder) / where.filename).as_posix()


def code(item: Diagnostic) -> str:
    """The id of its rule, or a word of its own for every kind of diagnostic."""
    if item.rule_id:
        return item.rule_id
    return re.sub(r"[^a-z0-9]+", "-", item.summary.lower()).strip("-") or "diagnostic"


def text(item: Diagnostic) -> str:
    """All that is said, without the summary."""
    parts = [item.detail, item.hint, f"See {item.link}" if item.link else ""]
    return "\n\n".join(part for part in parts if part)


def heading(item: Diagnostic) -> str:
    """One line: the rule and the summary."""
    return f"{item.rule_id}: {item.summary}" if item.rule_id else item.summary


def fingerprint(item: Diagnostic, sources: Mapping[str, SourceFile]) -> str:
    """The same for the same finding when lines before it come and go."""
    where = item.subject
    line = ""
    if where is not None and where.filename in sources:
        line = sources[where.filename].line(where.start.line).strip()
    told = "\0".join((code(item), item.address or "", where.filename if where else "", line,
                      "" if line else item.detail))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
