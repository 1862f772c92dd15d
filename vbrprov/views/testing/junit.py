"""Results of tests as JUnit XML, in the shape of Terraform's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from vbrprov.diag import Diagnostic, SourceFile
from vbrprov.views.human.diagnostics import render_diagnostics
from vbrprov.views.human.text import Style

_SKIPPED = "Testcase skipped due to a previous testcase error"


def junit_xml(files: Iterable[Any], sources: Mapping[str, SourceFile]) -> str:
    """The whole document."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?><testsuites>']
    for file in files:
        runs = file.runs
        counts = {s: sum(str(run.status) == s for run in runs) for s in ("skip", "fail", "error")}
        lines.append(f"  <testsuite name={_attribute(file.path)} tests=\"{len(runs)}\" "
                     f'skipped="{counts["skip"]}" failures="{counts["fail"]}" '
                     f'errors="{counts["error"]}">')
        for run in runs:
            lines += _case(file, run, sources)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _case(file: Any, run: Any, sources: Mapping[str, SourceFile]) -> list[str]:
    head = f"    <testcase name={_attribute(run.name)} classname={_attribute(file.path)}"
    if run.started:
        when = datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        head += f' time="{run.seconds:.9f}" timestamp="{when}"'
    inner = _inner(file, run, sources)
    if not inner:
        return [head + "></testcase>"]
    return [head + ">", *inner, "    </testcase>"]


def _inner(file: Any, run: Any, sources: Mapping[str, SourceFile]) -> list[str]:
    if run.status == "skip":
        before = next((r.name for r in file.runs if r.status == "error"), "")
        why = (f'Previous testcase "{before}" ended in error, which caused the remaining tests in '
               "the file to be skipped") if before else "The test was not run"
        return [f"      <skipped message={_attribute(_SKIPPED)}>{_data(why)}</skipped>"]
    errors = [d for d in run.diags if d.is_error]
    others = [d for d in run.diags if not d.is_error]
    out = []
    if run.status == "fail":
        failed = [d for d in errors if d.summary == "Test assertion failed"]
        text = (f"{len(failed)} of {run.asserts} assertions failed, including: "
                f"{failed[0].detail}" if failed else errors[0].detail if errors else "")
        out.append(f"      <failure message={_attribute(text)}>{_text(errors, sources)}</failure>")
    elif run.status == "error":
        out.append('      <error message="Encountered an error">'
                   f"{_text(errors, sources)}</error>")
    if others:
        out.append(f"      <system-err>{_text(others, sources)}</system-err>")
    return out


def _text(items: list[Diagnostic], sources: Mapping[str, SourceFile]) -> str:
    return _data("\n" + render_diagnostics(items, sources, Style(False)))


def _data(text: str) -> str:
    return f"<![CDATA[{_legal(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _attribute(text: str) -> str:
    return quoteattr(_legal(text), {"\n": "&#10;"})


def _legal(text: str) -> str:
    """*text* without characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or c >= "\ue000")
