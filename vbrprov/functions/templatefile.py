"""templatefile(path, vars): a template in a file, filled in."""

from __future__ import annotations

from vbrprov.functions._files import read_text
from vbrprov.functions._templates import rendered
from vbrprov.sdk import Function, FunctionContext, Param
from vbrprov.values import Value


def _templatefile(context: FunctionContext, path: str, table: Value) -> Value:
    return rendered(context, read_text(context, path), path, table)


FUNCTION = Function(
    name="templatefile", group="file", doc="Read a UTF-8 file and evaluate it as a template.",
    params=(
        Param("path", str, "The file, part of the configuration."),
        Param("vars", object, "A map of the names that the template may use.", unknown="shallow"),
    ),
    returns=object, impl=_templatefile, needs_context=True,
    example='templatefile("hello.tftpl", { name = "Ander" })',
)
