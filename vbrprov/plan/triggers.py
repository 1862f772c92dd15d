"""``replace_triggered_by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vbrprov.config.model import Expression
from vbrprov.config.references import attribute_path
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.world import ModuleScope
from vbrprov.plan.model import Action
from vbrprov.syntax import ast
from vbrprov.values import bare

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def triggered(planner: Planner, expression: Expression, scope: ModuleScope) -> bool:
    """Whether what the expression names is changed by this plan.

    A whole resource triggers on any update or replacement, one attribute only on a change of it,
    even when the resource is replaced.
    """
    node: Any = expression.node
    if type(node) is not ast.Ref:
        planner.diags.error("Invalid replace_triggered_by", "Each element must be a reference to a "
                            "managed resource or to one of its attributes.", expression.range)
        return False
    names = attribute_path(node)
    config = f"{node.name}.{names[0]}" if names else ""
    if config not in scope.module.resources:
        planner.diags.error("Invalid replace_triggered_by", "Only managed resources can be "
                            "referenced here.", expression.range)
        return False
    keys, attribute = _rest(node, scope)
    resource = scope.module.resources[config]
    wanted = (scope.instance, resource.type, resource.name)
    for change in planner.plan.changes:
        if (change.module, change.type, change.name) != wanted:
            continue
        if keys and change.key not in keys:
            continue
        if change.action in (Action.UPDATE, Action.REPLACE) and (
                not attribute or attribute in change.changed):
            return True
    return False


def _rest(node: ast.Ref, scope: ModuleScope) -> tuple[list[Any], str]:
    keys: list[Any] = []
    for step in node.steps[1:]:
        if type(step) is ast.IndexStep:
            try:
                keys.append(bare(evaluate(step.key, scope)))
            except EvalError:
                return [], ""
        elif type(step) is ast.AttrStep:
            return keys, step.name
    return keys, ""
