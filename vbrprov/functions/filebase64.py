"""filebase64(path): the contents of a file, as Base64."""

from __future__ import annotations

from base64 import b64encode

from vbrprov.functions._files import read_bytes
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionContext, Param


def _filebase64(context: FunctionContext, path: str) -> str:
    return text(b64encode(read_bytes(context, path)).decode("ascii"))


FUNCTION = Function(
    name="filebase64", group="file", doc="Return the contents of a file of any kind, as Base64.",
    params=(Param("path", str, "The file, part of the configuration."),),
    returns=str, impl=_filebase64, needs_context=True, example='filebase64("hello.txt")',
)
