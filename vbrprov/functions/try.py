"""try(expressions...): the first expression that works."""

from __future__ import annotations

from collections.abc import Callable

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, Value, is_wholly_known, unmark_deep


def _try(*expressions: Callable[[], Value]) -> Value:
    if not expressions:
        raise FunctionError(None, "at least one argument is required")
    failures = []
    for number, run in enumerate(expressions, 1):
        try:
            value = run()
        except ValueError as error:
            failures.append(f"expression {number}: {error}")
            continue
        inner, marks = unmark_deep(value)
        if not is_wholly_known(inner):
            # It may still fail, or change its type, once it is known.
            return pending((inner,), DYNAMIC, marks)
        return value
    raise FunctionError(
        None, "no expression succeeded:\n- " + "\n- ".join(failures)
        + "\n\nAt least one expression must produce a successful result")


FUNCTION = Function(
    name="try", group="type",
    doc="Return the value of the first expression that evaluates without an error.",
    params=(),
    variadic=Param("expressions", object, "Expressions, tried in order.", null=True,
                   unknown="allow", marked=True),
    returns=object, impl=_try, lazy=True, example='try(tonumber("x"), 5)',
)
