"""issensitive(value): whether a value is marked as sensitive."""

from __future__ import annotations

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, Param
from vbrprov.values import BOOL, SENSITIVE, Unknown, Value, unmark


def _issensitive(value: Value) -> Value:
    inner, marks = unmark(value)
    if SENSITIVE in marks:
        return True
    # Only once it is known will it be sure that nothing sensitive went into it.
    return pending((inner,), BOOL) if isinstance(inner, Unknown) else False


FUNCTION = Function(
    name="issensitive", group="type", doc="Tell whether a value is marked as sensitive.",
    params=(Param("value", object, "The value.", null=True, unknown="allow", marked=True),),
    returns=bool, impl=_issensitive, example='issensitive(sensitive("secret"))',
)
