"""jsonencode(val): a value as JSON text."""

from __future__ import annotations

from vbrprov.functions._json import encode
from vbrprov.sdk import Function, Param
from vbrprov.values import Value


def _jsonencode(value: Value) -> str:
    return encode(value)


FUNCTION = Function(
    name="jsonencode", group="encoding",
    doc="Write a value as JSON, without white space, keys sorted. `<`, `>` and `&` are escaped.",
    params=(Param("val", object, "The value.", null=True),),
    returns=str, impl=_jsonencode, example='jsonencode({ hello = "world" })',
)
