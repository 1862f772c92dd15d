"""What makes the value of an expression unknown: the resources to apply first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from vbrprov.addrs import ModuleInstance
from vbrprov.config.model import Expression, Module
from vbrprov.config.references import attribute_path, references
from vbrprov.graph import NodeKey
from vbrprov.graph.node import node_name
from vbrprov.plan.model import Action
from vbrprov.syntax import ast
from vbrprov.values import Value, is_wholly_known, mark, marks_deep

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner

#: Begins the mark of values that come from an object that -target or -exclude leaves out.
_LEFT_OUT = "left out: "
#: How many names a message lists.
_LISTED = 5
_WORDS = {
    Action.CREATE: "which this plan creates", Action.UPDATE: "which this plan changes",
    Action.REPLACE: "which this plan replaces", Action.READ: "which is read during apply",
}


def causes(planner: Planner, expression: Expression, module: Module,
           instance: ModuleInstance) -> str:
    """The unknown resources behind an expression, in words; empty when there are none."""
    found: dict[str, str] = {}
    seen: set[NodeKey] = set()
    stack = [key for ref in references(expression.node)
             if (key := _node_of(ref, module, planner)) is not None]
    while stack:
        key = stack.pop()
        if key in seen:
            continue
        seen.add(key)
        if key[1] in ("resource", "call") and _unknown(planner, key):
            found[node_name(key)] = _what_happens(planner, key)
        elif key[1] != "resource":
            # The values of a module come from its call, too: from each.value.
            stack.extend(planner.graph.nodes[key].deps)
    groups: dict[str, list[str]] = {}
    for name, words in sorted(found.items()):
        groups.setdefault(words, []).append(name)
    return " and ".join(f"{listed(names)}, {words}" for words, names in groups.items())


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, the first few of them."""
    more = len(names) - _LISTED
    if more > 0:
        return f"{', '.join(names[:_LISTED])} and {more} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _node_of(ref: ast.Ref, module: Module, planner: Planner) -> NodeKey | None:
    names = attribute_path(ref)
    path = module.path
    if ref.name in ("var", "local") and names:
        key: NodeKey = (path, ref.name, names[0])
    elif ref.name == "module" and names:
        child = module.children.get(names[0])
        outputs = [s.name for s in ref.steps[1:] if type(s) is ast.AttrStep]
        if child is not None and outputs and outputs[0] in child.outputs:
            return (child.path, "output", outputs[0])
        key = (path, "call", names[0])
    elif ref.name == "data" and len(names) > 1:
        key = (path, "resource", f"data.{names[0]}.{names[1]}")
    else:
        key = (path, "resource", f"{ref.name}.{names[0]}" if names else ref.name)
    return key if key in planner.graph.nodes else None


def _unknown(planner: Planner, key: NodeKey) -> bool:
    """Whether something of a resource or call is not known in this plan."""
    path, kind, name = key
    for module in planner.world.module_instances.get(path, []):
        if planner.deferrals.waits(key, module):
            return True
        if kind == "call":
            continue
        repeated = planner.world.resources.get((module, name))
        if repeated is not None and not all(map(is_wholly_known, repeated.values.values())):
            return True
    # Nothing of a module call that is deferred itself has instances.
    return any(planner.deferrals.waits((path[:i], "call", path[i]), module)
               for i in range(len(path))
               for module in planner.world.module_instances.get(path[:i], []))


def _what_happens(planner: Planner, key: NodeKey) -> str:
    if any(planner.deferrals.waits(key, m) for m in planner.world.module_instances.get(
            key[0], [])) or not planner.world.module_instances.get(key[0]):
        return "which is deferred"
    values = [value for module in planner.world.module_instances[key[0]]
              if (found := planner.world.resources.get((module, key[2])))
              for value in found.values.values()]
    if missing(values):
        return "which -target or -exclude leaves out"
    actions = {c.action for c in planner.plan.changes if c.node == key and c.is_change}
    for action, words in _WORDS.items():
        if action in actions:
            return words
    return "which is known after apply"


def left_out(address: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """What is known of an object that is not made: whatever is made from it can be told."""
    return {name: mark(value, (f"{_LEFT_OUT}{address}",)) for name, value in values.items()}


def missing(values: Iterable[Value]) -> list[str]:
    """The objects left out that values are made from."""
    return sorted({found.removeprefix(_LEFT_OUT) for value in values
                   for found in marks_deep(value)
                   if isinstance(found, str) and found.startswith(_LEFT_OUT)})
