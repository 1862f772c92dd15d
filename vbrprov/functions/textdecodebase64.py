"""textdecodebase64(source, encoding): a string from Base64 of some character set."""

from __future__ import annotations

from vbrprov.functions._base64 import decoded
from vbrprov.functions._charsets import codec_of
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param


def _textdecodebase64(source: str, encoding: str) -> str:
    codec = codec_of(encoding)
    data = decoded(source)
    if data is None:
        raise FunctionError(0, "the given value is not valid Base64")
    if codec == "utf-16" and data[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        codec = "utf-16-be"
    try:
        return text(data.decode(codec))
    except UnicodeDecodeError:
        raise FunctionError(
            0, f"the given string contains symbols that are not defined for {encoding}") from None


FUNCTION = Function(
    name="textdecodebase64", group="encoding",
    doc="Decode Base64 text that stands for text in a character set.",
    params=(
        Param("source", str, "The Base64 text."),
        Param("encoding", str, "The IANA name of the character set."),
    ),
    returns=str, impl=_textdecodebase64, example='textdecodebase64("SABpAA==", "UTF-16LE")',
)
