"""urldecode(str): a string from the query of a URL."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _urldecode(value: str) -> str:
    if _BAD_ESCAPE.search(value):
        raise FunctionError(0, "invalid URL escape")
    try:
        return text(unquote_to_bytes(value.replace("+", " ")).decode())
    except UnicodeDecodeError:
        raise FunctionError(0, "the decoded string is not valid UTF-8") from None


FUNCTION = Function(
    name="urldecode", group="encoding", doc="Undo what `urlencode` does.",
    params=(Param("str", str, "The escaped string."),),
    returns=str, impl=_urldecode, example='urldecode("Hello+World%21")',
)
