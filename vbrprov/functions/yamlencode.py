"""yamlencode(value): a value as YAML text."""

from __future__ import annotations

from vbrprov.functions._text import text
from vbrprov.functions._yaml_write import write
from vbrprov.sdk import Function, Param
from vbrprov.values import Value


def _yamlencode(value: Value) -> str:
    return text(write(value))


FUNCTION = Function(
    name="yamlencode", group="encoding", doc="Write a value as YAML, in block style, keys sorted.",
    params=(Param("value", object, "The value.", null=True),),
    returns=str, impl=_yamlencode, example='yamlencode({ a = "b", c = [1, true] })',
)
