"""base64gunzip(str): a string from gzip data as Base64."""

from __future__ import annotations

import zlib

from vbrprov.functions._base64 import decoded
from vbrprov.functions._text import MAX_BYTES, check_size, text
from vbrprov.sdk import Function, FunctionError, Param

_GZIP_WINDOW = 31


def _base64gunzip(source: str) -> str:
    data = decoded(source)
    if data is None:
        raise FunctionError(0, "failed to decode base64 data")
    reader = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        plain = reader.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        raise FunctionError(0, "the data are not in gzip format") from None
    check_size(len(plain))
    if not reader.eof:
        raise FunctionError(0, "the gzip data end too early")
    try:
        return text(plain.decode())
    except UnicodeDecodeError:
        raise FunctionError(0, "the uncompressed data are not valid UTF-8") from None


FUNCTION = Function(
    name="base64gunzip", group="encoding",
    doc="Decode Base64 and uncompress gzip data that hold UTF-8 text.",
    params=(Param("str", str, "The Base64 text."),),
    returns=str, impl=_base64gunzip, example='base64gunzip(base64gzip("Hello World"))',
)
