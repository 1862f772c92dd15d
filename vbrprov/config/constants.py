"""Expressions that must be constant: defaults of variables and of optional attributes."""

from __future__ import annotations

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.values import NULL, Value
from vbrprov.values.number import BigFloat, negate, parse_number


class _NotConstantError(Exception):
    def __init__(self, node: ast.Expr) -> None:
        super().__init__("not constant")
        self.node = node


def constant(node: ast.Expr, source: SourceFile, diags: Diagnostics) -> Value:
    """The value of a literal expression; references and calls are errors.

    Operators are left to the evaluator: the callers of this function only meet literals, lists
    and objects of literals in practice, and Terraform refuses variables here too.
    """
    try:
        return _value(node)
    except _NotConstantError as error:
        diags.error("Invalid default value", "Variables, functions and operators may not be used "
                    "here; write a literal value.", source.range(error.node.start, error.node.end))
        return NULL


def _value(node: ast.Expr) -> Value:
    if isinstance(node, ast.Literal):
        return NULL if node.value is None else node.value
    if isinstance(node, ast.Number):
        return parse_number(node.text)
    if isinstance(node, ast.Unary) and node.op == "-":
        inner = _value(node.operand)
        if isinstance(inner, (int, BigFloat)) and not isinstance(inner, bool):
            return negate(inner)
    if isinstance(node, ast.Paren):
        return _value(node.expr)
    if isinstance(node, ast.Tuple):
        return tuple(_value(item) for item in node.items)
    if isinstance(node, ast.Object):
        out = {}
        for item in node.items:
            key = _value(item.key)
            if not isinstance(key, str):
                raise _NotConstantError(item.key)
            out[key] = _value(item.value)
        return out
    raise _NotConstantError(node)
