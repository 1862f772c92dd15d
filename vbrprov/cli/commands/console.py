"""``vbrprov console``."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options
from vbrprov.cli.runtime import Runtime
from vbrprov.diag import Diagnostic
from vbrprov.views.human.diagnostics import render_diagnostics
from vbrprov.views.human.text import safe

HELP = """Type an expression and press Enter to see its value, for example:

    var.name
    [for x in ["a", "b"] : upper(x)]
    type(local.settings)

Resources have the values that the state holds. Brackets and heredocs may go on over
several lines; Tab completes names. To leave, type "exit", or press Control-C or Control-D.
"""
#: A file for what was typed. Without it nothing is kept: people type secrets here.
_HISTORY = "VBRPROV_CONSOLE_HISTORY"
_HISTORY_LINES = 1000
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)[ \t]*\r?(?:\n|\Z)")


@click.command()
@input_options
@state_options
@output_options
def command(no_color: bool, **given: Any) -> int:
    """Evaluate expressions, from the terminal or from standard input.

    Reads one expression a line; brackets and heredocs may go on over several. From a pipe, the
    value of the last one is printed.

    On a terminal what was typed is kept in the file that VBRPROV_CONSOLE_HISTORY names, and nowhere
    without it.

    Exit status: 0 done, 1 an expression has no value, or the configuration cannot be read.
    """
    from vbrprov.workflow.console import open_console

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, allow_missing=True, **given)
    console = open_console(request, runtime)
    _report(runtime, runtime.diags)
    if console is None:
        return 1
    if sys.stdin.isatty():
        return _talk(console, runtime)
    return _read_all(console, runtime)


def _report(runtime: Runtime, diags: Iterable[Diagnostic]) -> None:
    """Print diagnostics to standard error, warnings too: standard output is for values."""
    items = list(diags)
    if items:
        runtime.err(render_diagnostics(items, runtime.sources, runtime.style,
                                       mask=runtime.redactor.redact))


def _answer(console: Any, runtime: Runtime, text: str | bytes) -> str | None:
    answer, source, diags = console.answer(text)
    runtime.sources[source.name] = source
    _report(runtime, diags)
    return None if diags.has_errors else answer


def _print(runtime: Runtime, answer: str) -> None:
    # The lines of a heredoc are as they are; what they hold must not command a terminal.
    runtime.out((safe(answer) if sys.stdout.isatty() else answer) + "\n")


def _read_all(console: Any, runtime: Runtime) -> int:
    last = None
    for text in expressions(sys.stdin.buffer.read().split(b"\n")):
        if text == b"exit":
            break
        last = HELP.rstrip("\n") if text == b"help" else _answer(console, runtime, text)
        if last is None:
            return 1
    if last is not None:
        _print(runtime, last)
    return 0


def expressions(lines: list[bytes]) -> Iterator[bytes]:
    """The expressions in *lines*: one a line, or more lines while something is open."""
    pending = b""
    for line in lines:
        pending = pending + line.removesuffix(b"\r") + b"\n" if pending else line.strip()
        if not pending:
            continue
        if is_open(pending.decode("utf-8", "replace")):
            pending += b"" if pending.endswith(b"\n") else b"\n"
            continue
        yield pending
        pending = b""
    if pending:
        yield pending


def is_open(text: str) -> bool:
    """Whether an expression goes on in the next line: a bracket, heredoc or comment is open."""
    brackets: list[str] = []  # closing brackets to come; '"' is a string
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if brackets and brackets[-1] == '"':
            if char == "\\":
                at += 1
            elif char == '"':
                brackets.pop()
            elif char == "\n":
                return False
            elif char in "$%" and text.startswith("{", at):
                if text[at - 2] != char:
                    brackets.append("}")
                at += 1
        elif char == '"':
            brackets.append('"')
        elif char in "([{":
            brackets.append({"(": ")", "[": "]", "{": "}"}[char])
        elif char in ")]}":
            if not brackets or brackets.pop() != char:
                return False
        elif char == "#" or text.startswith("//", at - 1):
            at = len(text) if (end := text.find("\n", at)) < 0 else end
        elif text.startswith("/*", at - 1):
            if (end := text.find("*/", at + 1)) < 0:
                return True
            at = end + 2
        elif char == "<" and (found := _HEREDOC.match(text, at - 1)):
            closing = re.compile(rf"^[ \t]*{re.escape(found[1])}[ \t]*\r?$", re.MULTILINE)
            end_of_text = closing.search(text, found.end())
            if end_of_text is None:
                return True
            at = end_of_text.end()
    return bool(brackets) and brackets[-1] != '"'


def _talk(console: Any, runtime: Runtime) -> int:
    from vbrprov.workflow.completion import Completion

    with _line_editing(Completion(console), runtime.environ.get(_HISTORY, "")):
        pending = ""
        while True:
            try:
                line = input(". " if pending else "> ")
            except EOFError:
                runtime.out("\n")
                return 0
            except KeyboardInterrupt:
                runtime.out("\n")
                if not pending:
                    return 0
                pending = ""
                continue
            pending = f"{pending}{line}\n" if pending else line.strip()
            if is_open(pending):
                pending += "" if pending.endswith("\n") else "\n"
                continue
            text, pending = pending, ""
            if text == "exit":
                return 0
            if text == "help":
                runtime.out(HELP)
            elif text:
                answer = _answer(console, runtime, text)
                if answer is not None:
                    _print(runtime, answer)


@contextlib.contextmanager
def _line_editing(completion: Callable[[str], list[str]], history: str) -> Iterator[None]:
    """Completion, and history in the file *history*, where the system has them."""
    try:
        import readline
    except ImportError:
        yield
        return
    from vbrprov.platform_.files import open_private

    fitting: list[str] = []

    def complete(text: str, index: int) -> str | None:
        nonlocal fitting
        if index == 0:
            fitting = completion(text)
        return fitting[index] if index < len(fitting) else None

    readline.set_completer_delims(" \t\n()[]{},:=+-*/%<>!&|?\"'$")
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    readline.set_history_length(_HISTORY_LINES)
    if history:
        with contextlib.suppress(OSError):
            readline.read_history_file(history)
    try:
        yield
    finally:
        readline.set_completer(None)
        if history:
            with contextlib.suppress(OSError):
                os.close(open_private(Path(history), os.O_WRONLY | os.O_CREAT))
                readline.write_history_file(history)
