"""What a plan has no instance of: it is looked at even so, with nothing known.

A block with ``count = 0``, and all in a module that is called with it, has no values that could be
wrong, but types, calls and references in it can be. So they are worked off once for an instance
that could be any, on a graph of their own: they and what they refer to. As nothing is known there,
a mistake that this finds is one whatever the values are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from vbrprov.addrs import ModuleInstance
from vbrprov.config.model import Condition, Expression, Resource, Variable
from vbrprov.diag import Diagnostics, SourceRange
from vbrprov.evaluate.conditions import validate
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, any_instance, expand
from vbrprov.evaluate.results import Owner
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.walk import Walk
from vbrprov.graph import Graph, Node, NodeKey
from vbrprov.plan.clients import unknown_object
from vbrprov.plan.model import Change, Options
from vbrprov.plan.planner import Planner
from vbrprov.state.model import StateData
from vbrprov.values import Unknown, Value
from vbrprov.values.convert import plain

#: Kinds of nodes in which expressions are worked off per instance.
_KINDS = ("var", "local", "output", "resource", "call", "check", "ephemeral")


def check_uninstantiated(planner: Planner) -> Diagnostics:
    """What is wrong, whatever the values are, in what *planner* found no instances of."""
    diags = Diagnostics()
    wanted = {key for key in planner.graph.order if _without_instances(planner, key)}
    if not wanted or planner.environment.stop.is_set():
        return diags
    inner = _Planner(_part(planner.graph, wanted), StateData(), {}, Options(),
                     planner.environment, planner.world.context, validating=True,
                     workspace=planner.world.workspace)
    inner.run()
    known = {(d.summary, d.subject) for d in planner.diags}
    for found in inner.diags:
        if (found.summary, found.subject) not in known:
            diags.add(found)
    return diags


def _without_instances(planner: Planner, key: NodeKey) -> bool:
    path, kind, name = key
    if kind not in _KINDS or key in planner.failed or not planner.selection.node(key):
        return False
    world = planner.world
    modules = world.module_instances.get(path, [])
    return not modules or (kind == "resource" and not any(
        world.resources[instance, name].values for instance in modules
        if (instance, name) in world.resources))


def _part(graph: Graph, wanted: Collection[NodeKey]) -> Graph:
    """The part of a graph that some nodes need."""
    needed: set[NodeKey] = set()
    stack = list(wanted)
    while stack:
        key = stack.pop()
        if key not in needed:
            needed.add(key)
            stack.extend(graph.nodes[key].deps)
    return Graph(graph.root, {key: graph.nodes[key] for key in needed},
                 [key for key in graph.order if key in needed])


def _expanded(walk: Walk, module: ModuleInstance, count: Expression | None,
              for_each: Expression | None, enabled: Expression | None) -> Expansion:
    """One instance, with the key that any could have; what is wrong with the argument is told."""
    try:
        expand(count, for_each, enabled, walk.world.scope(module), validating=True)
    except EvalError as error:
        expression = count or for_each or enabled
        assert expression is not None
        walk.diags.add(error.diagnostic(expression.source))
    return any_instance(count, for_each)


class _Walk(Walk):
    """Works off one instance of every module; variables are not known, objects are not judged."""

    def _checked(self, declared: Variable, value: Value, where: SourceRange,
                 instance: ModuleInstance) -> Value:
        # What is given must suit the variable as far as it is known; others see nothing of it.
        unknown = Unknown(plain(declared.type))
        super()._checked(declared, value if instance else unknown, where, instance)
        return super()._checked(msgspec.structs.replace(declared, validations=()), unknown, where,
                                instance)

    def conditions(self, conditions: tuple[Condition, ...], scope: Scope, summary: str,
                   subject: SourceRange | None, address: str | None,
                   owner: Owner | None = None) -> bool:
        """Whether conditions are such at all; those of variables are judged."""
        if subject is not None:
            return super().conditions(conditions, scope, summary, subject, address, owner)
        validate(self, conditions, scope, address)
        return True

    def _expand(self, node: Node, instance: ModuleInstance) -> Expansion:
        return _expanded(self, instance, node.declared.count, node.declared.for_each, None)


class _Planner(Planner):
    """Works off one instance of every resource, with attributes that are not known."""

    walk_type = _Walk

    def _expand(self, node: Node, kind: Any, module: ModuleInstance) -> Expansion:
        declared: Resource = node.declared
        return _expanded(self.walk, module, declared.count, declared.for_each,
                         declared.lifecycle.enabled)

    def known_of(self, config: Mapping[str, Value], kind: Any, address: str) -> dict[str, Value]:
        """Nothing is known."""
        out: Any = unknown_object(kind.model.schema(), address)
        return dict(out)

    def _managed(self, node: Node, kind: Any, *where: Any) -> Change:
        change = super()._managed(node, kind, *where)
        change.after = self.known_of({}, kind, change.address)
        return change

    def make_facts(self, *about: Any) -> None:
        """Rules judge what there is."""
