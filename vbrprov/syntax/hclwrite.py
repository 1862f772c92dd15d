"""Writing HCL: values and blocks as source text in the canonical form.

The tree is built and printed by python-hcl2, which is imported when something is written. It reads
more into a text than the text says (one that begins with ``<<``, say), so it gets a stand-in for
every scalar, and quoting and escaping are done here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from vbrprov.syntax.format import format_source
from vbrprov.values import ListV, MapV, Null, SetV, Value, bare
from vbrprov.values.number import BigFloat, format_number

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
#: Lists of scalars stay on one line up to this length.
_LINE = 72
_STAND_IN = re.compile(r"stand_in_(\d+)_")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Body(msgspec.Struct):
    """What is written between the braces of a block.

    Attributes are source text, or lists and dicts of it; blocks are (type, body) pairs.
    """

    attributes: dict[str, Any] = {}
    blocks: list[tuple[str, Body]] = []


def quoted(text: str) -> str:
    """*text* as a string literal in which nothing is interpolated."""
    out = []
    for index, char in enumerate(text):
        if char in "$%" and text[index + 1: index + 2] == "{":
            out.append(char * 2)
        elif char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif char.isprintable():
            out.append(char)
        else:
            code = ord(char)
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return f'"{"".join(out)}"'


def expression(value: Value) -> Any:
    """A known value as source text, or as a list or dict of it; marks are passed over.

    Raises:
        ValueError: Something in it is not known.
    """
    value = bare(value)
    kind = type(value)
    if kind is Null:
        return "null"
    if kind is str:
        return quoted(value)
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, (int, BigFloat)):
        return format_number(value)
    if kind is tuple:
        return _sequence(value)
    if kind is dict:
        return {_key(k): expression(v) for k, v in value.items()}
    if isinstance(value, (ListV, SetV)):
        return _sequence(value.items)
    if isinstance(value, MapV):
        return {_key(k): expression(v) for k, v in value.items.items()}
    raise ValueError("a value that is not known cannot be written")


def _sequence(items: Iterable[Value]) -> Any:
    out = [expression(v) for v in items]
    if all(isinstance(text, str) for text in out):
        line = f"[{', '.join(out)}]"
        if len(line) <= _LINE:
            return line
    return out


def _key(name: str) -> str:
    return name if _NAME.match(name) and name not in ("null", "true", "false", "for") else (
        quoted(name))


def write_block(block_type: str, labels: list[str], body: Body) -> str:
    """One block as source text, in the form that ``fmt`` leaves alone."""
    import hcl2

    made: Any = hcl2.Builder()
    texts: list[str] = []
    _fill(made.block(block_type, [quoted(label) for label in labels]), body, texts)
    plain = hcl2.dumps(made.build(), formatter_options=hcl2.FormatterOptions(
        open_empty_blocks=False, vertically_align_attributes=False,
        vertically_align_object_elements=False))
    plain = re.sub(r"\n\s*\n(?=\s*\n|\s*\})", "\n", plain)
    return format_source(_STAND_IN.sub(lambda m: texts[int(m[1])], plain))


def _fill(builder: Any, body: Body, texts: list[str]) -> None:
    for name, value in body.attributes.items():
        builder.attributes[name] = _stand_in(value, texts)
    for name, inner in body.blocks:
        _fill(builder.block(name), inner, texts)


def _stand_in(value: Any, texts: list[str]) -> Any:
    if isinstance(value, list):
        return [_stand_in(item, texts) for item in value]
    if isinstance(value, dict):
        return {_stand_in(k, texts): _stand_in(v, texts) for k, v in value.items()}
    texts.append(value)
    return f"stand_in_{len(texts) - 1}_"
