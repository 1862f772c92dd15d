"""type(value): the type of a value, for the console."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values import (
    DYNAMIC,
    ListT,
    MapT,
    ObjectT,
    SetT,
    TupleT,
    Type,
    Value,
    type_of,
)
from vbrprov.values.value import unmark_deep


def describe(type_: Type, depth: int = 0) -> str:
    """A type as the console prints it, over several lines where it is nested."""
    inside, outside = "    " * (depth + 1), "    " * depth
    if isinstance(type_, (ListT, SetT, MapT)):
        if isinstance(type_.element, (ObjectT, TupleT)):
            return f"{type_.word}(\n{inside}{describe(type_.element, depth + 1)},\n{outside})"
        return f"{type_.word}({describe(type_.element, depth)})"
    if isinstance(type_, TupleT):
        if not type_.elements:
            return "tuple([])"
        body = "".join(f"{inside}{describe(e, depth + 1)},\n" for e in type_.elements)
        return f"tuple([\n{body}{outside}])"
    if isinstance(type_, ObjectT):
        if not type_.attributes:
            return "object({})"
        body = "".join(
            f"{inside}{name}: {describe(type_.attributes[name], depth + 1)},\n"
            for name in sorted(type_.attributes))
        return f"object({{\n{body}{outside}}})"
    return "dynamic" if type_ is DYNAMIC else type_.friendly()


def _type(value: Value) -> str:
    return describe(type_of(unmark_deep(value)[0]))


FUNCTION = Function(
    name="type", group="type", doc="Describe the type of a value. Meant for the console.",
    params=(Param("value", object, "The value.", null=True, unknown="allow", marked=True),),
    returns=str, impl=_type, example="type([1])",
)
