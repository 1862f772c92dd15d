"""base64decode(str): a string from Base64."""

from __future__ import annotations

from vbrprov.functions._base64 import decoded
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param


def _base64decode(source: str) -> str:
    data = decoded(source)
    if data is None:
        raise FunctionError(None, "failed to decode base64 data")
    try:
        return text(data.decode())
    except UnicodeDecodeError:
        raise FunctionError(
            None, "the result of decoding the provided string is not valid UTF-8") from None


FUNCTION = Function(
    name="base64decode", group="encoding", doc="Decode Base64 text that stands for UTF-8 bytes.",
    params=(Param("str", str, "The Base64 text."),),
    returns=str, impl=_base64decode, example='base64decode("SGVsbG8gV29ybGQ=")',
)
