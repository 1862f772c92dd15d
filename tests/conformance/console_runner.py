"""Feed language conformance cases to a program that has a console like Terraform's.

    console_runner.py [options] PROGRAM [ARGUMENT...]

Runs ``PROGRAM ARGUMENT... console`` with one expression on standard input, in an empty folder (or,
for cases that carry configuration, in a folder that holds just that) and compares what it prints
with the stored reference.

Every expression is wrapped as ``jsonencode(EXPRESSION)``, so that the program must print the result
of that the way Terraform does: one line, a string in quotes. Expressions that have values are asked
for together, as one tuple, and on any surprise in halves. An error is an exit status other than
zero, or nothing at all on standard output.

The last line printed is "N passed, N failed"; the exit status is 0 only when nothing failed.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from quoting import folded, loads, same, unquote

HERE = Path(__file__).parent
ANSI = re.compile(r"\x1b\[[0-9;]*m")
Case = dict[str, Any]
Outcome = dict[str, Any]


class NoValue(Exception):  # noqa: N818  # it is an answer as good as a value
    """The program gave no value."""


class Runner:
    """Asks one program."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.command = [*options.command, "console"]

    def _ask(self, line: str, folder: Path) -> str:
        try:
            done = subprocess.run(
                self.command, input=(line + "\n").encode(), capture_output=True, cwd=folder,
                timeout=self.options.timeout, check=False)
        except subprocess.TimeoutExpired:
            raise NoValue("timed out") from None
        out = ANSI.sub("", done.stdout.decode("utf-8", "replace"))
        if done.returncode != 0 or not out.strip():
            err = ANSI.sub("", done.stderr.decode("utf-8", "replace")).strip()
            raise NoValue(err or f"exit status {done.returncode}, no output")
        return out.strip("\r\n")

    def _value(self, expression: str, folder: Path) -> Any:
        out = self._ask(f"jsonencode({expression})", folder).split("\n")[-1]
        try:
            return loads(unquote(out, templates=True))
        except ValueError as error:
            return NoValue(f"unreadable output: {out[:200]} ({error})")

    def _alone(self, case: Case, folder: Path) -> Outcome:
        try:
            return self._judge(case, self._value(case["expr"], folder))
        except NoValue as error:
            return self._judge(case, error)

    def _judge(self, case: Case, got: Any) -> Outcome:
        outcome = {"id": case["id"], "group": case["group"], "tier": case.get("tier", "must"),
                   "expr": case["expr"], "got": str(got)[:300]}
        if case["expect"] == "error":
            outcome["want"] = "error: " + case.get("reference_error", "")
            outcome["ok"] = isinstance(got, NoValue)
            return outcome
        kind = None if isinstance(got, NoValue) else same(got, loads(case["json"]))
        outcome["want"] = case["json"][:300]
        outcome["float"] = kind == "float"
        outcome["ok"] = kind == "exact" or (kind == "float" and not self.options.exact)
        return outcome

    def _together(self, cases: list[Case], folder: Path) -> list[Outcome]:
        if len(cases) == 1:
            return [self._alone(cases[0], folder)]
        try:
            got = self._value("[" + ", ".join(case["expr"] for case in cases) + "]", folder)
        except NoValue:
            got = None
        if isinstance(got, list) and len(got) == len(cases):
            return [self._judge(case, value) for case, value in zip(cases, got, strict=True)]
        half = len(cases) // 2
        return self._together(cases[:half], folder) + self._together(cases[half:], folder)

    def job(self, cases: list[Case]) -> list[Outcome]:
        """Judge cases that share a configuration."""
        with tempfile.TemporaryDirectory(prefix="console-") as name:
            folder = Path(name)
            config = cases[0].get("config")
            if config is not None:
                path = folder / f"main{self.options.ext}"
                path.write_text(config, encoding="utf-8", newline="")
            return self._split(cases, folder)

    def _split(self, cases: list[Case], folder: Path) -> list[Outcome]:
        values = [case for case in cases if case["expect"] == "value"]
        alone = [case for case in values if re.search(r"#|/\*|//", case["expr"])]
        together = [case for case in values if case not in alone]
        out: list[Outcome] = []
        for start in range(0, len(together), self.options.batch):
            out += self._together(together[start:start + self.options.batch], folder)
        errors = [case for case in cases if case["expect"] == "error"]
        out += [self._alone(case, folder) for case in (*alone, *errors)]
        if self.options.types:
            out += [self._type(case, folder) for case in values if "type" in case]
        return out

    def _type(self, case: Case, folder: Path) -> Outcome:
        expression = f"type({case['expr']})"
        try:
            got = folded(self._ask(expression, folder))
        except NoValue as error:
            got = f"error: {error}"
        return {"id": case["id"] + "/type", "group": "type:" + case["group"],
                "tier": case.get("tier", "must"), "expr": expression, "ok": got == case["type"],
                "want": case["type"], "got": got}


def read(names: Iterable[Path]) -> list[Case]:
    """The cases of some files; files of other kinds have none."""
    cases: list[Case] = []
    for name in names:
        data = json.loads(name.read_text(encoding="utf-8"))
        if isinstance(data, dict) and data.get("kind") == "expressions":
            cases += data["cases"]
    return cases


def jobs_of(cases: list[Case]) -> list[list[Case]]:
    """Cases by configuration; those without any in handy parts."""
    by_config: dict[str | None, list[Case]] = {}
    for case in cases:
        by_config.setdefault(case.get("config"), []).append(case)
    out = []
    for config, group in by_config.items():
        size = 50 if config is None else len(group)
        out += [group[start:start + size] for start in range(0, len(group), size)]
    return out


def report(results: list[Outcome], show: int) -> str:
    """The table, the failures and the last line."""
    lines = []
    table: dict[str, list[int]] = {}
    for result in results:
        table.setdefault(result["group"], [0, 0])[0 if result["ok"] else 1] += 1
    lines += [f"{group:<28} {fine:4d} ok {bad:4d} wrong" for group, (fine, bad) in
              sorted(table.items())]
    for tier in ("must", "should", "may"):
        found = [result["ok"] for result in results if result["tier"] == tier]
        if found:
            lines.append(f"tier {tier:<6} {sum(found)} of {len(found)} "
                         f"({100 * sum(found) / len(found):.1f} %)")
    wrong = [result for result in results if not result["ok"]]
    lines += [f"WRONG {r['id']}: {r['expr']}\n   want {r['want']}\n   got  {r['got']}"
              for r in wrong[:show]]
    lines.append(f"{sum(bool(r.get('float')) for r in results)} numbers agreed to 15 digits only")
    lines.append(f"{len(results) - len(wrong)} passed, {len(wrong)} failed")
    return "\n".join(lines) + "\n"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cases", action="append", type=Path,
                        help="JSON file of cases (repeatable; default: all beside this program)")
    parser.add_argument("--group", help="regular expression: only these groups")
    parser.add_argument("--tier", choices=["must", "should", "may"], action="append")
    parser.add_argument("--ext", default=".tf", help="extension of the configuration file")
    parser.add_argument("--batch", type=int, default=25,
                        help="expressions asked for in one process")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--types", action="store_true", help="compare what type(EXPRESSION) prints")
    parser.add_argument("--exact", action="store_true", help="numbers must agree in every digit")
    parser.add_argument("--show", type=int, default=30, help="how many failures to print")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if not options.command:
        parser.error("name the program to run, for example: terraform")
    if os.sep in options.command[0]:
        options.command[0] = str(Path.cwd() / options.command[0])
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run the cases; the exit status."""
    options = parse(arguments)
    cases = read(options.cases or sorted(HERE.glob("*.json")))
    if options.group:
        cases = [case for case in cases if re.search(options.group, case["group"])]
    if options.tier:
        cases = [case for case in cases if case.get("tier", "must") in options.tier]
    begun, runner = time.monotonic(), Runner(options)
    results: list[Outcome] = []
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        for part in pool.map(runner.job, jobs_of(cases)):
            results += part
    sys.stdout.write(report(results, options.show))
    sys.stderr.write(f"{time.monotonic() - begun:.1f} s\n")
    return 0 if results and all(result["ok"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
