"""The values that a diagnostic quotes: those of the references in the expression that failed.

Nothing sensitive, ephemeral, spent or not known is quoted, and of a collection only its size:
their elements may be sensitive where the whole is not.
"""

from __future__ import annotations

import json
import math
from typing import Any

from vbrprov.config.references import references
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.scope import Scope
from vbrprov.functions import find
from vbrprov.syntax import ast
from vbrprov.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Null,
    Unknown,
    Value,
    type_of,
    unmark,
)
from vbrprov.values.number import format_number, to_float
from vbrprov.values.value import Spent

#: Of a longer string only this many characters are quoted.
LONGEST = 200
#: Significant digits of a quoted number, as in Terraform's messages.
DIGITS = 10


def called(node: ast.Expr) -> str:
    """The name of the function that *node* calls; empty when it calls none that exists."""
    return node.name if type(node) is ast.Call and find(node.name) is not None else ""


def smallest(node: ast.Expr, start: int, end: int) -> ast.Expr:
    """The smallest expression in *node* that holds the range from *start* to *end*."""
    while True:
        inner = next((child for child in _children(node)
                      if child.start <= start and end <= child.end), None)
        if inner is None:
            return node
        node = inner


def _children(node: Any) -> list[Any]:
    out: list[Any] = []
    for name in node.__struct_fields__:
        value = getattr(node, name)
        out += [v for v in (value if isinstance(value, list) else [value])
                if isinstance(v, ast.Expr)]
        if isinstance(node, ast.Object) and name == "items":
            out += [part for item in node.items for part in (item.key, item.value)]
    return out


def values_in(node: ast.Expr, scope: Scope) -> tuple[tuple[str, str], ...]:
    """What *node* refers to, each with a statement of what it is, by name."""
    from vbrprov.evaluate.expression import evaluate

    found: dict[str, str] = {}
    for ref in references(node):
        steps = _static(ref.steps)
        # A lone name is an iteration variable or a whole category; it says nothing by itself.
        for count in range(len(steps), 0, -1):
            part = ast.Ref(ref.start, ref.end, ref.name, ref.name_end, steps[:count])
            try:
                value = evaluate(part, scope)
            except EvalError:
                continue
            statement = _statement(value)
            if statement:
                found.setdefault(_text(part), statement)
            break
    return tuple(sorted(found.items()))


def _static(steps: list[ast.Step]) -> list[ast.Step]:
    """The leading steps that need no evaluation."""
    out: list[ast.Step] = []
    for step in steps:
        fixed = type(step) is ast.AttrStep or (
            type(step) is ast.IndexStep and type(step.key) is ast.Literal)
        if not fixed:
            break
        out.append(step)
    return out


def _text(ref: ast.Ref) -> str:
    out = ref.name
    for step in ref.steps:
        if isinstance(step, ast.AttrStep):
            out += f".{step.name}"
        elif isinstance(step, ast.IndexStep):
            key = getattr(step.key, "value", None)
            out += f"[{json.dumps(key, ensure_ascii=False)}]"
    return out


def _statement(value: Value) -> str:
    inner, marks = unmark(value)
    if marks or isinstance(inner, Spent):
        return ""
    if isinstance(inner, Unknown):
        kind = type_of(inner)
        return "" if kind is DYNAMIC else f"is a {kind.friendly()}"
    return f"is {_compact(inner)}"


def _compact(value: Any) -> str:
    if type(value) is Null:
        return "null"
    if type(value) is dict:
        # Its type would be made of the types of all its attributes.
        if len(value) == 1:
            return f"object with 1 attribute {json.dumps(next(iter(value)), ensure_ascii=False)}"
        return f"object with {len(value) or 'no'} attributes"
    if type(value) is tuple:
        return _counted("tuple", len(value))
    kind = type_of(value)
    if kind is BOOL:
        return "true" if value else "false"
    if kind is NUMBER:
        return _number(value)
    if kind is STRING:
        cut = value if len(value) <= LONGEST else f"{value[:LONGEST]}..."
        return json.dumps(cut, ensure_ascii=False)
    return _counted(kind.friendly(), len(value.items))


def _counted(kind: str, size: int) -> str:
    return f"{kind} with {size} element{'s' if size > 1 else ''}" if size else f"empty {kind}"


def _number(value: Any) -> str:
    rough = to_float(value)
    if math.isfinite(rough):
        return f"{rough:.{DIGITS}g}"
    text = format_number(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
