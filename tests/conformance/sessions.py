"""vbrprov's console, asked in this process: a few thousand answers take seconds."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from quoting import folded, unquote

from vbrprov.cli.runtime import Runtime
from vbrprov.workflow.console import Console, open_console
from vbrprov.workflow.request import Request


@dataclass(frozen=True, slots=True)
class Answer:
    """What was printed, or what was wrong with it."""

    text: str = ""
    error: str = ""


class Session:
    """A console in a folder; none when the configuration there has errors."""

    def __init__(self, folder: Path, console: Console | None, error: str) -> None:
        self._folder = folder
        self._console = console
        self._error = error

    def ask(self, expression: str) -> Answer:
        """What the console prints for an expression."""
        if self._console is None:
            return Answer(error=self._error)
        with contextlib.chdir(self._folder):
            text, _, found = self._console.answer(expression)
        if found.has_errors:
            return Answer(error="; ".join(f"{d.summary}: {d.detail}" for d in found))
        return Answer(text)

    def json(self, expression: str) -> Answer:
        """The expression's value as JSON."""
        answer = self.ask(f"jsonencode(\n{expression}\n)")
        if answer.error:
            return answer
        try:
            return Answer(unquote(answer.text))
        except ValueError as error:
            return Answer(error=str(error))

    def type(self, expression: str) -> str:
        """The name of the expression's type, blanks folded."""
        answer = self.ask(f"type({expression})")
        return answer.error or folded(answer.text)


class Ours:
    """Opens sessions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def open(self, config: str) -> Session:
        """A session on a configuration."""
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        if config:
            (folder / "main.vbr.hcl").write_text(config, encoding="utf-8", newline="")
        runtime = Runtime()
        with contextlib.chdir(folder):
            console = open_console(Request(allow_missing_variables=True), runtime)
        wrong = "; ".join(f"{d.summary}: {d.detail}" for d in runtime.diags)
        return Session(folder, console, wrong)
