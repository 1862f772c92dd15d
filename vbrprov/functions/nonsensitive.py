"""nonsensitive(value): a value that may be shown after all."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.functions._structure import mapping, sequence
from vbrprov.sdk import Function, FunctionContext, Param
from vbrprov.values import SENSITIVE, Value, mark, unmark


def _nonsensitive(context: FunctionContext, value: Value) -> Value:
    inner, marks = unmark(value)
    if SENSITIVE not in marks:
        return value
    if context.reveal is not None:
        for text in _texts(inner):
            context.reveal(text)
    return mark(inner, marks - {SENSITIVE})


def _texts(value: Value) -> Iterator[str]:
    """The strings in a value, but for those that have marks of their own."""
    entries = mapping(value)
    items = sequence(value) if entries is None else entries.values()
    if isinstance(value, str):
        yield value
    for item in items or ():
        yield from _texts(item)


FUNCTION = Function(
    name="nonsensitive", group="type",
    doc="Take the sensitive mark off a value. Marks of elements inside stay.",
    params=(Param("value", object, "The value.", null=True, unknown="allow", marked=True),),
    returns=object, impl=_nonsensitive, needs_context=True,
    example='nonsensitive(sensitive("not so secret"))',
)
