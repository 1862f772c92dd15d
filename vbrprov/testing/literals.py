"""Values as expressions, to take the place of what a configuration says."""

from __future__ import annotations

from typing import Any

from vbrprov.syntax import ast
from vbrprov.values import ListV, MapV, SetV, Value, bare
from vbrprov.values.number import BigFloat, format_number

#: Whole numbers beyond that are written as text.
_WHOLE = 1 << 63


def literal(value: Value, start: int, end: int) -> ast.Expr:
    """An expression of *value*, said to stand at *start*; what is not known becomes null."""
    inner: Any = bare(value)
    if isinstance(inner, (str, bool)):
        return ast.Literal(start, end, inner)
    if isinstance(inner, int) and abs(inner) < _WHOLE:
        return ast.Literal(start, end, inner)
    if isinstance(inner, (int, BigFloat)):
        text = format_number(inner)
        number = ast.Number(start, end, text.removeprefix("-"))
        return ast.Unary(start, end, "-", number) if text.startswith("-") else number
    if isinstance(inner, (tuple, ListV, SetV)):
        items = inner if isinstance(inner, tuple) else inner.items
        return ast.Tuple(start, end, [literal(item, start, end) for item in items])
    if isinstance(inner, (dict, MapV)):
        pairs = inner if isinstance(inner, dict) else inner.items
        return ast.Object(start, end, [
            ast.ObjectItem(start, end, ast.Literal(start, end, key), literal(item, start, end))
            for key, item in pairs.items()])
    return ast.Literal(start, end, None)
