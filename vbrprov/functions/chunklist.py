"""chunklist(list, size): a list cut into pieces."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import element_type, opened, pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, ListT, ListV, Type, Unknown, Value, mark, type_of


def _type(args: Sequence[Value]) -> Type:
    return ListT(ListT(element_type(type_of(args[0]))))


def _chunklist(values: Value, size: int) -> Value:
    (inner,), marks = opened((values,))
    if size < 0:
        raise FunctionError(None, "the size argument must be positive")
    if isinstance(inner, Unknown):
        return pending((inner,), _type((inner,)), marks)
    items, element = inner.items, inner.element
    step = size or len(items) or 1
    chunks = [ListV(items[i:i + step], element) for i in range(0, len(items), step)]
    return mark(ListV(tuple(chunks), ListT(element)), marks)


FUNCTION = Function(
    name="chunklist", group="collection", doc="Cut a list into lists of at most the given size.",
    params=(
        Param("list", ListT(DYNAMIC), "The list.", unknown="allow", marked=True),
        Param("size", int, "How many elements each piece has; 0 for all."),
    ),
    returns=_type, impl=_chunklist, example='chunklist(["a", "b", "c"], 2)',
)
