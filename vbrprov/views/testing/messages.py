"""A test run as Terraform's JSON messages, one a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vbrprov.diag import Diagnostic, Diagnostics, SourceFile
from vbrprov.plan.environment import Registry
from vbrprov.views.json.plan import plan_json
from vbrprov.views.json.state import state_json
from vbrprov.views.json.stream import diagnostic_message, message, version_message


class JsonTestView:
    """Prints messages.

    Args:
        out: Prints text.
        sources: Texts that diagnostics quote.
        verbose: Shows plans and states with the registry's schemas; ``None`` shows none.
    """

    def __init__(self, out: Callable[[str], None], sources: Mapping[str, SourceFile],
                 verbose: Registry | None = None) -> None:
        self._out = out
        self._sources = sources
        self._verbose = verbose
        self._out(version_message())

    def found(self, files: Mapping[str, list[str]]) -> None:
        """``test_abstract``."""
        runs = sum(map(len, files.values()))
        self._out(message(
            "test_abstract", f"Found {_counted(len(files), 'file')} and "
            f"{_counted(runs, 'run block')}", test_abstract=dict(files)))

    def file(self, path: str, progress: str, status: str = "") -> None:
        """``test_file``."""
        word = {"starting": "in progress", "teardown": "tearing down"}.get(progress)
        data = {"path": path, "progress": progress, **({"status": status} if status else {})}
        self._out(message("test_file", f"{path}... {word or _word(status)}", _testfile=path,
                          test_file=data))

    def run_starts(self, path: str, name: str) -> None:
        """``test_run`` in progress."""
        self._run(path, name, "in progress", progress="starting", elapsed=0)

    def run_ends(self, path: str, result: Any) -> None:
        """``test_run`` complete, with its plan or state and its diagnostics."""
        self._run(path, result.name, _word(result.status), progress="complete",
                  status=str(result.status))
        where = {"_testfile": path, "_testrun": result.name}
        if self._verbose is not None and result.root is not None and result.state is not None:
            if result.plan is not None:
                shown = plan_json(result.plan, result.root, result.state, self._verbose,
                                  Diagnostics(result.diags))
                self._out(message("test_plan", "-verbose flag enabled, printing plan", **where,
                                  test_plan=shown))
            else:
                self._out(message("test_state", "-verbose flag enabled, printing state", **where,
                                  test_state=state_json(result.state, self._verbose)))
        for item in result.diags:
            self._out(diagnostic_message(item, self._sources, **where))

    def _run(self, path: str, name: str, word: str, **data: Any) -> None:
        self._out(message("test_run", f'  "{name}"... {word}', _testfile=path, _testrun=name,
                          test_run={"path": path, "run": name, **data}))

    def teardown(self, path: str, name: str, diags: Sequence[Diagnostic],
                 left: Sequence[str]) -> None:
        """``test_run`` in teardown, its diagnostics, and ``test_cleanup`` of what is left."""
        self._run(path, name, "tearing down", progress="teardown", elapsed=0)
        for item in diags:
            self._out(diagnostic_message(item, self._sources, _testfile=path, _testrun=name))
        if left:
            self._out(message(
                "test_cleanup", "vbrprov left some resources in state after executing "
                f"{path}/{name}; they go with the test's sandbox.", level="error", _testfile=path,
                _testrun=name,
                test_cleanup={"failed_resources": [{"instance": address} for address in left]}))

    def diagnostics(self, items: Sequence[Diagnostic]) -> None:
        """Diagnostics of a whole file."""
        for item in items:
            self._out(diagnostic_message(item, self._sources))

    def summary(self, status: str, counts: Mapping[str, int]) -> None:
        """``test_summary``."""
        failed = counts["fail"] + counts["error"]
        skipped = f", {counts['skip']} skipped" if counts["skip"] else ""
        word = "Success!" if status in ("pass", "skip") else "Failure!"
        self._out(message(
            "test_summary", f"{word} {counts['pass']} passed, {failed} failed{skipped}.",
            test_summary={"status": str(status), "passed": counts["pass"],
                          "failed": counts["fail"], "errored": counts["error"],
                          "skipped": counts["skip"]}))


def _word(status: str) -> str:
    return "fail" if status == "error" else str(status)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
