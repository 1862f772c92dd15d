"""What was reported once is not reported again."""

from __future__ import annotations

import pytest

from vbrprov.cli.runtime import Runtime


def test_each_diagnostic_is_reported_once(capsys: pytest.CaptureFixture[str]) -> None:
    runtime = Runtime(no_color=True)
    runtime.diags.warning("First", "Before the question.")
    runtime.report_so_far()
    runtime.diags.error("Second", "After it.")
    assert runtime.finish() == 1
    shown = capsys.readouterr()
    assert (shown.out.count("First"), shown.err.count("Second")) == (1, 1)
    assert "First" not in shown.err


def test_what_is_only_for_the_question_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    runtime, other = Runtime(no_color=True), Runtime(no_color=True)
    other.diags.warning("For now", "A check that fails at plan.")
    runtime.report_so_far(list(other.diags))
    assert runtime.finish() == 0
    assert capsys.readouterr().out.count("For now") == 1
