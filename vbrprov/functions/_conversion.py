"""The functions that convert to a type."""

from __future__ import annotations

from collections.abc import Callable

from vbrprov.functions._structure import pending
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import (
    BOOL,
    NUMBER,
    ConversionError,
    SetT,
    Type,
    Unknown,
    Value,
    convert,
    is_wholly_known,
    mark,
    type_of,
    unmark,
)

_NAMES = {"list": "list of any single type", "set": "set of any single type",
          "map": "map of any single type"}
_HINTS = {
    NUMBER: "given string must be a decimal representation of a number",
    BOOL: 'only the strings "true" or "false" are allowed',
}


def _converter(target: Type) -> Callable[[Value], Value]:
    friendly = _NAMES.get(target.friendly().split(" ", 1)[0], target.friendly())

    def run(value: Value) -> Value:
        try:
            result = convert(value, target)
        except ConversionError as error:
            inner, marks = unmark(value)
            if isinstance(inner, str):
                shown = "this sensitive string" if marks else f'"{inner}"'
                hint = f"; {_HINTS[target]}" if target in _HINTS and not marks else ""
                raise FunctionError(0, f"cannot convert {shown} to {friendly}{hint}") from None
            where = f" ({error})" if error.path else ""
            raise FunctionError(
                0, f"cannot convert {type_of(inner).friendly()} to {friendly}{where}") from None
        inner, marks = unmark(result)
        if isinstance(inner, Unknown):
            # For Terraform it may be null again.
            return pending((inner,), inner.type, marks)
        if isinstance(target, SetT) and not is_wholly_known(inner):
            # Elements that are not known yet may turn out to be equal.
            return pending((inner,), type_of(inner), marks)
        return mark(inner, marks)

    return run


def conversion(name: str, target: Type, doc: str, example: str) -> Function:
    """The function *name* that converts to *target*."""
    return Function(
        name=name, group="type", doc=doc,
        params=(Param("v", object, "The value.", null=True, unknown="allow", marked=True),),
        returns=target, impl=_converter(target), example=example,
    )
