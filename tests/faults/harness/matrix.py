"""The fault matrix, and the pytest plugin that prints it as one table.

A test with the mark ``fault("F2")`` is a trial of row F2. What it saw is in its tally
(``tests/harness/tally.py``); here the tallies are only summed up and held against the bars.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tally import COLUMNS

#: Which counts must be zero in every row.
BAR = ("lost", "doubled", "forks", "broken", "failed")


@dataclass(frozen=True)
class Row:
    """A row of the matrix: *least* of *column* are needed for each of its subjects."""

    id: str
    fault: str
    least: int
    column: str = "trials"


ROWS = {row.id: row for row in (
    Row("F1", "SIGKILL at every named point", 11, "kills"),
    Row("F2", "SIGKILL at random moments, local state", 200, "kills"),
    Row("F3", "SIGKILL at random moments, remote state", 200, "kills"),
    Row("F4", "SIGKILL while an existing stack grows", 100, "kills"),
    Row("F5", "SIGKILL, objects that we name", 50, "kills"),
    Row("F6", "killed again while recovering, three deep", 100),
    Row("F7", "disk full, broken, read-only, over quota", 3),
    Row("F8", "files cut at each byte, bytes flipped", 1000),
    Row("F9", "applies at once, a holder that sleeps", 20),
    Row("F10", "signals, closed terminal, broken pipe", 20),
    Row("F11", "lost answers, 500, time-outs, 429", 3, "kills"),
    Row("F12", "the call ends after its client's death", 50, "kills"),
    Row("F13", "clocks that jump or differ", 10),
    Row("F14", "states from the future, of others, older", 2),
    Row("F15", "10,000 objects, killed at half", 3, "kills"),
)}


@dataclass
class Line:
    """What one subject (a backend, and what more tells lines apart) came to in a row."""

    row: Row
    subject: str
    counts: Counter[str] = field(default_factory=Counter)
    figures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    files: set[str] = field(default_factory=set)
    errors: int = 0
    skipped: str = ""

    def verdict(self, part: bool) -> str:
        """Whether the bar was met; of a *part* of the matrix no number of trials is asked."""
        if not self.counts and not self.errors:
            return f"not run: {self.skipped}"
        missed = [name for name in BAR if self.counts[name]]
        if self.errors:
            missed.append(f"{self.errors} tests failed")
        if not part and self.counts[self.row.column] < self.row.least:
            missed.append(f"only {self.counts[self.row.column]} {self.row.column}")
        return f"MISSED: {', '.join(missed)}" if missed else "met"

    def data(self, part: bool) -> dict[str, Any]:
        """As JSON data."""
        return {"id": self.row.id, "fault": self.row.fault, "subject": self.subject,
                **{name: self.counts[name] for name in COLUMNS}, "tests_failed": self.errors,
                "bar": self.bar(part), "verdict": self.verdict(part),
                "figures": dict(self.figures), "where": sorted(self.files)}

    def bar(self, part: bool) -> str:
        """The bar in words."""
        return "0 in all" + ("" if part else f", {self.row.least}+ {self.row.column}")


class Matrix:
    """Sums up the tallies of a test run."""

    def __init__(self, config: pytest.Config) -> None:
        self._json: str | None = config.getoption("matrix_json")
        self._part = bool(config.getoption("matrix_part"))
        self._lines: dict[tuple[str, str], Line] = {}
        #: Node ids of failed tests, in order; what they belong to is known when they are over.
        self._failed: dict[str, None] = {}
        self._began = time.monotonic()

    def _line(self, row: str, subject: str) -> Line:
        return self._lines.setdefault((row, subject), Line(ROWS[row], subject))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        given: dict[str, Any] = dict(report.user_properties)
        if "row" not in given:
            return
        subject = given.get("tally", {}).get("subject", given.get("backend", "local"))
        if report.failed:
            self._failed[report.nodeid] = None
        if report.when == "teardown" and report.nodeid in self._failed:
            self._line(given["row"], subject).errors += 1
        if report.skipped and isinstance(report.longrepr, tuple):
            line = self._line(given["row"], subject)
            line.skipped = str(report.longrepr[2]).removeprefix("Skipped: ")
        if report.when == "teardown" and "tally" in given:
            line = self._line(given["row"], subject)
            line.counts.update(given["tally"]["counts"])
            line.files.add(report.nodeid.split("::")[0].removeprefix("tests/"))
            for name, number in given["tally"]["figures"]:
                line.figures[name].append(number)

    def _sorted(self) -> list[Line]:
        return sorted(self._lines.values(), key=lambda line: (int(line.row.id[1:]), line.subject))

    def _missed(self) -> list[Line]:
        return [line for line in self._sorted() if line.verdict(self._part).startswith("MISSED")]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._missed() or not self._lines:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        seconds = time.monotonic() - self._began
        lines = [line.data(self._part) for line in self._sorted()]
        for text in [*_table(lines), *_where(lines), *_figures(self._sorted()),
                     *_again(self._failed)]:
            terminalreporter.write_line(text)
        terminalreporter.write_line(
            f"\nseeds: {os.environ.get('VBRPROV_FAULT_SEEDS') or 'the usual ones, from 0'}; "
            f"{len(lines)} lines, {sum(each['trials'] for each in lines)} trials, "
            f"{sum(each['kills'] for each in lines)} faults that struck, "
            f"{len(self._missed())} bars missed; run time {seconds / 60:.1f} minutes")
        if self._json:
            Path(self._json).write_text(json.dumps(
                {"seconds": round(seconds, 1), "part": self._part, "rows": lines}, indent=1) + "\n",
                encoding="utf-8")


def _table(lines: list[dict[str, Any]]) -> Iterator[str]:
    heads = ("id", "fault", "subject", *COLUMNS, "bar", "verdict")
    cells = [heads, *(tuple(str(line[name]) for name in heads) for line in lines)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
    yield ""
    for number, row in enumerate(cells):
        shown = [text.rjust(width) if 2 < n < 3 + len(COLUMNS) else text.ljust(width)
                 for n, (text, width) in enumerate(zip(row, widths, strict=True))]
        yield f"| {' | '.join(shown)} |"
        if number == 0:
            yield f"| {' | '.join('-' * width for width in widths)} |"


def _where(lines: list[dict[str, Any]]) -> Iterator[str]:
    files: dict[str, set[str]] = {}
    for line in lines:
        files.setdefault(line["id"], set()).update(line["where"])
    yield "\nWhere the trials are (below tests/):"
    for row, names in files.items():
        yield f"  {row}: {', '.join(sorted(names))}"


def _figures(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        for name, numbers in line.figures.items():
            listed = ", ".join(f"{number:,.2f}" for number in numbers[:10])
            yield f"{line.row.id}, {line.subject}: {name}: {listed}"


def _again(failed: Iterable[str]) -> Iterator[str]:
    seeds = os.environ.get("VBRPROV_FAULT_SEEDS")
    for node in failed:
        yield (f"failed; again with: {f'VBRPROV_FAULT_SEEDS={seeds} ' if seeds else ''}"
               f".venv/bin/python -m pytest '{node}'")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the table goes as JSON, and whether only a part of the trials runs."""
    parser.addoption("--matrix-json", dest="matrix_json")
    parser.addoption("--matrix-part", dest="matrix_part", action="store_true")
    parser.addoption("--matrix-rows", dest="matrix_rows", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Sum up where reports arrive: not in the workers of xdist."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Matrix(config), "matrix-table")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each report carry its row, and the backend that a skipped test has no tally to name."""
    wanted = {name for name in config.getoption("matrix_rows").split(",") if name}
    if wanted:
        items[:] = [item for item in items
                    if (mark := item.get_closest_marker("fault")) and mark.args[0] in wanted]
    for item in items:
        mark = item.get_closest_marker("fault")
        if mark is not None:
            item.user_properties.append(("row", mark.args[0]))
            params = item.callspec.params if hasattr(item, "callspec") else {}
            if "server" in params:
                item.user_properties.append(("backend", str(params["server"])))
