"""format(spec, values...): values put into a text."""

from __future__ import annotations

from vbrprov.functions._format import render
from vbrprov.sdk import Function, Param
from vbrprov.values import Value


def _format(pattern: str, *args: Value) -> str:
    return render(pattern, args)


FUNCTION = Function(
    name="format", group="text",
    doc="Put values into a text. Verbs: `%s` string, `%q` quoted string, `%d` whole number, "
        "`%f` `%e` `%g` number, `%b` `%o` `%x` other bases, `%t` bool, `%v` anything, `%#v` JSON; "
        "before the letter flags, width, precision and `[index]`.",
    params=(Param("format", str, "The format string."),),
    variadic=Param("args", object, "The values.", null=True),
    returns=str, impl=_format, example='format("Hello, %s!", "Ander")',
)
