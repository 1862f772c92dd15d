"""Values as text in the language's own syntax."""

from __future__ import annotations

import json

from vbrprov.addrs import format_key
from vbrprov.values import (
    SENSITIVE,
    ListV,
    MapV,
    Marked,
    Null,
    OneTime,
    SetV,
    Spent,
    Unknown,
    Value,
    to_string,
)
from vbrprov.views.human.text import safe

HIDDEN = "(sensitive value)"
UNKNOWN = "(known after apply)"


def quoted(text: str) -> str:
    """A string literal."""
    out = json.dumps(text, ensure_ascii=False)
    return safe(out.replace("${", "$${").replace("%{", "%%{"))


def hidden(value: Value) -> bool:
    """Whether the value must not be shown."""
    return type(value) is Marked and (
        SENSITIVE in value.marks or any(isinstance(m, OneTime) for m in value.marks))


def inline(value: Value) -> str:
    """A value on one line."""
    if hidden(value):
        return HIDDEN
    if type(value) is Marked:
        value = value.value
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is Null:
        return "null"
    if isinstance(value, Spent):
        return HIDDEN
    if isinstance(value, Unknown):
        return UNKNOWN
    if kind is tuple:
        return "[" + ", ".join(map(inline, value)) + "]"
    if kind is ListV or kind is SetV:
        return "[" + ", ".join(map(inline, value.items)) + "]"
    if kind is dict or kind is MapV:
        items = value if kind is dict else value.items
        return "{" + ", ".join(f"{key(k)} = {inline(items[k])}" for k in sorted(items)) + "}"
    return to_string(value)


def key(name: str) -> str:
    """An object key: bare where it may be."""
    return name if name.replace("-", "_").isidentifier() else quoted(name)


def pretty(value: Value, indent: int = 0) -> str:
    """A value over as many lines as it needs, as ``terraform output`` prints it."""
    if hidden(value):
        return HIDDEN
    if type(value) is Marked:
        value = value.value
    kind = type(value)
    pad = " " * (indent + 2)
    if kind is tuple or kind is ListV or kind is SetV:
        items = value if kind is tuple else value.items
        opening, closing = {
            tuple: ("[", "]"), ListV: ("tolist([", "])"), SetV: ("toset([", "])")}[kind]
        if not items:
            return f"{opening}{closing}"
        body = "".join(f"{pad}{pretty(v, indent + 2)},\n" for v in items)
        return f"{opening}\n{body}{' ' * indent}{closing}"
    if kind is dict or kind is MapV:
        items = value if kind is dict else value.items
        opening, closing = ("{", "}") if kind is dict else ("tomap({", "})")
        if not items:
            return f"{opening}{closing}"
        body = "".join(f"{pad}{quoted(k)} = {pretty(items[k], indent + 2)}\n"
                       for k in sorted(items))
        return f"{opening}\n{body}{' ' * indent}{closing}"
    if kind is str and "\n" in value:
        lines = "".join(f"{line}\n" for line in safe(value).split("\n"))
        return f"<<EOT\n{lines}EOT" if not indent else inline(value)
    return inline(value)


__all__ = ["HIDDEN", "UNKNOWN", "format_key", "hidden", "inline", "key", "pretty", "quoted"]
