"""trimprefix(str, prefix): a string without its beginning."""

from __future__ import annotations

from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _trimprefix(value: str, prefix: str) -> str:
    return text(value.removeprefix(prefix))


FUNCTION = Function(
    name="trimprefix", group="text",
    doc="Remove a prefix, once, from the start of a string. A string without it is returned as is.",
    params=(Param("str", str, "The string."), Param("prefix", str, "What to remove.")),
    returns=str, impl=_trimprefix, example='trimprefix("helloworld", "hello")',
)
