"""What the console offers when somebody presses Tab."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.config.reader import is_identifier
from vbrprov.diag import SourceFile
from vbrprov.evaluate import EvalError, evaluate
from vbrprov.syntax import parse_expression
from vbrprov.values import unmark
from vbrprov.workflow.console import Console


class Completion:
    """Names of one configuration, and attributes of the values that it has.

    Args:
        console: Knows the values.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._names = console.names()

    def __call__(self, text: str) -> list[str]:
        """All that *text* may become; the names of what is sensitive are not offered."""
        found = [name for name in self._names if name.startswith(text)]
        base, dot, begun = text.rpartition(".")
        if dot and not found:
            found = [f"{base}.{name}" for name in self._attributes(base) if name.startswith(begun)]
        return found

    def _attributes(self, text: str) -> list[str]:
        node, found = parse_expression(SourceFile("<completion>", text))
        if found.has_errors:
            return []
        try:
            value, marks = unmark(evaluate(node, self._console.scope))
        except EvalError:
            return []
        items = value if isinstance(value, dict) else getattr(value, "items", None)
        if marks or not isinstance(items, Mapping):
            return []
        return sorted(name for name in items if is_identifier(name))
