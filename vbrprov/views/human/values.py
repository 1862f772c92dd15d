"""Values as text in the language's own syntax."""

from __future__ import annotations

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

HIDDEN = "(sensitive value)"
UNKNOWN = "(known after apply)"


_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
    "\t": "\\t", "\v": "\\v",
}


def quoted(text: str) -> str:
    """A string in quotes; what does not print is escaped, and ``${`` stays as it is."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join([_ESCAPES.get(c) or (c if c.isprintable() else _escape(c))
                          for c in text]) + '"'


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


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


def untyped(value: Value) -> Value:
    """*value* with objects for maps: where a type is not declared, Terraform sees no maps."""
    if type(value) is Marked:
        return Marked(untyped(value.value), value.marks)
    if type(value) is tuple:
        return tuple(untyped(v) for v in value)
    if type(value) is ListV or type(value) is SetV:
        return tuple(untyped(v) for v in value.items)
    if isinstance(value, (dict, MapV)):
        items = value if isinstance(value, dict) else value.items
        return {k: untyped(v) for k, v in items.items()}
    return value


__all__ = ["HIDDEN", "UNKNOWN", "format_key", "hidden", "inline", "key", "quoted", "untyped"]
