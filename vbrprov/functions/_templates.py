"""What the template functions share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vbrprov.functions._structure import mapping
from vbrprov.sdk import FunctionContext, FunctionError
from vbrprov.values import Value

_NAME = re.compile(r"[^\W\d][\w-]*")


def variables(table: Value) -> Mapping[str, Value]:
    """The template variables in *table*.

    Raises:
        FunctionError: Not a map, or a key that cannot be a name.
    """
    entries = mapping(table)
    if entries is None:
        raise FunctionError(1, "invalid vars value: must be a map")
    for name in entries:
        if not _NAME.fullmatch(name):
            raise FunctionError(
                1, f'invalid template variable name "{name}": must start with a letter, followed '
                "by zero or more letters, digits, and underscores")
    return entries


def rendered(context: FunctionContext, source: str, name: str, table: Value) -> Value:
    """The template *source* with the variables in *table*.

    Raises:
        FunctionError: Templates cannot be used here, or the variables are not right.
    """
    if context.render is None:
        raise FunctionError(None, "templates cannot be rendered here")
    try:
        return context.render(source, name, dict(variables(table)))
    except FunctionError:
        raise
    except ValueError as error:
        raise FunctionError(None, str(error)) from None
