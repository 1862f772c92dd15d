"""Thousands of diagnostics: the first are shown, all are counted."""

from __future__ import annotations

import pytest

from vbrprov.cli.runtime import Runtime
from vbrprov.diag import Diagnostic, Severity, SourceFile
from vbrprov.views.human.diagnostics import MOST_SHOWN
from vbrprov.views.json.diagnostics import validate_json


def _errors(count: int) -> list[Diagnostic]:
    return [Diagnostic(Severity.ERROR, f"Fault {index}") for index in range(count)]


def test_people_see_the_first_ones_and_how_many_are_left(
        capsys: pytest.CaptureFixture[str]) -> None:
    Runtime().report(_errors(MOST_SHOWN + 5))
    shown = capsys.readouterr().err
    assert shown.count("Error: Fault") == MOST_SHOWN
    assert shown.endswith("5 more errors are not shown. To list more of them, run:\n"
                          "    vbrprov validate -json\n")


def test_nothing_is_said_when_all_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    Runtime().report(_errors(MOST_SHOWN))
    assert "not shown" not in capsys.readouterr().err


def test_json_counts_all_and_lists_the_first_thousands() -> None:
    found = validate_json(_errors(6_000), {})
    assert (found["error_count"], found["valid"]) == (6_000, False)
    assert len(found["diagnostics"]) == 5_000


def test_a_long_line_is_not_repeated_in_each_diagnostic() -> None:
    source = SourceFile("main.vbr.hcl", "# " + "x" * 20_000)
    item = Diagnostic(Severity.ERROR, "Fault", subject=source.range(0, 1))
    (shown,) = validate_json([item], {source.name: source})["diagnostics"]
    assert "range" in shown
    assert "snippet" not in shown


def test_the_block_around_each_place_is_found() -> None:
    text = 'locals {\n  a = 1\n}\n\noutput "o" {\n  value = 2\n}\n'
    source = SourceFile("main.vbr.hcl", text)
    items = [Diagnostic(Severity.ERROR, f"At {at}", subject=source.range(at, at + 1))
             for at in (text.index("a ="), text.index("\n\n") + 1, text.index("value"))]
    shown = validate_json(items, {source.name: source})["diagnostics"]
    assert [d["snippet"]["context"] for d in shown] == ["locals", None, 'output "o"']
