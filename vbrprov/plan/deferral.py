"""Deferral: what cannot be planned before something else is applied is left out of a plan.

A block whose ``count``, ``for_each`` or ``enabled`` is not known yet is deferred, and so is all
that depends on it. Nothing that is recorded of it is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import ModuleInstance, config_address, module_address, parse_address
from vbrprov.config.model import Expression
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.plan.causes import causes, listed, missing
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.deferred import Lister, Why, staying
from vbrprov.plan.model import Action, Change
from vbrprov.plan.providers import node_of
from vbrprov.state.model import Instance
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


class _Mark(msgspec.Struct, frozen=True):
    """Why something at a node waits; ``origin`` is the block to name to those behind it."""

    origin: str
    why: Why
    because: str


class Deferrals:
    """What is deferred in one pass of the planner."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._marks: dict[NodeKey, dict[ModuleInstance, _Mark]] = {}
        self._whole: set[tuple[NodeKey, ModuleInstance]] = planner.plan.deferred_blocks
        self._instances: set[str] = set()
        self._lister = Lister(planner)
        #: What waits until somebody has looked whether it exists.
        self.unsettled: set[str] = set()

    # --- what waits ------------------------------------------------------------------------------

    def unknown(self, node: Node, kind: Any, module: ModuleInstance, what: str,
                expression: Expression) -> bool:
        """Defer a block whose *what* is not known; ``False`` when no apply could change that."""
        found = causes(self._planner, expression, node.module, module)
        if not found:
            return False
        mark = _Mark(node_name(node.key), Why.COUNT_UNKNOWN, f"its {what} depends on {found}")
        self._block(node, kind, module, mark)
        return True

    def call(self, node: Node, module: ModuleInstance, what: str, expression: Expression) -> bool:
        """Defer a module call, as ``unknown`` does a resource."""
        found = causes(self._planner, expression, node.module, module)
        if not found:
            return False
        mark = _Mark(node_name(node.key), Why.COUNT_UNKNOWN, f"its {what} depends on {found}")
        self._set(node.key, module, mark)
        self._whole.add((node.key, module))
        name = node.key[2]
        inside = (*node.key[0], name)
        shown = ".".join(filter(None, (module_address(module), f"module.{name}")))
        for other in self._planner.graph.nodes.values():
            if other.key[1] == "resource" and other.key[0][:len(inside)] == inside:
                below = tuple((step, None) for step in other.key[0][len(inside):])
                self._lister.inside(other, (*module, (name, None), *below), shown, mark.why,
                                    mark.because)
        return True

    def provider(self, node: Node, module: ModuleInstance) -> None:
        """All resources of a provider block whose ``for_each`` is not known have to wait."""
        expression = node.declared.for_each
        found = causes(self._planner, expression, node.module, module)
        if not found:
            self._planner.diags.error(
                "Invalid for_each argument", "The keys of a provider's for_each must be known, and "
                "no apply would make these known.", expression.range)
            found = "values that are not known"
        name = node_name(node.key)
        self._set(node.key, module, _Mark(name, Why.PROVIDER_UNKNOWN,
                                          f"the for_each of {name} depends on {found}"))

    def prerequisite(self, node: Node, kind: Any, module: ModuleInstance) -> bool:
        """Defer a block that depends on something deferred."""
        mark = self._behind(node, module)
        if mark is not None:
            self._block(node, kind, module, mark)
        return mark is not None

    def lacks(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope,
              address: str, config: Mapping[str, Value]) -> bool:
        """Defer an instance that is made from an object that this plan leaves out."""
        if self._planner.selection.everything or self._planner.options.destroy:
            return False
        found = missing(config.values())
        if found:
            self.instance(node, kind, module, scope, address, Why.PREREQUISITE,
                          f"it depends on {listed(found)}, which -target or -exclude leaves "
                          "out")
        return bool(found)

    def doubtful(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope,
                 address: str) -> bool:
        """Defer an instance that an interrupted run may have made, as nobody can tell."""
        if address not in self._planner.unsettled or self._planner.options.destroy:
            return False
        self.unsettled.add(address)
        self.instance(node, kind, module, scope, address, Why.UNSETTLED,
                      "it cannot be told whether an interrupted run made it")
        return True

    def instance(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope,
                 address: str, why: Why, because: str) -> None:
        """Defer one instance."""
        mark = _Mark(node_name(node.key), why, because)
        self._set(node.key, module, mark)
        self._instances.add(address)
        if self._planner.selection.instance(node.key, address):
            self._lister.instance(node, kind, module, scope, address, why, because)

    def pass_on(self, node: Node) -> None:
        """Mark a variable, local value, output, provider or call that waits for something."""
        if not self._marks or (node.key[1] == "provider"
                               and not self._planner.clients.pending(node.key)):
            # A provider that has its clients all the same keeps nobody waiting.
            return
        for module in self._planner.world.module_instances.get(node.key[0], []):
            mark = self._behind(node, module)
            if mark is not None and module not in self._marks.get(node.key, {}):
                self._set(node.key, module, mark)

    # --- who asks --------------------------------------------------------------------------------

    def output_waits(self, name: str, value: Value) -> bool:
        """Whether an output of the root module is made from what is not part of this plan."""
        return self.waits(((), "output", name), ()) or bool(missing((value,)))

    def waits(self, key: NodeKey, module: ModuleInstance) -> bool:
        """Whether what is at a node depends on something deferred."""
        return module in self._marks.get(key, {})

    def keeps(self, instance: Instance) -> bool:
        """Whether a recorded instance belongs to something deferred, so that nobody touches it."""
        if not self._marks:
            return False
        parsed = parse_address(instance.address)
        path = tuple(name for name, _ in parsed.module)
        return (
            instance.address in self._instances
            or ((path, "resource", f"{parsed.type_name}.{parsed.name}"), parsed.module)
            in self._whole
            or any(((path[:depth], "call", path[depth]), parsed.module[:depth]) in self._whole
                   for depth in range(len(path))))

    def holds(self, instance: Instance, change: Change) -> bool:
        """Whether a deletion has to wait, since its provider has no client in this run."""
        key = node_of(instance.provider)
        marks = self._marks.get(key, {}) if key is not None else {}
        if not marks or not is_deferred(self._planner.clients.get(instance.provider)):
            return False
        because = next(iter(marks.values())).because
        self._planner.plan.deferred.append(staying(change, Why.PROVIDER_UNKNOWN, because))
        return True

    # --- making it so ----------------------------------------------------------------------------

    def _set(self, key: NodeKey, module: ModuleInstance, mark: _Mark) -> None:
        self._marks.setdefault(key, {})[module] = mark

    def _behind(self, node: Node, module: ModuleInstance) -> _Mark | None:
        """The mark of something that *node* refers to, as those are marked that depend on it."""
        if not self._marks:
            return None
        for dep in sorted(node.deps):
            calls = ((dep[0][:i], "call", dep[0][i]) for i in range(len(dep[0])))
            for key in (dep, *calls):
                for other, found in self._marks.get(key, {}).items():
                    if _touching(other, module):
                        if key[1] == "provider":
                            return _Mark(node_name(node.key), Why.PROVIDER_UNKNOWN, found.because)
                        origin = (node_name(node.key) if node.key[1] in ("resource", "provider")
                                  else found.origin)
                        who = node_name(node.key) if node.key[1] == "provider" else "it"
                        return _Mark(origin, Why.PREREQUISITE,
                                     f"{who} depends on {found.origin}, which is deferred")
        return None

    def _block(self, node: Node, kind: Any, module: ModuleInstance, mark: _Mark) -> None:
        self._set(node.key, module, mark)
        self._whole.add((node.key, module))
        if self._planner.selection.node(node.key):
            self._lister.block(node, kind, module, mark.why, mark.because)


def _touching(one: ModuleInstance, other: ModuleInstance) -> bool:
    """Whether something in one module instance can refer to something in the other."""
    for (name, key), (other_name, other_key) in zip(one, other, strict=False):
        if name != other_name:
            return True
        if key != other_key:
            return False
    return True


def hold_back(planner: Planner) -> None:
    """Nothing is destroyed on which an object depends that stays only because it is deferred."""
    plan = planner.plan
    needed = {name for d in plan.deferred for kept in d.kept for name in kept.dependencies}
    doubtful = {d.change.address: planner.dependencies_of(d.change.node) for d in plan.deferred
                if d.why is Why.UNSETTLED and d.change.node is not None}
    needed.update(name for names in doubtful.values() for name in names)
    while needed:
        held = [c for c in plan.changes
                if c.action is Action.DELETE and c.mode == "managed" and config_address(
                    c.address) in needed]
        if not held:
            return
        needed = {name for c in held for name in c.dependencies}
        for change in held:
            plan.changes.remove(change)
            name = config_address(change.address)
            users = sorted({
                *(k.address for d in plan.deferred for k in d.kept if name in k.dependencies),
                *(address for address, names in doubtful.items() if name in names)})
            words = "depends on it and is" if len(users) == 1 else "depend on it and are"
            plan.deferred.append(staying(
                change, Why.PREREQUISITE, f"{listed(users)} still {words} deferred"))
