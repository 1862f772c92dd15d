"""yamldecode(src): a value from YAML text."""

from __future__ import annotations

from vbrprov.functions._yaml_read import read
from vbrprov.sdk import Function, Param
from vbrprov.values import Value


def _yamldecode(source: str) -> Value:
    return read(source)


FUNCTION = Function(
    name="yamldecode", group="encoding",
    doc="Read one YAML document of plain data. Sequences become tuples, time stamps strings.",
    params=(Param("src", str, "The YAML text."),),
    returns=object, impl=_yamldecode, example='yamldecode("a: 1")',
)
