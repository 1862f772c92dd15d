"""Judging the assertions of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.config.model import Condition
from vbrprov.config.testfile import RunBlock
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.quoted import values_in
from vbrprov.graph.targets import check_references
from vbrprov.syntax import ast
from vbrprov.testing.scope import TestScope
from vbrprov.values import (
    BOOL,
    EPHEMERAL,
    SENSITIVE,
    STRING,
    ConversionError,
    Null,
    OneTime,
    Unknown,
    Value,
    convert,
    unmark_deep,
)

_LATER = ("Condition expression could not be evaluated at this time. This means you have executed "
          "a run block with command = plan and one of the values your condition depended on is not "
          "known until after the plan has been applied. Either remove this value from your "
          "condition, or execute an apply command from this run block. Alternatively, if there is "
          "an override for this value, you can make it available during the plan phase by setting "
          "override_during = plan in the override_ block.")


def check_scope(run: RunBlock, root: Any, variables: Mapping[str, Value],
                diags: Diagnostics) -> None:
    """Report references of assertions to what is not there."""
    def known(ref: ast.Ref) -> bool:
        step: Any = ref.steps[0] if ref.steps else None
        return ref.name in ("run", "output") or (
            ref.name == "var" and getattr(step, "name", "") in variables)

    diags.extend(check_references(
        root, (e for item in run.asserts for e in (item.condition, item.message)), known))


def judge(run: RunBlock, scope: TestScope, diags: Diagnostics) -> tuple[bool, bool]:
    """Judge all assertions: whether all hold, and whether all could be judged."""
    fine = sound = True
    for item in run.asserts:
        try:
            holds = _holds(item, scope, diags)
        except EvalError as error:
            diags.add(error.diagnostic(item.condition.source))
            holds = None
        sound &= holds is not None
        fine &= bool(holds)
    return fine, sound


def _holds(item: Condition, scope: TestScope, diags: Diagnostics) -> bool | None:
    """Whether an assertion holds; ``None`` (reported) when that cannot be told."""
    where = item.condition.range
    value, _ = unmark_deep(evaluate(item.condition.node, scope))
    quoted = values_in(item.condition.node, scope)
    if isinstance(value, Unknown):
        diags.error("Unknown condition value", _LATER, where, values=quoted)
        return None
    if type(value) is Null:
        diags.error("Invalid condition run", "Condition expression must return either true or "
                    "false, not null.", where, values=quoted)
        return None
    try:
        value = convert(value, BOOL)
    except ConversionError as error:
        diags.error("Invalid condition run", f"Invalid condition result value: {error}.", where,
                    values=quoted)
        return None
    if not value:
        diags.error("Test assertion failed", _message(item, scope, diags), where, values=quoted)
    return bool(value)


def _message(item: Condition, scope: TestScope, diags: Diagnostics) -> str:
    try:
        value, marks = unmark_deep(evaluate(item.message.node, scope))
        if SENSITIVE in marks or any(isinstance(m, OneTime) for m in marks):
            return ("The error message included a sensitive value, so it will not be "
                    "displayed.")
        if EPHEMERAL in marks:
            return ("The error message included an ephemeral value, so it will not be "
                    "displayed.")
        text = convert(value, STRING)
    except EvalError as error:
        diags.add(error.diagnostic(item.message.source))
        return "The error message cannot be evaluated."
    except ConversionError:
        return "The error message is not a string."
    return text if isinstance(text, str) else "The error message is not known yet."
