"""An audit as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vbrprov.diag import Diagnostic, Severity, SourceFile
from vbrprov.rules.audit import Audit, Judged
from vbrprov.views.json.diagnostics import diagnostic_json

FORMAT = "1.0"


def audit_json(audit: Audit, items: Iterable[Diagnostic],
               sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """All objects, findings and what was not read; *items* are remarks on the run itself."""
    return {
        "format_version": FORMAT,
        "summary": {
            "objects": len(audit.objects), "refused": audit.count(Severity.REFUSE),
            "warnings": audit.count(Severity.WARNING), "notes": audit.count(Severity.NOTE),
            "undecided": audit.undecided, "not_read": len(audit.unread)},
        "objects": [
            {"address": each.address, "type": each.type, "id": each.id or None,
             "provider": each.provider, "read": each.read} for each in audit.objects.values()],
        "findings": [_finding(each, audit, sources) for each in audit.findings],
        "not_read": [diagnostic_json(each, sources) for each in audit.unread],
        "diagnostics": [diagnostic_json(each, sources) for each in items],
    }


def _finding(judged: Judged, audit: Audit, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    item = judged.diagnostic
    known = audit.objects.get(item.address or "")
    out = diagnostic_json(item, sources)
    return {**out, "verdict": judged.verdict, "severity": str(item.severity),
            "detail": item.detail, "hint": item.hint, "link": item.link,
            "id": known.id or None if known is not None else None}

