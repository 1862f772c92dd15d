"""Values as the console prints them: in the language's own syntax, with their types.

``terraform console`` prints the same text (its ``repl.FormatValue``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vbrprov.values import (
    DYNAMIC,
    EPHEMERAL,
    ListT,
    ListV,
    MapT,
    MapV,
    Marked,
    Null,
    SetT,
    SetV,
    Spent,
    Type,
    Unknown,
    Value,
    to_string,
)
from vbrprov.views.human.values import HIDDEN, UNKNOWN, hidden, quoted


def render(value: Value, indent: int = 0) -> str:
    """A value over as many lines as it needs."""
    inner = value.value if type(value) is Marked else value
    kind = type(inner)
    if kind is Spent:
        return HIDDEN
    if kind is Unknown:
        return UNKNOWN
    if hidden(value):
        return HIDDEN
    if type(value) is Marked and EPHEMERAL in value.marks:
        return "(ephemeral value)"
    if kind is Null:
        return _null(inner.type)
    if kind is str:
        return _heredoc(inner, indent) if "\n" in inner else quoted(inner)
    if kind is tuple:
        return _sequence(inner, indent)
    if kind is ListV:
        return f"tolist({_sequence(inner.items, indent)})"
    if kind is SetV:
        return f"toset({_sequence(inner.items, indent)})"
    if kind is dict:
        return _mapping(inner, indent)
    if kind is MapV:
        return f"tomap({_mapping(inner.items, indent)})"
    return to_string(inner)


def _null(type_: Type) -> str:
    if type_ is DYNAMIC:
        return "null"
    if type_.is_primitive:
        return f"to{type_.friendly()}(null)"
    if isinstance(type_, (ListT, SetT, MapT)):
        return f"to{type_.word}(null) /* of {type_.element.friendly()} */"
    return f"null /* {type_.friendly()} */"


def _heredoc(text: str, indent: int) -> str:
    lines = text.split("\n")
    marker = "EOT"
    while any(line.strip() == marker for line in lines):
        marker += "_"
    pad = " " * indent
    body = "".join(f"{pad}{line}\n" for line in lines)
    return f"{'<<-' if indent else '<<'}{marker}\n{body}{pad}{marker}"


def _sequence(items: Sequence[Value], indent: int) -> str:
    if not items:
        return "[]"
    pad = " " * (indent + 2)
    body = "".join([f"{pad}{render(v, indent + 2)},\n" for v in items])
    return f"[\n{body}{' ' * indent}]"


def _mapping(items: Mapping[str, Value], indent: int) -> str:
    if not items:
        return "{}"
    pad = " " * (indent + 2)
    body = "".join([f"{pad}{render(k, indent + 2)} = {render(items[k], indent + 2)}\n"
                    for k in sorted(items)])
    return f"{{\n{body}{' ' * indent}}}"
