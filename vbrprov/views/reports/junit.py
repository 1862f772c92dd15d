"""JUnit XML: one test case for each guardrail, and one for the configuration as such.

https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from vbrprov.diag import Diagnostic, Severity
from vbrprov.views.reports._report import Report, heading, text

_UNJUDGED = "nothing found as yet: the configuration has errors"


def render(report: Report) -> str:
    """Refusals and errors are failures; warnings and notes are told, and fail nothing."""
    by_rule: dict[str, list[Diagnostic]] = {rule_id: [] for rule_id in sorted(report.rules)}
    plain: list[Diagnostic] = []
    for item in report.items:
        by_rule.setdefault(item.rule_id, []).append(item) if item.rule_id else plain.append(item)
    names = {rule_id: f"{rule_id}: {report.rules[rule_id].summary}" if rule_id in report.rules
             else rule_id for rule_id in by_rule}
    cases = [("configuration", "configuration", plain),
             *((names[rule_id], "guardrails", found) for rule_id, found in by_rule.items())]
    failed = sum(any(item.is_error for item in found) for _, _, found in cases)
    # Of a configuration with errors guardrails see a part only.
    unjudged = any(item.is_error for item in plain)
    skipped = sum(unjudged and not found for _, _, found in cases[1:])
    suite = f"vbrprov {report.command}"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             f'<testsuites tests="{len(cases)}" failures="{failed}">',
             f'  <testsuite name={_quoted(suite)} tests="{len(cases)}" failures="{failed}" '
             f'errors="0" skipped="{skipped}">']
    for name, group, found in cases:
        lines += _case(name, group, found, unjudged, report)
    return "\n".join([*lines, "  </testsuite>", "</testsuites>", ""])


def _case(name: str, group: str, found: list[Diagnostic], unjudged: bool,
          report: Report) -> list[str]:
    head = f"    <testcase name={_quoted(name)} classname={_quoted(group)}"
    if not found and unjudged:
        return [head + ">", f"      <skipped message={_quoted(_UNJUDGED)}/>", "    </testcase>"]
    if not found:
        return [head + "/>"]
    lines = [head + ">"]
    errors = [item for item in found if item.is_error]
    if errors:
        # Readers show one failure of a test case, so all are in one.
        lines.append(f"      <failure message={_quoted(heading(errors[0]))} "
                     f'type="{errors[0].severity}">{_data(errors, report)}</failure>')
    others = [item for item in found if not item.is_error]
    if others:
        lines.append(f"      <system-out>{_data(others, report)}</system-out>")
    return [*lines, "    </testcase>"]


def _data(items: list[Diagnostic], report: Report) -> str:
    told = ((_word(item) + heading(item), _place(item, report), text(item))
            for item in items)
    said = "\n\n".join("\n".join(filter(None, parts)) for parts in told)
    return f"<![CDATA[{_legal(said).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _word(item: Diagnostic) -> str:
    return {Severity.WARNING: "Warning: ", Severity.NOTE: "Note: "}.get(item.severity, "Error: ")


def _place(item: Diagnostic, report: Report) -> str:
    place = f"{report.path(item.subject)}:{item.subject.start.line}" if item.subject else ""
    return ", ".join(part for part in (item.address, place) if part)


def _quoted(said: str) -> str:
    return quoteattr(_legal(said), {"\n": "&#10;"})


def _legal(said: str) -> str:
    """*said* without characters that XML 1.0 cannot hold."""
    return "".join(c for c in said if c in "\t\n\r" or " " <= c <= "\ud7ff"
                   or "\ue000" <= c <= "\ufffd" or c > "\uffff")
