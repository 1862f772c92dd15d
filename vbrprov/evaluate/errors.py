"""What goes wrong in an expression."""

from __future__ import annotations

from typing import Any

from vbrprov.diag import Diagnostic, Severity, SourceFile


class EvalError(Exception):
    """An expression that has no value. Offsets are those of the smallest wrong part.

    ``node`` and ``scope`` are the expression that was being evaluated and the names it saw, as far
    as the evaluator has filled them in: the diagnostic shows the values that are named there.
    """

    def __init__(self, summary: str, detail: str, start: int, end: int, *, node: Any = None,
                 scope: Any = None) -> None:
        super().__init__(f"{summary}: {detail}")
        self.summary = summary
        self.detail = detail
        self.start = start
        self.end = end
        self.node = node
        self.scope = scope

    def diagnostic(self, source: SourceFile, address: str | None = None) -> Diagnostic:
        """The error as a diagnostic in *source*."""
        values: tuple[tuple[str, str], ...] = ()
        function = ""
        context = None
        if self.node is not None and self.scope is not None:
            from vbrprov.evaluate.quoted import called, smallest, values_in

            function = called(self.node)
            context = source.range(min(self.node.start, self.start), max(self.node.end, self.end))
            values = values_in(smallest(self.node, self.start, self.end), self.scope)
        return Diagnostic(Severity.ERROR, self.summary, self.detail,
                          source.range(self.start, self.end), context, address, values=values,
                          function=function)


class UnknownExpansionError(EvalError):
    """How many instances there are is known only after apply; *what* says by which argument."""

    def __init__(self, what: str, detail: str, start: int, end: int) -> None:
        super().__init__(f"Invalid {what} argument", detail, start, end)
        self.what = what


class UnknownNameError(EvalError):
    """A name that is declared nowhere. Neither a conditional nor ``try`` gets past that."""
