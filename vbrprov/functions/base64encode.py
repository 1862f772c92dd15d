"""base64encode(str): a string as Base64."""

from __future__ import annotations

from base64 import b64encode

from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _base64encode(value: str) -> str:
    return text(b64encode(value.encode()).decode("ascii"))


FUNCTION = Function(
    name="base64encode", group="encoding", doc="Encode the UTF-8 bytes of a string as Base64.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_base64encode, example='base64encode("Hello World")',
)
