"""jsondecode(str): a value from JSON text."""

from __future__ import annotations

from vbrprov.functions._json import decode
from vbrprov.sdk import Function, Param
from vbrprov.values import Value


def _jsondecode(source: str) -> Value:
    return decode(source)


FUNCTION = Function(
    name="jsondecode", group="encoding", doc="Read JSON text; arrays become tuples.",
    params=(Param("str", str, "The JSON text."),),
    returns=object, impl=_jsondecode, example='jsondecode("{\\"hello\\": \\"world\\"}")',
)
