"""What expressions in test files may refer to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from vbrprov.diag import did_you_mean
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.world import ModuleScope
from vbrprov.sdk.function import FunctionContext
from vbrprov.syntax import ast
from vbrprov.values import Value


class TestScope:
    """Variables, earlier runs and, in assertions, everything in the module under test."""

    #: Not for pytest to collect.
    __test__ = False

    def __init__(self, context: FunctionContext, variables: Mapping[str, Value],
                 done: Mapping[str, Value], names: Collection[str],
                 inner: ModuleScope | None = None) -> None:
        self.context = context
        self.variables = variables
        self.done = done
        self.names = names
        self.inner = inner

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        """The value of the head of a reference."""
        step: Any = ref.steps[0] if ref.steps else None
        name = step.name if type(step) is ast.AttrStep else ""
        end = step.end if name else ref.name_end
        if ref.name == "run":
            return self._run(name, ref.start, end), 1
        if ref.name == "var" and not (self.inner and name in self.inner.module.variables):
            if name in self.variables:
                return self.variables[name], 1
            hint = did_you_mean(name, self.variables)
            raise EvalError("Reference to unavailable variable", f'The variable "{name}" is not '
                            f"available to this expression. {hint}".strip(), ref.start, end)
        if self.inner is None:
            raise EvalError("Invalid reference", "Only variables (var.NAME), the outputs of "
                            "earlier runs (run.NAME.OUTPUT) and functions can be used here.",
                            ref.start, end)
        if ref.name == "output":
            return self._output(self.inner, name, ref.start, end), 1
        return self.inner.resolve(ref)

    def _run(self, name: str, start: int, end: int) -> Value:
        if name in self.done:
            return self.done[name]
        if name in self.names:
            word = "unavailable" if self.inner is None else "unevaluated"
            raise EvalError(f"Reference to {word} run block", f'The run block "{name}" has not '
                            "executed yet. You can only reference run blocks that are in the same "
                            "test file and will execute before the current run block.", start, end)
        hint = did_you_mean(name, self.names)
        raise EvalError("Reference to unknown run block", f'The run block "{name}" does not exist '
                        f"within this test file. {hint}".strip(), start, end)

    @staticmethod
    def _output(inner: ModuleScope, name: str, start: int, end: int) -> Value:
        found = inner.world.outputs.get((inner.instance, name))
        if found is None:
            hint = did_you_mean(name, inner.module.outputs)
            raise EvalError("Reference to undeclared output value", "An output value with the name "
                            f'"{name}" has not been declared. {hint}'.strip(), start, end)
        return found
