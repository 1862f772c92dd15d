"""Reading what a console prints."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WIDTHS = {"x": 2, "u": 4, "U": 8}
_ESCAPE = re.compile(r"\\(x..|u....|U.{8}|.)|([$%])\2\{", re.DOTALL)


def unquote(text: str, *, templates: bool = False) -> str:
    """The value of a string in quotes; ``templates``: two signs before a brace stand for one.

    Raises:
        ValueError: Not a string in quotes.
    """
    text = text.strip("\r\n")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ValueError(f"not a quoted string: {text[:120]}")

    def plain(found: re.Match[str]) -> str:
        escape, sign = found.groups()
        if sign is not None:
            return sign + "{" if templates else found[0]
        if escape[0] in _WIDTHS:
            return chr(int(escape[1:], 16))
        return _SIMPLE.get(escape, escape)

    return _ESCAPE.sub(plain, text[1:-1])


def folded(text: str) -> str:
    """A text with each run of blanks made one."""
    return re.sub(r"\s+", " ", text).strip()


def loads(text: str) -> Any:
    """JSON with every digit of its numbers."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def same(left: Any, right: Any) -> str | None:
    """``exact``, ``float`` (numbers agree to 15 significant digits only) or None."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return "exact" if left is right else None
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        if left == right:
            return "exact"
        near = right != 0 and abs(left - right) <= abs(right) * Decimal("1e-15")
        return "float" if near else None
    if isinstance(left, str) and isinstance(right, str):
        return "exact" if left == right else None
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        found = [same(a, b) for a, b in zip(left, right, strict=True)]
    elif isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        found = [same(left[k], right[k]) for k in left]
    else:
        return None
    if None in found:
        return None
    return "float" if "float" in found else "exact"
