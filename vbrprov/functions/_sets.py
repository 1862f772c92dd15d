"""What the functions on sets share."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import common_type, converted
from vbrprov.sdk import FunctionError
from vbrprov.values import DYNAMIC, SetT, Type, Value, type_of


def result_type(args: Sequence[Value]) -> Type:
    """The set type that all arguments convert to."""
    return _unified(args) or SetT(DYNAMIC)


def _unified(sets: Sequence[Value]) -> SetT | None:
    elements = []
    for given in sets:
        kind = type_of(given)
        elements.append(kind.element if isinstance(kind, SetT) else DYNAMIC)
    element = common_type(elements)
    return None if element is None else SetT(element)


def alike(sets: Sequence[Value]) -> tuple[list[tuple[Value, ...]], Type]:
    """The items of *sets*, all of one type, and that type.

    Raises:
        FunctionError: There is no such type.
    """
    type_ = _unified(sets)
    if type_ is None:
        raise FunctionError(None, "given sets must all have compatible element types")
    return [converted(s.items, type_.element) for s in sets], type_.element
