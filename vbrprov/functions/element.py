"""element(list, index): one element, counting round and round."""

from __future__ import annotations

from vbrprov.functions._structure import element_type, opened, pending, sequence
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, ListT, TupleT, Unknown, Value, mark, type_of


def _element(values: Value, index: Value) -> Value:
    (values, index), marks = opened((values, index))
    kind = type_of(values)
    if not isinstance(kind, (ListT, TupleT)) and kind is not DYNAMIC:
        raise FunctionError(None, f"cannot read elements from {kind.friendly()}")
    if not isinstance(index, Unknown) and index < 0 and isinstance(kind, TupleT) and (
            not kind.elements or index % len(kind.elements)):
        raise FunctionError(1, "cannot use element function with a negative index")
    if isinstance(kind, TupleT) and kind.elements and not isinstance(index, Unknown):
        chosen = index % len(kind.elements)
        if isinstance(values, Unknown):
            return pending((values,), kind.elements[chosen], marks)
        return mark(values[chosen], marks)
    if isinstance(values, Unknown) or isinstance(index, Unknown):
        return pending((values, index), element_type(kind), marks)
    items = sequence(values)
    if not items:
        raise FunctionError(None, "cannot use element function with an empty list")
    return mark(items[index % len(items)], marks)


FUNCTION = Function(
    name="element", group="collection",
    doc="Return one element of a list; an index beyond its end starts again at the front, "
        "a negative one of a list at its end.",
    params=(
        Param("list", object, "A list or tuple, not empty.", unknown="allow", marked=True),
        Param("index", int, "The index.", unknown="allow", marked=True),
    ),
    returns=object, impl=_element, example='element(["a", "b", "c"], 3)',
)
