"""templatestring(template, vars): a template in a string, filled in."""

from __future__ import annotations

from vbrprov.functions._templates import rendered
from vbrprov.sdk import Function, FunctionContext, Param
from vbrprov.values import Value


def _templatestring(context: FunctionContext, source: str, table: Value) -> Value:
    return rendered(context, source, "<templatestring argument>", table)


FUNCTION = Function(
    name="templatestring", group="text",
    doc="Evaluate a string that came from elsewhere as a template.",
    params=(
        Param("template", str, "The template: a reference to a value that holds it.",
              reference=True),
        Param("vars", object, "A map of the names that the template may use.", unknown="shallow"),
    ),
    returns=object, impl=_templatestring, needs_context=True,
    example='templatestring(local.greeting, { name = "Ander" })',
)
