"""length(value): how many elements or characters there are."""

from __future__ import annotations

from vbrprov.functions._graphemes import count
from vbrprov.functions._structure import has_unknown, mapping, opened, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, NUMBER, STRING, ObjectT, SetV, TupleT, Unknown, Value, mark


def _length(value: Value) -> Value:
    (value,), marks = opened((value,))
    if isinstance(value, Unknown):
        kind = value.type
        if isinstance(kind, TupleT):
            return mark(len(kind.elements), marks)
        if isinstance(kind, ObjectT):
            return mark(len(kind.attributes), marks)
        if not kind.is_primitive or kind in (STRING, DYNAMIC):
            return pending((value,), NUMBER, marks)
    elif isinstance(value, str):
        return mark(count(value), marks)
    elif type(value) is SetV and len(value.items) > 1 and has_unknown(value.items):
        return pending((value,), NUMBER, marks)
    else:
        items = sequence(value)
        entries = items if items is not None else mapping(value)
        if entries is not None:
            return mark(len(entries), marks)
    raise FunctionError(
        None, "argument must be a string, a collection type, or a structural type")


FUNCTION = Function(
    name="length", group="collection",
    doc="Count the elements of a list, set, map, tuple or object, or the characters (grapheme "
        "clusters) of a string.",
    params=(Param("value", object, "What to count.", unknown="allow", marked=True),),
    returns=float, impl=_length, example='length(["a", "b"])',
)
