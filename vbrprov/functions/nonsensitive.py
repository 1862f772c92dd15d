"""nonsensitive(value): a value that may be shown after all."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values import SENSITIVE, Value, mark, unmark


def _nonsensitive(value: Value) -> Value:
    inner, marks = unmark(value)
    return mark(inner, marks - {SENSITIVE})


FUNCTION = Function(
    name="nonsensitive",
    doc="Take the sensitive mark off a value. Marks of elements inside stay.",
    params=(Param("value", object, "The value.", null=True, unknown="allow", marked=True),),
    returns=object, impl=_nonsensitive, example='nonsensitive(sensitive("not so secret"))',
)
