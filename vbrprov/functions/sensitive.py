"""sensitive(value): a value that is not shown."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values import SENSITIVE, Value, mark


def _sensitive(value: Value) -> Value:
    return mark(value, (SENSITIVE,))


FUNCTION = Function(
    name="sensitive", group="type", doc="Mark a value as sensitive, so that it is not shown.",
    params=(Param("value", object, "The value.", null=True, unknown="allow", marked=True),),
    returns=object, impl=_sensitive, example='sensitive("secret")',
)
