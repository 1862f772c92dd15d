"""The form of ``replace_triggered_by``."""

from __future__ import annotations

from typing import Any

from vbrprov.config.model import Expression
from vbrprov.config.references import references
from vbrprov.diag import Diagnostics
from vbrprov.syntax import ast

_NOT_RESOURCES = frozenset({
    "var", "local", "module", "each", "count", "self", "path", "terraform", "vbrprov", "data",
    "ephemeral"})


def check_triggers(expressions: tuple[Expression, ...], diags: Diagnostics) -> None:
    """Each element must be a resource, or a path into one with fixed steps."""
    for expression in expressions:
        node: Any = expression.node
        if type(node) is not ast.Ref or node.name in _NOT_RESOURCES or not node.steps:
            diags.error("Invalid replace_triggered_by expression", "Missing resource reference in "
                        "replace_triggered_by expression. Each element must be a reference to a "
                        "managed resource, one of its instances or one of their attributes.",
                        expression.range)
            continue
        for step in node.steps:
            if type(step) is ast.SplatStep:
                diags.error("Invalid replace_triggered_by expression", "Unexpected expression "
                            "found in replace_triggered_by: write the path to one value, without "
                            "[*].", expression.range)
            elif type(step) is ast.IndexStep and not _fixed(step.key):
                diags.error("Invalid reference in replace_triggered_by expression", "Only "
                            "resources, count.index, and each.key may be used in "
                            "replace_triggered_by.", expression.range)


def _fixed(key: Any) -> bool:
    """Whether an index is a literal, ``each.key`` or ``count.index``."""
    if type(key) in (ast.Literal, ast.Number):
        return True
    found = list(references(key))
    return len(found) == 1 and found[0] is key and [
        key.name, *(getattr(step, "name", "") for step in key.steps)] in (
            ["each", "key"], ["count", "index"])
