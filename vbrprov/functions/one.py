"""one(list): the only element, or null."""

from __future__ import annotations

from vbrprov.functions._structure import (
    element_type,
    has_unknown,
    is_sequence_type,
    pending,
    sequence,
)
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, Null, SetV, TupleT, Type, Unknown, Value, type_of

_WRONG = "must be a list, set, or tuple value with either zero or one elements"


def _one(values: Value) -> Value:
    kind = type_of(values)
    if not is_sequence_type(kind) and kind is not DYNAMIC:
        raise FunctionError(0, _WRONG)
    if isinstance(values, Unknown):
        element: Type = element_type(kind)
        if isinstance(kind, TupleT):
            if len(kind.elements) > 1:
                raise FunctionError(0, _WRONG)
            if not kind.elements:
                return Null(DYNAMIC)
            element = kind.elements[0]
        return pending((values,), element)
    items = sequence(values) or ()
    if len(items) > 1:
        if type(values) is SetV and has_unknown(items):
            return pending(items, element_type(kind))
        raise FunctionError(0, _WRONG)
    return items[0] if items else Null(element_type(kind))


FUNCTION = Function(
    name="one", group="collection",
    doc="Return the only element of a list, set or tuple; null when it is empty. More than one "
        "element is an error.",
    params=(Param("list", object, "A list, set or tuple.", unknown="allow"),),
    returns=object, impl=_one, example='one(["a"])',
)
