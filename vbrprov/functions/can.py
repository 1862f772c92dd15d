"""can(expression): whether an expression works."""

from __future__ import annotations

from collections.abc import Callable

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import BOOL, Value, is_wholly_known, unmark_deep


def _can(*expressions: Callable[[], Value]) -> Value:
    if len(expressions) != 1:
        raise FunctionError(None, "exactly one argument is required")
    try:
        value = expressions[0]()
    except ValueError:
        return False
    inner, _ = unmark_deep(value)
    return True if is_wholly_known(inner) else pending((inner,), BOOL)


FUNCTION = Function(
    name="can", group="type", doc="Tell whether an expression evaluates without an error.",
    params=(Param("expression", object, "The expression.", null=True, unknown="allow",
                  marked=True),),
    returns=bool, impl=_can, lazy=True, example='can(tonumber("x"))',
)
