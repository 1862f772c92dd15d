"""base64gzip(str): a string compressed with gzip, as Base64."""

from __future__ import annotations

import zlib
from base64 import b64encode

from vbrprov.functions._text import text
from vbrprov.sdk import Function, Param

_GZIP_WINDOW = 31


def _base64gzip(value: str) -> str:
    # No time stamp in the header, so the same string always gives the same result.
    squeezer = zlib.compressobj(wbits=_GZIP_WINDOW)
    data = squeezer.compress(value.encode()) + squeezer.flush()
    return text(b64encode(data).decode("ascii"))


FUNCTION = Function(
    name="base64gzip", group="encoding",
    doc="Compress the UTF-8 bytes of a string with gzip and encode as Base64.",
    params=(Param("str", str, "The string."),),
    returns=str, impl=_base64gzip, example='base64gzip("Hello World")',
)
