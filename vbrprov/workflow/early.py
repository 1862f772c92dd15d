"""Values that are needed before anything is planned: in module sources and backend settings.

Only what follows from inputs: variables, local values made of them, and paths. What a module gets
from its caller counts where that is such a value in turn.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import msgspec

from vbrprov.config import Expression, Module
from vbrprov.config.model import ModulePath
from vbrprov.diag import Diagnostics
from vbrprov.evaluate import EvalError, evaluate
from vbrprov.sdk.function import FunctionContext
from vbrprov.syntax import ast, parse_config
from vbrprov.values import (
    EPHEMERAL,
    SENSITIVE,
    STRING,
    ConversionError,
    Value,
    convert,
    is_null,
    is_wholly_known,
    mark,
    unmark_deep,
)
from vbrprov.workflow.request import Request
from vbrprov.workflow.variables import collect

#: Makes the surroundings of functions for a folder.
MakeContext = Callable[[str], FunctionContext]


class Early:
    """Evaluates arguments that must be known at once.

    Args:
        request: Where the inputs come from.
        make_context: The surroundings of functions.
        values: Variables of the root module that are known already, as in a saved plan.
    """

    def __init__(self, request: Request, make_context: MakeContext,
                 values: dict[str, Value] | None = None) -> None:
        # Nobody is asked for a value here: planning asks, once.
        self._request = msgspec.structs.replace(request, ask=None, allow_missing_variables=True)
        self._fixed = values or {}
        self._inputs: dict[str, Value] | None = None
        self._modules: dict[ModulePath, Module] = {}
        self.context = make_context(request.directory)
        self._open: list[tuple[ModulePath, str]] = []

    def enter(self, module: Module) -> None:
        """Remember a module: expressions in it, and in modules that it calls, come next."""
        self._modules[module.path] = module

    def text(self, expression: Expression, module: Module, what: str,
             diags: Diagnostics) -> str | None:
        """The text that an expression stands for; ``None``, and an error, when that is not known.

        Args:
            expression: The expression.
            module: The module that it stands in; it and its callers were entered before.
            what: The argument, for messages.
            diags: Where errors go.
        """
        try:
            value = evaluate(expression.node, _Scope(self, module, what))
            bare, marks = unmark_deep(value)
            if marks:
                diags.error("Sensitive value not allowed", f'The value of "{what}" is shown and '
                            "recorded, so it must not be made from a sensitive or ephemeral "
                            "value.", expression.range)
                return None
            if not is_wholly_known(bare):
                diags.error("Value not known", f'The value of "{what}" must be known before '
                            "anything is planned, and a variable in it has no value. Give it one "
                            "with -var, in a file of values or in the environment, as "
                            "VBRPROV_VAR_NAME.", expression.range)
                return None
            if is_null(bare):
                diags.error("Unsuitable value type", f'The value of "{what}" must be a string, '
                            "but it is null.", expression.range)
                return None
            text = convert(bare, STRING)
            assert isinstance(text, str)
        except EvalError as error:
            diags.add(error.diagnostic(expression.source))
        except ConversionError as error:
            diags.error("Unsuitable value type", f'The value of "{what}" must be a string: '
                        f"{error}.", expression.range)
        else:
            return text
        return None

    def variable(self, module: Module, name: str, what: str) -> Value:
        """The value of an input variable of a module."""
        declared = module.variables[name]
        if module.path:
            caller = self._modules[module.path[:-1]]
            given = caller.calls[module.path[-1]].arguments.get(name)
            scope = _Scope(self, caller, what)
            value = None if given is None else self._value(given, scope, (module.path, name))
        else:
            value = self._root_inputs(module).get(name)
        if value is not None and not declared.nullable and is_null(value):
            value = None
        if value is None and declared.default is not None:
            value = evaluate(declared.default.node, _Scope(self, module, what))
        if value is None:
            raise KeyError(name)
        marks = [m for m, on in ((SENSITIVE, declared.sensitive), (EPHEMERAL, declared.ephemeral))
                 if on]
        value = convert(value, declared.type)
        return mark(value, marks) if marks else value

    def local(self, module: Module, name: str, what: str) -> Value:
        """The value of a local value of a module."""
        return self._value(module.locals[name].value, _Scope(self, module, what),
                           (module.path, f"local.{name}"))

    def _value(self, expression: Expression, scope: _Scope, key: tuple[ModulePath, str]) -> Value:
        node = expression.node
        if key in self._open:
            raise EvalError("Cycle", f"{key[1]} refers to itself.", node.start, node.end)
        self._open.append(key)
        try:
            return evaluate(node, scope)
        finally:
            self._open.pop()

    def _root_inputs(self, root: Module) -> dict[str, Value]:
        if self._inputs is None:
            # What is wrong with them is reported where they are collected for the plan.
            found = collect(self._request, root, self._request.files(), parse_config, self.context,
                            Diagnostics())
            self._inputs = {**found.values, **self._fixed}
        return self._inputs


class _Scope:
    """What an early expression may refer to."""

    def __init__(self, early: Early, module: Module, what: str) -> None:
        self.early = early
        self.module = module
        self.what = what

    @property
    def context(self) -> FunctionContext:
        return self.early.context

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        step: Any = ref.steps[0] if ref.steps else None
        name = step.name if type(step) is ast.AttrStep else ""
        try:
            if ref.name == "var" and name in self.module.variables:
                return self.early.variable(self.module, name, self.what), 1
            if ref.name == "local" and name in self.module.locals:
                return self.early.local(self.module, name, self.what), 1
        except (KeyError, ConversionError):
            raise EvalError("Value not known", f'The variable "{name}" has no value that fits its '
                            "declaration.", ref.start, step.end) from None
        except EvalError as error:
            # Its offsets are those of another place; what the user wrote here leads there.
            raise EvalError(error.summary, error.detail, ref.start, step.end) from None
        if ref.name == "path" and name in ("module", "root", "cwd"):
            folder = self.early.context.base_dir if name == "root" else self.module.directory
            return (os.getcwd() if name == "cwd" else folder or "."), 1  # noqa: PTH109  # as in planning
        if ref.name in ("var", "local") and name:
            word = "input variable" if ref.name == "var" else "local value"
            raise EvalError(f"Reference to undeclared {word}", f'There is no {word} "{name}" in '
                            "this module.", ref.start, step.end)
        raise EvalError("Variables not allowed", f'The value of "{self.what}" must be known before '
                        "anything is planned: it may use input variables, local values made of "
                        f'them, and paths, but not "{ref.name}".', ref.start, ref.name_end)
