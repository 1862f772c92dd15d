"""References to provider configurations: ``aws``, ``aws.west``, ``aws.by_region[each.key]``."""

from __future__ import annotations

from typing import Any

from vbrprov.config.model import Expression, ProviderRef
from vbrprov.syntax import ast


def provider_ref(expression: Expression) -> ProviderRef | None:
    """The configuration that an expression names; ``None`` when it names none."""
    node: Any = expression.node
    if type(node) is not ast.Ref:
        return None
    steps: list[Any] = list(node.steps)
    key = None
    if steps and type(steps[-1]) is ast.IndexStep:
        key = Expression(steps.pop().key, expression.source)
    if len(steps) > 1 or any(type(step) is not ast.AttrStep for step in steps):
        return None
    return ProviderRef(provider_named(node.name), steps[0].name if steps else "", key)


def provider_named(name: str) -> str:
    """The local name of a provider; that of ``terraform_data`` has two."""
    return "vbrprov" if name == "terraform" else name
