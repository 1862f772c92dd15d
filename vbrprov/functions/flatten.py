"""flatten(list): a list without lists inside."""

from __future__ import annotations

from vbrprov.functions._structure import check_count, is_sequence_type, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    Null,
    SetV,
    Unknown,
    Value,
    is_wholly_known,
    mark,
    type_of,
    unmark,
)
from vbrprov.values.value import Mark


class _Flattening:
    """What one call gathers."""

    def __init__(self) -> None:
        self.out: list[Value] = []
        self.marks: set[Mark] = set()
        self.unsure: list[Value] = []

    def add(self, value: Value) -> None:
        inner, marks = unmark(value)
        if isinstance(inner, Unknown) and inner.type is DYNAMIC:
            self.unsure.append(inner)
            self.marks |= marks
        kind = type_of(inner)
        if type(inner) is Null or not is_sequence_type(kind):
            self.out.append(value)
            check_count(len(self.out))
            return
        self.marks |= marks
        items = sequence(inner)
        if items is None or (type(inner) is SetV and not is_wholly_known(inner)):
            self.unsure.append(inner)
            return
        for item in items:
            self.add(item)


def _flatten(values: Value) -> Value:
    if not is_sequence_type(type_of(values)):
        inner, marks = unmark(values)
        if isinstance(inner, Unknown) and inner.type is DYNAMIC:
            return pending((inner,), DYNAMIC, marks)
        raise FunctionError(None, "can only flatten lists, sets and tuples")
    work = _Flattening()
    work.add(values)
    if work.unsure:
        return pending(work.unsure, DYNAMIC, work.marks)
    return mark(tuple(work.out), work.marks)


FUNCTION = Function(
    name="flatten", group="collection",
    doc="Replace each list, set or tuple inside a list by its elements.",
    params=(Param("list", object, "A list, set or tuple.", unknown="allow", marked=True),),
    returns=object, impl=_flatten, example='flatten([["a", "b"], [], ["c"]])',
)
