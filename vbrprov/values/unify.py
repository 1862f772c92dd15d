"""Which types convert to which, and the one type that several types convert to.

These rules look at types alone. They follow what Terraform does, down to its preferences: a list
before a set, a map before an object, a string before a number or bool, and ``any`` last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vbrprov.values.types import (
    DYNAMIC,
    STRING,
    ListT,
    MapT,
    ObjectT,
    SetT,
    TupleT,
    Type,
    has_dynamic,
)


def convertible(source: Type, target: Type) -> bool:
    """Whether some value of type *source* may convert to *target*."""
    if source == target or target is DYNAMIC or source is DYNAMIC:
        return True
    if source.is_primitive:
        return target.is_primitive and (source is STRING or target is STRING)
    if isinstance(target, (ListT, SetT)):
        if isinstance(source, (ListT, SetT)):
            return convertible(source.element, target.element)
        return isinstance(source, TupleT) and _all_convertible(
            source.elements, target.element, common_element)
    if isinstance(target, MapT):
        if isinstance(source, MapT):
            return convertible(source.element, target.element)
        return isinstance(source, ObjectT) and _all_convertible(
            tuple(source.attributes.values()), target.element, unify)
    if isinstance(target, ObjectT):
        return _object_convertible(source, target)
    if isinstance(target, TupleT):
        return (
            isinstance(source, TupleT)
            and len(source.elements) == len(target.elements)
            and all(map(convertible, source.elements, target.elements))
        )
    return False


def _all_convertible(sources: tuple[Type, ...], target: Type,
                     common_type: Callable[[Sequence[Type]], Type | None]) -> bool:
    if not sources:
        return True
    if target is DYNAMIC:
        common = common_type(sources)
        if common is None:
            return False
        target = common
    return all(convertible(s, target) for s in sources)


def common_element(types: Sequence[Type]) -> Type | None:
    """The element type that values of *types* have together in a list or set, or ``None``.

    ``any`` only when all are untyped. (A map is less strict: untyped values adapt to the others.)
    """
    common = unify(types)
    if common is DYNAMIC and not all(t is DYNAMIC for t in types):
        return None
    return common


def _object_convertible(source: Type, target: ObjectT) -> bool:
    if isinstance(source, MapT):
        return all(
            convertible(source.element, wanted) or name in target.optional
            for name, wanted in target.attributes.items())
    return isinstance(source, ObjectT) and all(
        name in target.optional if name not in source.attributes
        else convertible(source.attributes[name], wanted)
        for name, wanted in target.attributes.items()
    )


def fill(source: Type, target: Type) -> Type:
    """*target* with each ``any`` replaced by what *source*, which converts to it, has there."""
    if source is DYNAMIC or not has_dynamic(target):
        return target
    if target is DYNAMIC:
        return source
    if isinstance(target, (ListT, SetT, MapT)):
        if isinstance(source, (ListT, SetT, MapT)):
            inner: Type | None = source.element
        elif isinstance(source, TupleT):
            inner = unify(source.elements) if source.elements else DYNAMIC
        elif isinstance(source, ObjectT) and source.attributes:
            inner = unify(list(source.attributes.values()))
        else:
            inner = DYNAMIC
        return type(target)(fill(inner or DYNAMIC, target.element))
    if isinstance(target, ObjectT):
        given = source.attributes if isinstance(source, ObjectT) else {}
        rest = source.element if isinstance(source, MapT) else DYNAMIC
        return ObjectT({k: fill(given.get(k, rest), t) for k, t in target.attributes.items()})
    if isinstance(target, TupleT) and isinstance(source, TupleT):
        return TupleT(tuple(map(fill, source.elements, target.elements)))
    return target


def unify(types: Sequence[Type]) -> Type | None:
    """The one type that all of *types* (one or more) convert to, or ``None``.

    Next to structural types, an ``any`` makes the result ``any``: what it turns out to be decides.
    """
    first = types[0]
    if all(t == first for t in types):
        return first
    kinds = {type(t) for t in types if t is not DYNAMIC}
    dynamic = any(t is DYNAMIC for t in types)
    if len(kinds) == 1:
        kind = kinds.pop()
        if kind in (ListT, SetT, MapT, ObjectT, TupleT):
            return DYNAMIC if dynamic else _unify_alike(types, kind)
    elif kinds == {MapT, ObjectT} or kinds == {ListT, TupleT}:
        unified = _unify_collected(types, MapT if MapT in kinds else ListT)
        if unified is not None:
            return unified
    elif ObjectT in kinds and TupleT in kinds:
        return None
    for index in _by_preference(types):
        wanted = types[index]
        if all(t == wanted or convertible(t, wanted) for t in types):
            return wanted
    return None


def _unify_alike(types: Sequence[Type], kind: type[Type]) -> Type | None:
    """Of types that are all lists, all sets, all maps, all objects or all tuples."""
    if kind is ObjectT:
        objects = [t for t in types if isinstance(t, ObjectT)]
        names = objects[0].attributes.keys()
        if any(t.attributes.keys() != names for t in objects):
            return _collected(objects, MapT)
        attributes: dict[str, Type] = {}
        for name in names:
            unified = unify([t.attributes[name] for t in objects])
            if unified is None:
                return None
            attributes[name] = unified
        result: Type = ObjectT(attributes)
        return result if _all_convert(types, result) else _collected(objects, MapT)
    if kind is TupleT:
        tuples = [t for t in types if isinstance(t, TupleT)]
        count = len(tuples[0].elements)
        if any(len(t.elements) != count for t in tuples):
            return _collected(tuples, ListT)
        elements: list[Type] = []
        for index in range(count):
            unified = unify([t.elements[index] for t in tuples])
            if unified is None:
                return None
            elements.append(unified)
        result = TupleT(tuple(elements))
        return result if _all_convert(types, result) else _collected(tuples, ListT)
    unified = unify([t.element for t in types if isinstance(t, (ListT, SetT, MapT))])
    if unified is None:
        return None
    result = kind(unified)  # type: ignore[call-arg]  # one of the three collections
    return result if _all_convert(types, result) else None


def _all_convert(types: Sequence[Type], target: Type) -> bool:
    return all(convertible(t, target) for t in types)


def _collected(types: Sequence[ObjectT | TupleT], kind: type[ListT | MapT]) -> Type | None:
    """Objects as one map type, or tuples as one list type."""
    inner = [
        part for t in types
        for part in (t.attributes.values() if isinstance(t, ObjectT) else t.elements)
    ]
    unified = unify(inner) if inner else None
    if unified is None:
        return None
    result = kind(unified)
    return result if _all_convert(types, result) else None


def _unify_collected(types: Sequence[Type], kind: type[ListT | MapT]) -> Type | None:
    """Of maps and objects, or lists and tuples: the structural ones as collections, then all."""
    collected = _collected([t for t in types if isinstance(t, (ObjectT, TupleT))], kind)
    if collected is None:
        return None
    unified = unify([collected if isinstance(t, (ObjectT, TupleT)) else t for t in types])
    return unified if isinstance(unified, kind) else None


def _by_preference(types: Sequence[Type]) -> list[int]:
    """Indexes of *types*, the most general first; those that do not compare keep their order."""
    count = len(types)
    below: list[list[int]] = [[] for _ in range(count)]
    above = [0] * count
    for i in range(count - 1):
        for j in range(i + 1, count):
            order = _compare(types[i], types[j])
            if order < 0:
                below[i].append(j)
                above[j] += 1
            elif order > 0:
                below[j].append(i)
                above[i] += 1
    out = [i for i in range(count) if not above[i]]
    for i in out:
        for j in below[i]:
            above[j] -= 1
            if not above[j]:
                out.append(j)
    return out


_RANKS: dict[type[Type], int] = {ListT: 0, TupleT: 1, SetT: 2}


def _compare(left: Type, right: Type) -> int:
    """Negative when *left* is the more general type, positive when *right* is, else zero."""
    if left is DYNAMIC or right is DYNAMIC:
        return (left is DYNAMIC) - (right is DYNAMIC)
    if left.is_primitive and right.is_primitive:
        return (right is STRING) - (left is STRING)
    kinds = type(left), type(right)
    if kinds[0] is kinds[1]:
        if isinstance(left, (ListT, SetT, MapT)) and isinstance(right, (ListT, SetT, MapT)):
            return _compare(left.element, right.element)
        return _compare_parts(left, right)
    if kinds == (MapT, ObjectT):
        return -1
    if kinds == (ObjectT, MapT):
        return 1
    if kinds[0] in _RANKS and kinds[1] in _RANKS:
        return _RANKS[kinds[0]] - _RANKS[kinds[1]]
    return 0


def _compare_parts(left: Type, right: Type) -> int:
    if isinstance(left, ObjectT) and isinstance(right, ObjectT):
        if left.attributes.keys() != right.attributes.keys():
            return 0
        orders = [_compare(t, right.attributes[k]) for k, t in left.attributes.items()]
    elif isinstance(left, TupleT) and isinstance(right, TupleT):
        if len(left.elements) != len(right.elements):
            return 0
        orders = list(map(_compare, left.elements, right.elements))
    else:
        return 0
    return any(o > 0 for o in orders) - any(o < 0 for o in orders)
