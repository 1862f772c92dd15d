"""setproduct(sets...): all combinations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from vbrprov.functions._structure import (
    check_count,
    common_type,
    converted,
    is_sequence_type,
    opened,
    pending,
    sequence,
)
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    DYNAMIC,
    ListT,
    ListV,
    SetT,
    SetV,
    TupleT,
    Type,
    Unknown,
    Value,
    is_wholly_known,
    make_set,
    mark,
    type_of,
)


def _element(kind: Type) -> Type | None:
    if isinstance(kind, TupleT):
        element = common_type(kind.elements)
        if DYNAMIC in kind.elements and element is not None and not element.is_primitive:
            return element if all(e is DYNAMIC for e in kind.elements) else None
        return element
    return kind.element if isinstance(kind, (ListT, SetT)) else None


def _type(args: Sequence[Value]) -> Type:
    kinds = [type_of(a) for a in args]
    elements = [_element(kind) for kind in kinds]
    row = TupleT(tuple([e or DYNAMIC for e in elements]))
    if any(e is None for e in elements):
        return DYNAMIC
    return SetT(row) if any(isinstance(k, SetT) for k in kinds) else ListT(row)


def _setproduct(*sets: Value) -> Value:
    if len(sets) < 2:
        raise FunctionError(None, "at least two arguments are required")
    values, marks = opened(sets)
    elements: list[Type] = []
    for index, value in enumerate(values):
        kind = type_of(value)
        element = _element(kind)
        if kind is DYNAMIC and isinstance(value, Unknown):
            return pending(values, DYNAMIC, marks)
        if not is_sequence_type(kind):
            raise FunctionError(index, "a set or a list is required")
        if element is None:
            raise FunctionError(index, "all elements must be of the same type")
        elements.append(element)
    type_ = _type(values)
    if any(isinstance(v, Unknown) or (type(v) is SetV and not is_wholly_known(v))
           for v in values):
        return pending(values, type_, marks)
    columns = [converted(sequence(v) or (), e) for v, e in zip(values, elements, strict=True)]
    check_count(prod(map(len, columns)))
    rows = list(product(*columns))
    if isinstance(type_, SetT):
        return mark(make_set(rows, type_.element), marks)
    return mark(ListV(tuple(rows), TupleT(tuple(elements))), marks)


FUNCTION = Function(
    name="setproduct", group="collection",
    doc="Return all combinations of one element from each of the given lists or sets.",
    params=(),
    variadic=Param("sets", object, "Lists or sets, two or more.", unknown="allow", marked=True),
    returns=_type, impl=_setproduct,
    example='setproduct(["development", "production"], ["app1", "app2"])',
)
