"""Names that an expression may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from vbrprov.evaluate.budget import Rounds
from vbrprov.evaluate.errors import UnknownNameError
from vbrprov.sdk.function import FunctionContext
from vbrprov.syntax import ast
from vbrprov.values import Value


class Scope(Protocol):
    """Resolves the head of a reference."""

    @property
    def context(self) -> FunctionContext:
        """What functions may know of their surroundings."""

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        """The value of the head of *ref*, and how many of its steps that used up.

        Raises:
            EvalError: There is no such name.
        """


class Local:
    """A scope with a few more names: iteration variables, template variables."""

    __slots__ = ("names", "outer", "rounds")

    def __init__(self, outer: Scope, names: Mapping[str, Value],
                 rounds: Rounds | None = None) -> None:
        self.outer = outer
        self.names = names
        self.rounds = rounds

    @property
    def context(self) -> FunctionContext:
        """That of the outer scope."""
        return self.outer.context

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        """A name of this scope, or what the outer one says."""
        if ref.name in self.names:
            return self.names[ref.name], 0
        return self.outer.resolve(ref)


class NamesOnly:
    """A scope of given names and nothing else (templates, tests of expressions)."""

    __slots__ = ("_context", "names", "what")

    def __init__(self, names: Mapping[str, Value], context: FunctionContext,
                 what: str = "here") -> None:
        self.names = names
        self._context = context
        self.what = what

    @property
    def context(self) -> FunctionContext:
        """What functions may know of their surroundings."""
        return self._context

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        """One of the names."""
        if ref.name in self.names:
            return self.names[ref.name], 0
        from vbrprov.diag import did_you_mean

        detail = f'There is no variable named "{ref.name}" {self.what}.'
        hint = did_you_mean(ref.name, self.names)
        raise UnknownNameError("Invalid reference", f"{detail} {hint}".strip(),
                               ref.start, ref.name_end)
