"""textencodebase64(string, encoding): a string in some character set, as Base64."""

from __future__ import annotations

from base64 import b64encode

from vbrprov.functions._charsets import codec_of
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param


def _textencodebase64(value: str, encoding: str) -> str:
    codec = codec_of(encoding)
    try:
        if codec == "utf-16":
            data = b"\xfe\xff" + value.encode("utf-16-be")
        else:
            data = value.encode(codec)
    except UnicodeEncodeError:
        raise FunctionError(
            0, f"the given string contains characters that cannot be represented in {encoding}",
        ) from None
    return text(b64encode(data).decode("ascii"))


FUNCTION = Function(
    name="textencodebase64", group="encoding",
    doc="Encode a string in a character set, then as Base64.",
    params=(
        Param("string", str, "The string."),
        Param("encoding", str, "The IANA name of the character set."),
    ),
    returns=str, impl=_textencodebase64, example='textencodebase64("Hello", "UTF-16LE")',
)
