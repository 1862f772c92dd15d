"""``replace_triggered_by``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vbrprov.addrs import instance_address
from vbrprov.config.model import Expression
from vbrprov.diff.propose import unchanged
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.traversal import walk
from vbrprov.evaluate.world import ModuleScope
from vbrprov.plan.model import Action, Change
from vbrprov.syntax import ast
from vbrprov.values import NULL, Value, bare

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def triggered(planner: Planner, expression: Expression, scope: ModuleScope) -> bool:
    """Whether what the expression names is changed by this plan.

    A resource triggers when an instance of it is updated or replaced, a path when what is there
    becomes another. What is created, or stays, triggers nothing.
    """
    node: Any = expression.node
    first = node.steps[0]
    config = f"{node.name}.{first.name}" if type(first) is ast.AttrStep else ""
    resource = scope.module.resources.get(config)
    if resource is None:
        planner.diags.error("Invalid replace_triggered_by expression", "Only managed resources can "
                            "be referenced here.", expression.range)
        return False
    steps = list(node.steps[1:])
    changes = [c for c in planner.plan.changes if not c.deposed
               and (c.module, c.type, c.name) == (scope.instance, resource.type, resource.name)]
    try:
        repeated = planner.world.resources[scope.instance, config]
        if steps and type(steps[0]) is ast.IndexStep and repeated.mode != "unknown":
            key = bare(evaluate(steps.pop(0).key, scope))
            address = instance_address(scope.instance, "managed", resource.type, resource.name, key)
            if key not in repeated.values and (address, "") in planner.state.instances:
                # What goes triggers nothing.
                return False
            if key not in repeated.values:
                raise EvalError("Invalid replace_triggered_by expression", f"There is no instance "
                                f"of {config} with this key.", node.start, node.end)
            changes = [c for c in changes if c.key == key]
        elif steps and repeated.mode in ("count", "each"):
            raise EvalError("Invalid replace_triggered_by expression", f"{config} has several "
                            "instances, so the one must be named whose attribute is meant: "
                            f"{config}[each.key].", node.start, node.end)
    except EvalError as error:
        planner.diags.add(error.diagnostic(expression.source))
        return False
    changes = [c for c in changes if c.action in (Action.UPDATE, Action.REPLACE)]
    if not steps:
        return bool(changes)
    return any(_differs(planner, change, steps, scope) for change in changes)


def _differs(planner: Planner, change: Change, steps: list[ast.Step], scope: ModuleScope) -> bool:
    before, after = (_at(values, steps, scope) for values in (change.before, change.after))
    if before is None or after is None:
        return before is not after
    return not unchanged(before, after, planner.environment.book)


def _at(values: Mapping[str, Value] | None, steps: list[ast.Step],
        scope: ModuleScope) -> Value | None:
    """What a path leads to; ``None`` when there is nothing."""
    try:
        return walk(NULL if values is None else dict(values), steps,
                    lambda key: evaluate(key, scope), 0)
    except EvalError:
        return None
