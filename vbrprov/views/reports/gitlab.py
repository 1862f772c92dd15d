"""A code quality report of GitLab.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import Any, Final

from vbrprov.diag import Diagnostic, Severity
from vbrprov.views.reports._report import Report, code, fingerprint, heading, text

_SEVERITIES: Final = {Severity.REFUSE: "blocker", Severity.ERROR: "critical",
                      Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report) -> str:
    """A list; every entry must have a file and a line, so one without a place gets the folder."""
    seen: dict[str, int] = {}
    entries = []
    for item in report.items:
        mark = fingerprint(item, report.sources)
        seen[mark] = seen.get(mark, 0) + 1
        # GitLab drops all but one of those with the same fingerprint.
        entries.append(_entry(item, report, mark if seen[mark] == 1 else f"{mark}-{seen[mark]}"))
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def _entry(item: Diagnostic, report: Report, mark: str) -> dict[str, Any]:
    about = f"{item.address}: " if item.address else ""
    where = item.subject
    path, line = (report.path(where), where.start.line) if where is not None else (".", 1)
    return {
        "description": f"{heading(item)}: {about}{text(item)}", "check_name": code(item),
        "fingerprint": mark, "severity": _SEVERITIES[item.severity],
        "location": {"path": path, "lines": {"begin": line}},
    }
