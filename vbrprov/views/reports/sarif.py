"""SARIF 2.1.0, which GitHub, Azure DevOps and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub takes of it:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
import textwrap
from typing import Any, Final
from urllib.parse import quote

from vbrprov import __version__
from vbrprov.diag import Diagnostic, Severity, SourceFile, SourceRange
from vbrprov.sdk.rule import Rule
from vbrprov.views.reports._report import Report, code, fingerprint, text

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.REFUSE: "error", Severity.WARNING: "warning",
                  Severity.NOTE: "note"}


def render(report: Report) -> str:
    """One run; every guardrail is described, whether it found something or not."""
    codes = dict.fromkeys([*sorted(report.rules), *(code(item) for item in report.items)])
    places = {name: index for index, name in enumerate(codes)}
    first = {code(item): item for item in reversed(report.items)}
    described = [_rule(report.rules[name]) if name in report.rules else _kind(name, first[name])
                 for name in codes]
    run = {
        "tool": {"driver": {"name": "vbrprov", "semanticVersion": __version__,
                            "version": __version__, "rules": described}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": not any(item.is_error for item in report.items),
            "commandLine": f"vbrprov {report.command}"}],
        "results": [_result(item, places, report) for item in report.items],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    why = textwrap.dedent(rule.why).strip()
    parts = [why, f"What to do: {rule.hint}"]
    wrong, right = (textwrap.dedent(t).strip("\n") for t in (rule.bad, rule.good))
    marked = [*parts, f"Wrong:\n\n```hcl\n{wrong}\n```", f"Right:\n\n```hcl\n{right}\n```",
              f"[The vendor's page]({rule.source})"]
    return {
        "id": rule.rule_id, "name": type(rule).__name__,
        "shortDescription": {"text": rule.summary + "."},
        "fullDescription": {"text": rule.reason},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "helpUri": rule.source,
        "help": {"text": "\n\n".join(parts), "markdown": "\n\n".join(marked)},
        "properties": {"tags": ["guardrail", "veeam"]},
    }


def _kind(name: str, item: Diagnostic) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": item.summary.rstrip(".") + "."},
            "defaultConfiguration": {"level": _LEVELS[item.severity]}}


def _result(item: Diagnostic, places: dict[str, int], report: Report) -> dict[str, Any]:
    said = f"{item.summary}: {text(item)}" if text(item) else item.summary
    out: dict[str, Any] = {
        "ruleId": code(item), "ruleIndex": places[code(item)], "level": _LEVELS[item.severity],
        "message": {"text": said},
        "partialFingerprints": {"vbrprov/v1": fingerprint(item, report.sources)},
    }
    where = _location(item.subject, report) if item.subject is not None else {}
    if item.address:
        where["logicalLocations"] = [{"fullyQualifiedName": item.address, "kind": "resource"}]
    if where:
        out["locations"] = [where]
    related = [{"id": number, "message": {"text": words}, **_location(place, report)}
               for number, (words, place) in enumerate(item.related, 1)]
    if related:
        out["relatedLocations"] = related
    return out


def _location(where: SourceRange, report: Report) -> dict[str, Any]:
    end = where.end
    region: dict[str, Any] = {"startLine": where.start.line, "startColumn": where.start.column,
                              "endLine": end.line, "endColumn": end.column}
    source = report.sources.get(where.filename)
    if source is not None:
        region["snippet"] = {"text": _lines(source, where)}
    return {"physicalLocation": {
        "artifactLocation": {"uri": quote(report.path(where))}, "region": region}}


def _lines(source: SourceFile, where: SourceRange) -> str:
    """The first line of the place; the whole of a block would say too much."""
    return source.line(where.start.line)
