"""coalesce(vals...): the first value that says something."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, STRING, Null, Type, Unknown, Value, convert, type_of, unify


def _type(args: Sequence[Value]) -> Type:
    return (unify([type_of(a) for a in args]) if args else None) or DYNAMIC


def _coalesce(*vals: Value) -> Value:
    type_ = unify([type_of(v) for v in vals]) if vals else None
    if type_ is None:
        raise FunctionError(None, "all arguments must have the same type")
    for value in vals:
        if isinstance(value, Unknown):
            return pending((value,), type_)
        if type(value) is Null:
            continue
        result = convert(value, type_)
        if type_ is not STRING or result != "":
            return result
    raise FunctionError(None, "no non-null, non-empty-string arguments")


FUNCTION = Function(
    name="coalesce", group="collection",
    doc="Return the first argument that is neither null nor an empty string.",
    params=(),
    variadic=Param("vals", object, "Values of one type.", null=True, unknown="allow"),
    returns=_type, impl=_coalesce, example='coalesce("", "b")',
)
