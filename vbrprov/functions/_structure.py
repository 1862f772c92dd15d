"""Containers: what functions on lists, sets, maps, tuples and objects share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from vbrprov.sdk import FunctionError
from vbrprov.values import (
    DYNAMIC,
    ListT,
    ListV,
    MapT,
    MapV,
    Null,
    ObjectT,
    SetT,
    SetV,
    Spent,
    TupleT,
    Type,
    Unknown,
    Value,
    convert,
    is_wholly_known,
    mark,
    type_of,
    unify,
    unmark,
)
from vbrprov.values.value import Mark

#: How many elements a function may produce; a limit of ours.
MAX_ELEMENTS = 100_000


def check_count(count: int) -> None:
    """Refuse a result of too many elements.

    Raises:
        FunctionError: *count* is over the budget.
    """
    if count > MAX_ELEMENTS:
        raise FunctionError(
            None, f"The result would have more than {MAX_ELEMENTS} elements")


def opened(args: Iterable[Value]) -> tuple[list[Value], frozenset[Mark]]:
    """The arguments without their own marks (those inside stay), and the union of the marks."""
    values: list[Value] = []
    found: frozenset[Mark] = frozenset()
    for arg in args:
        value, marks = unmark(arg)
        values.append(value)
        if marks:
            found |= marks
    return values, found


def pending(values: Iterable[Value], type_: Type, marks: Iterable[Mark] = ()) -> Value:
    """The result that is known after apply: spent when anything in *values* is spent."""
    stack = list(values)
    while stack:
        item = unmark(stack.pop())[0]
        if isinstance(item, Spent):
            return mark(Spent(type_), marks)
        if type(item) is tuple:
            stack.extend(item)
        elif type(item) is dict:
            stack.extend(item.values())
        elif type(item) is ListV or type(item) is SetV:
            stack.extend(item.items)
        elif type(item) is MapV:
            stack.extend(item.items.values())
    return mark(Unknown(type_), marks)


def sequence(value: Value) -> tuple[Value, ...] | None:
    """The items of a known tuple, list or set; ``None`` for anything else."""
    if type(value) is tuple:
        return value
    if type(value) is ListV or type(value) is SetV:
        items: tuple[Value, ...] = value.items
        return items
    return None


def mapping(value: Value) -> Mapping[str, Value] | None:
    """The items of a known map or object; ``None`` for anything else."""
    if type(value) is dict:
        return value
    if type(value) is MapV:
        items: Mapping[str, Value] = value.items
        return items
    return None


def is_sequence_type(type_: Type) -> bool:
    """Whether this is a list, set or tuple type."""
    return isinstance(type_, (ListT, SetT, TupleT))


def element_type(type_: Type) -> Type:
    """The element type of a collection; ``any`` for other types."""
    return type_.element if isinstance(type_, (ListT, SetT, MapT)) else DYNAMIC


def common_type(types: Sequence[Type]) -> Type | None:
    """The one type that all of *types* convert to; untyped nulls among them have no say."""
    typed = [kind for kind in types if kind is not DYNAMIC]
    return unify(typed) if typed else DYNAMIC


def converted(items: Iterable[Value], element: Type) -> tuple[Value, ...]:
    """All *items* as values of type *element*."""
    return tuple([convert(item, element) for item in items])


def same_type(args: Sequence[Value]) -> Type:
    """The type of the first argument: the result type of functions that keep it."""
    return type_of(args[0])


def has_unknown(values: Iterable[Value]) -> bool:
    """Whether anything in *values* is known only after apply."""
    return not all(map(is_wholly_known, values))


def compare(left: Value, right: Value) -> bool | None:
    """Whether two unmarked values of any types are equal; ``None`` when that is not known yet."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        # What is known not to be null differs from a null all the same.
        other = right if isinstance(left, Unknown) else left
        unknown = left if isinstance(left, Unknown) else right
        return False if type(other) is Null and unknown.not_null else None
    if type(left) is Null or type(right) is Null:
        return type(left) is type(right)
    if is_wholly_known(left) and is_wholly_known(right):
        from vbrprov.values import equal

        return equal(left, right)
    return _compare_parts(left, right)


def _compare_parts(left: Value, right: Value) -> bool | None:
    if type(left) is not type(right):
        return False
    pairs: list[tuple[Value, Value]]
    if type(left) is tuple or type(left) is ListV:
        first, second = sequence(left) or (), sequence(right) or ()
        if len(first) != len(second):
            return False
        pairs = list(zip(first, second, strict=True))
    elif type(left) is SetV:
        return None
    else:
        one, two = mapping(left), mapping(right)
        if one is None or two is None or one.keys() != two.keys():
            return False
        pairs = [(one[key], two[key]) for key in one]
    results = [compare(unmark(a)[0], unmark(b)[0]) for a, b in pairs]
    if False in results:
        return False
    return None if None in results else True


def object_or_map_element(type_: Type, key: str) -> Type:
    """The type of what *key* leads to in a map or object type."""
    if isinstance(type_, MapT):
        return type_.element
    return type_.attributes.get(key, DYNAMIC) if isinstance(type_, ObjectT) else DYNAMIC
