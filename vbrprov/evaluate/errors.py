"""What goes wrong in an expression."""

from __future__ import annotations

from vbrprov.diag import Diagnostic, Severity, SourceFile


class EvalError(Exception):
    """An expression that has no value. Offsets are those of the smallest wrong part."""

    def __init__(self, summary: str, detail: str, start: int, end: int) -> None:
        super().__init__(f"{summary}: {detail}")
        self.summary = summary
        self.detail = detail
        self.start = start
        self.end = end

    def diagnostic(self, source: SourceFile, address: str | None = None) -> Diagnostic:
        """The error as a diagnostic in *source*."""
        return Diagnostic(Severity.ERROR, self.summary, self.detail,
                          source.range(self.start, self.end), address=address)


class UnknownExpansionError(EvalError):
    """How many instances there are is known only after apply; *what* says by which argument."""

    def __init__(self, what: str, detail: str, start: int, end: int) -> None:
        super().__init__(f"Invalid {what} argument", detail, start, end)
        self.what = what


class UnknownNameError(EvalError):
    """A name that is declared nowhere. Neither a conditional nor ``try`` gets past that."""
