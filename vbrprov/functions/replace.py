"""replace(str, substring, replacement): a string with parts of it exchanged."""

from __future__ import annotations

from vbrprov.functions._text import check_size, text
from vbrprov.sdk import Function, Param


def _replace(value: str, wanted: str, replacement: str) -> str:
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        from vbrprov.functions._regex import compiled, substitute

        return text(substitute(compiled(wanted[1:-1], 1), value, replacement))
    times = value.count(wanted)
    check_size(len(value) + times * (len(replacement) - len(wanted)))
    return text(value.replace(wanted, replacement))


FUNCTION = Function(
    name="replace", group="text",
    doc="Replace each occurrence of a substring. A substring between slashes is a regular "
        "expression (RE2 syntax); the replacement may then say `$1` or `${name}`.",
    params=(
        Param("str", str, "The string."),
        Param("substr", str, "What to replace, or `/pattern/`."),
        Param("replace", str, "What to put there."),
    ),
    returns=str, impl=_replace, example='replace("1 + 2 + 3", "+", "-")',
)
