"""Streams, colour and secrets of one command run."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO, cast

from vbrprov.diag import Diagnostic, Diagnostics, SourceFile
from vbrprov.plan.environment import Environment
from vbrprov.platform_.streams import tell
from vbrprov.secrets import Redactor, SecretBook
from vbrprov.views.human.diagnostics import MOST_SHOWN, render_diagnostics
from vbrprov.views.human.progress import Progress
from vbrprov.views.human.text import Style
from vbrprov.workflow.registry import ProviderRegistry


class _Masked:
    """A stream that no secret of the run gets into."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream.inner if isinstance(stream, _Masked) else stream
        self._redactor = redactor

    @property
    def inner(self) -> TextIO:
        """The stream itself."""
        return self._stream

    def write(self, text: str) -> int:
        """Write a text without secrets."""
        return self._stream.write(self._redactor.redact(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Runtime:
    """Everything a command prints goes through here, so that no secret gets past the redactor."""

    def __init__(self, *, no_color: bool = False, reports: Sequence[str] = ()) -> None:
        self.environ: Mapping[str, str] = dict(os.environ)
        self.redactor = Redactor()
        # Tracebacks and warnings of libraries are written past us.
        sys.stderr = cast("TextIO", _Masked(sys.stderr, self.redactor))
        self.book = SecretBook()
        plain = no_color or bool(self.environ.get("NO_COLOR")) or not sys.stdout.isatty()
        self.style = Style(not plain)
        self.diags = Diagnostics()
        #: Standard output is read by a program: warnings go to standard error.
        self.machine_output = False
        self._reported = 0
        self.sources: dict[str, SourceFile] = {}
        self._lock = threading.Lock()
        self._reports: list[tuple[str, str]] = []
        if reports:
            from vbrprov.cli.reporting import parse_reports

            self._reports = parse_reports(reports)
        _log_to(self.environ, self.redactor)

    def out(self, text: str) -> None:
        """Print to standard output."""
        with self._lock:
            tell(sys.stdout, self.redactor.redact(text))

    def err(self, text: str) -> None:
        """Print to standard error."""
        with self._lock:
            tell(sys.stdout, "")
            tell(sys.stderr, text)

    def environment(self, *, sandbox: Any = None, parallelism: int = 10,
                    progress: bool = False, untrusted: bool = False) -> Environment:
        """The engine's surroundings for this run."""
        event = Progress(self.out, self.style).event if progress else None
        made = Environment(registry=ProviderRegistry(), book=self.book, redactor=self.redactor,
                           sandbox=sandbox, parallelism=parallelism, untrusted=untrusted)
        if event is not None:
            made.event = event
        return made

    def report(self, items: Iterable[Diagnostic]) -> None:
        """Print diagnostics: errors to standard error, the rest to standard output."""
        errors = [d for d in items if d.is_error]
        others = [d for d in items if not d.is_error]
        if others:
            tell = self.err if self.machine_output else self.out
            tell("\n" + render_diagnostics(others, self.sources, self.style,
                                           mask=self.redactor.redact)
                 + _not_shown(others, "messages"))
        if errors:
            self.err(render_diagnostics(errors, self.sources, self.style,
                                        mask=self.redactor.redact)
                     + _not_shown(errors, "errors"))

    def restart(self) -> None:
        """Forget what was collected and not yet reported."""
        self.diags = Diagnostics(list(self.diags)[:self._reported])

    def report_so_far(self, more: Iterable[Diagnostic] = ()) -> None:
        """Report what was collected since the last time, and *more*."""
        items = list(self.diags)
        found = [*items[self._reported:], *more]
        self._reported = len(items)
        if found:
            self.report(found)

    def finish(self) -> int:
        """Report what was collected and not yet reported; the exit status."""
        self.report_so_far()
        self.write_reports()
        return 1 if self.diags.has_errors else 0

    def write_reports(self) -> None:
        """Write what was collected in the formats of ``-report``."""
        if self._reports:
            from vbrprov.cli.reporting import write_reports

            reports, self._reports = self._reports, []
            write_reports(self, reports)

    def interactive(self) -> bool:
        """Whether a person can be asked."""
        off = self.environ.get("TF_INPUT", self.environ.get("VBRPROV_INPUT", "")) in ("0", "false")
        return sys.stdin.isatty() and sys.stdout.isatty() and not off

    def asker(self, wanted: bool) -> Callable[[str, str, bool], str] | None:
        """Asks for a variable's value on the terminal, where there is one."""
        if not wanted or not self.interactive():
            return None

        def ask(name: str, description: str, sensitive: bool) -> str:
            import click

            self.out(f"{self.style('var.' + name, 'bold')}\n")
            if description:
                self.out(f"  {description}\n")
            answer: str = click.prompt("  Enter a value", hide_input=sensitive, default="",
                                       show_default=False)
            return answer

        return ask

    def confirm(self, question: str) -> bool:
        """Ask for consent; only the word "yes" is."""
        self.out(question + "\n  Only 'yes' will be accepted to approve.\n\n")
        self.out(f"  {self.style('Enter a value:', 'bold')} ")
        try:
            answer = sys.stdin.readline()
        except OSError:
            # The terminal was closed.
            return False
        return answer.strip() == "yes"

    def add_sources(self, root: Any) -> None:
        """Remember the texts that diagnostics quote."""
        for module in root.walk():
            self.sources.update(module.sources)

    def add_source(self, source: SourceFile) -> None:
        """Remember one more."""
        self.sources[source.name] = source


def _not_shown(items: Sequence[Diagnostic], word: str) -> str:
    rest = len(items) - MOST_SHOWN
    return (f"{rest} more {word} are not shown. To list more of them, run:\n"
            "    vbrprov validate -json\n") if rest > 0 else ""


def _log_to(environ: Mapping[str, str], redactor: Redactor) -> None:
    """Send the libraries' logs to standard error when asked for, redacted."""
    level = environ.get("VBRPROV_LOG", environ.get("TF_LOG", ""))
    if not level or level.upper() == "OFF":
        return
    import logging

    known = {"TRACE": "DEBUG", "JSON": "DEBUG", "WARN": "WARNING"}
    name = known.get(level.upper(), level.upper())
    # As Terraform does, an unknown level means all of it.
    number = getattr(logging, name, logging.DEBUG) if name.isalpha() else logging.DEBUG
    handler = logging.StreamHandler(sys.stderr)
    path = environ.get("VBRPROV_LOG_PATH", environ.get("TF_LOG_PATH", ""))
    if path:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            tell(sys.stderr, f"Warning: the log file {path} cannot be opened: {error.strerror}.\n")
        else:
            handler = logging.StreamHandler(os.fdopen(descriptor, "a", encoding="utf-8"))
    handler.addFilter(redactor.filter(handler))
    handler.setFormatter(logging.Formatter("%(asctime)s [%(levelname)s] %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(number if isinstance(number, int) else logging.DEBUG)
