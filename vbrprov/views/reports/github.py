"""Annotations of a GitHub workflow: commands that a runner reads from the log.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import Final

from vbrprov.diag import Diagnostic, Severity
from vbrprov.views.reports._report import Report, heading, text

_WORDS: Final = {Severity.ERROR: "error", Severity.REFUSE: "error", Severity.WARNING: "warning",
                 Severity.NOTE: "notice"}


def render(report: Report) -> str:
    """One line a diagnostic. Nothing in a text can become a command of its own."""
    return "".join(_line(item, report) for item in report.items)


def _line(item: Diagnostic, report: Report) -> str:
    properties = {}
    if item.subject is not None:
        where = item.subject
        properties = {"file": report.path(where), "line": where.start.line,
                      "endLine": where.end.line}
        if where.start.line == where.end.line:
            # A column is taken within one line only.
            properties |= {"col": where.start.column, "endColumn": where.end.column}
    properties["title"] = heading(item)
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    said = text(item) or item.summary
    if item.address:
        said = f"{item.address}: {said}"
    return f"::{_WORDS[item.severity]} {shown}::{_data(said)}\n"


def _data(said: str) -> str:
    return said.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(said: str) -> str:
    return _data(said).replace(":", "%3A").replace(",", "%2C")
