"""urlencode(str): a string for the query of a URL."""

from __future__ import annotations

from urllib.parse import quote_plus

from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param


def _urlencode(value: str) -> str:
    return text(quote_plus(value))


FUNCTION = Function(
    name="urlencode", group="encoding",
    doc="Escape a string so that it can stand in the query of a URL.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_urlencode, example='urlencode("Hello World!")',
)
