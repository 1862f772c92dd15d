"""A test run for people, in Terraform's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vbrprov.diag import Diagnostic
from vbrprov.plan.environment import Registry
from vbrprov.views.human.plan import PlanView
from vbrprov.views.human.state import render_state
from vbrprov.views.human.text import Style, safe

_COLOURS = {"pass": "green", "fail": "red", "error": "red", "skip": "dim"}


class HumanTestView:
    """Prints one line for each file and run, and what is wrong with them.

    Args:
        out: Prints text.
        report: Prints diagnostics.
        style: Colours.
        verbose: Shows plans and states with the registry's schemas; ``None`` shows none.
    """

    def __init__(self, out: Callable[[str], None], report: Callable[[Sequence[Diagnostic]], None],
                 style: Style, verbose: tuple[PlanView, Registry] | None = None) -> None:
        self._out = out
        self._report = report
        self._style = style
        self._verbose = verbose

    def found(self, files: Mapping[str, list[str]]) -> None:
        """Nothing: the files follow."""

    def file(self, path: str, progress: str, status: str = "") -> None:
        """One line."""
        word = {"starting": "in progress", "teardown": "tearing down"}.get(progress, "")
        shown = self._style(word, "dim") if word else self._status(status)
        self._out(f"{safe(path)}... {shown}\n")

    def run_starts(self, path: str, name: str) -> None:
        """Nothing: the line comes with the result."""

    def run_ends(self, path: str, result: Any) -> None:
        """One line, and what there is to say."""
        self._out(f'  run "{safe(result.name)}"... {self._status(result.status)}\n')
        if self._verbose is not None:
            view, registry = self._verbose
            if result.plan is not None:
                self._out(view.render(result.plan) + "\n")
            elif result.state is not None:
                self._out(f"\n{render_state(result.state, registry, self._style)}\n")
        self._report(result.diags)

    def teardown(self, path: str, name: str, diags: Sequence[Diagnostic],
                 left: Sequence[str]) -> None:
        """What went wrong, and what is left."""
        where = f"{safe(path)}/{safe(name)}"
        if any(d.is_error for d in diags):
            self._out("\nvbrprov encountered an error destroying resources created while executing "
                      f"{where}.\n")
        self._report(diags)
        if left:
            self._out(f"\nvbrprov left the following resources in state after executing {where}; "
                      "they go with the test's sandbox:\n"
                      + "".join(f"  - {safe(address)}\n" for address in left))

    def diagnostics(self, items: Sequence[Diagnostic]) -> None:
        """What is wrong with a whole file."""
        self._report(items)

    def summary(self, status: str, counts: Mapping[str, int]) -> None:
        """The last line."""
        fine = status in ("pass", "skip")
        word = self._style("Success!" if fine else "Failure!", "green" if fine else "red", "bold")
        failed = counts["fail"] + counts["error"]
        skipped = f", {counts['skip']} skipped" if counts["skip"] else ""
        self._out(f"\n{word} {counts['pass']} passed, {failed} failed{skipped}.\n")

    def _status(self, status: str) -> str:
        return self._style("fail" if status == "error" else status, _COLOURS[status])
