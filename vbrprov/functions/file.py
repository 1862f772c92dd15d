"""file(path): the text of a file."""

from __future__ import annotations

from vbrprov.functions._files import read_text
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionContext, Param


def _file(context: FunctionContext, path: str) -> str:
    return text(read_text(context, path))


FUNCTION = Function(
    name="file", group="file",
    doc="Return the contents of a UTF-8 file that belongs to the configuration, at most 1 MiB.",
    params=(Param("path", str, "The file."),),
    returns=str, impl=_file, needs_context=True, example='file("hello.txt")',
)
