"""Deferral: what cannot be planned before something else is applied is left out of a plan.

A block whose ``count``, ``for_each`` or ``enabled`` is not known yet is deferred, and so is all
that depends on it. Nothing that is recorded of it is touched.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import ModuleInstance, instance_address, module_address, parse_address
from vbrprov.config.model import Expression, Resource
from vbrprov.evaluate.body import BodyReader
from vbrprov.evaluate.expand import Expansion
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node, NodeKey
from vbrprov.graph.build import node_name
from vbrprov.graph.providers import BUILTIN, provider_text
from vbrprov.plan.causes import causes
from vbrprov.plan.clients import is_deferred, unknown_object
from vbrprov.plan.model import Action, Change
from vbrprov.plan.providers import node_of
from vbrprov.sdk.resource import ResourceType
from vbrprov.state.model import Instance
from vbrprov.values import NUMBER, STRING, Unknown, Value, type_of, unmark_deep

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


class Why(enum.StrEnum):
    """The reasons of Terraform's plan JSON."""

    COUNT_UNKNOWN = "instance_count_unknown"
    PROVIDER_UNKNOWN = "provider_config_unknown"
    PREREQUISITE = "deferred_prereq"


class DeferredChange(msgspec.Struct):
    """A block, or one instance, that waits.

    ``name`` is what people are shown, a module call for all that is in it. ``change`` says what is
    known of it; its address ends in ``[*]`` where it stands for any number of instances.
    ``kept`` are the recorded objects that stay as they are.
    """

    name: str
    why: Why
    because: str
    change: Change
    kept: list[Change] = []


class _Mark(msgspec.Struct, frozen=True):
    """Why something at a node waits; ``origin`` is the block to name to those behind it."""

    origin: str
    why: Why
    because: str
    fate: str = "which is deferred"


class Deferrals:
    """What is deferred in one pass of the planner."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._marks: dict[NodeKey, dict[ModuleInstance, _Mark]] = {}
        self._whole: set[tuple[NodeKey, ModuleInstance]] = planner.plan.deferred_blocks
        self._instances: set[str] = set()

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
                self._inside(other, (*module, (name, None), *below), shown, mark)
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

    def instance(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope,
                 address: str) -> None:
        """Defer one instance, since which provider instance it uses is not known."""
        mark = _Mark(node_name(node.key), Why.PROVIDER_UNKNOWN,
                     "which provider instance it uses is known after apply")
        self._set(node.key, module, mark)
        self._instances.add(address)
        if self._planner.selection.instance(node.key, address):
            key = parse_address(address).key
            waiting = self._deferred(node, kind, module, scope, mark, address, key)
            recorded = self._planner.state.instances.get((address, ""))
            if recorded is not None:
                self._keep(waiting, recorded, node, kind, scope)

    def left_out(self, node: Node, module: ModuleInstance) -> None:
        """An instance that does not exist is not made: what depends on it has nothing to use."""
        self._set(node.key, module, _Mark(node_name(node.key), Why.PREREQUISITE, "",
                                          "an instance of which -exclude leaves out"))

    def pass_on(self, node: Node) -> None:
        """Mark a variable, local value, output, provider or call that waits for something."""
        if not self._marks or node.key[1] == "resource":
            return
        for module in self._planner.world.module_instances.get(node.key[0], []):
            mark = self._behind(node, module)
            if mark is not None and module not in self._marks.get(node.key, {}):
                self._set(node.key, module, mark)

    # --- who asks --------------------------------------------------------------------------------

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
        self._planner.plan.deferred.append(_staying(change, Why.PROVIDER_UNKNOWN, because))
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
                for other, mark in self._marks.get(key, {}).items():
                    if _touching(other, module):
                        if key[1] == "provider":
                            return _Mark(node_name(node.key), Why.PROVIDER_UNKNOWN, mark.because)
                        origin = (node_name(node.key) if node.key[1] in ("resource", "provider")
                                  else mark.origin)
                        passed = node.key[1] not in ("resource", "provider")
                        return _Mark(origin, Why.PREREQUISITE,
                                     f"it depends on {mark.origin}, {mark.fate}",
                                     mark.fate if passed else "which is deferred")
        return None

    def _block(self, node: Node, kind: Any, module: ModuleInstance, mark: _Mark) -> None:
        planner = self._planner
        declared: Resource = node.declared
        self._set(node.key, module, mark)
        self._whole.add((node.key, module))
        if not planner.selection.node(node.key):
            return
        expansion = planner.expand(declared, planner.world.scope(module), validating=True)
        repeats = declared.count is not None or declared.for_each is not None
        plain = instance_address(module, declared.mode, declared.type, declared.name)
        if repeats and (mark.why is Why.COUNT_UNKNOWN or expansion is None):
            keys: list[tuple[Any, str]] = [(k, f"{plain}[*]") for k in _first(expansion)]
        else:
            keys = [(k, instance_address(module, declared.mode, declared.type, declared.name, k))
                    for k in (expansion.keys if expansion is not None else [])]
        waiting = []
        scope = planner.world.scope(module)
        for key, address in keys:
            if address.endswith("[*]"):
                scope = planner.world.scope(module, _any(expansion, key))
                key = None
            elif not planner.selection.instance(node.key, address):
                continue
            elif expansion is not None:
                scope = planner.world.scope(module, expansion.repetition(key))
            waiting.append(self._deferred(node, kind, module, scope, mark, address, key))
        for recorded in planner.recorded_of(node_name(node.key)):
            if parse_address(recorded.address).module == module and not recorded.deposed:
                own = next((w for w in waiting if w.change.address == recorded.address), None)
                own = own or (waiting[0] if waiting else None)
                if own is not None:
                    self._keep(own, recorded, node, kind, scope)

    def _deferred(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope,
                  mark: _Mark, address: str, key: Any, *, read: bool = True,
                  name: str = "") -> DeferredChange:
        planner = self._planner
        declared: Resource = node.declared
        schema = kind.model.schema()
        reader = BodyReader(scope, declared.content.source, planner.diags, address)
        change = Change(
            address=address, module=module, mode=declared.mode, type=declared.type,
            name=declared.name, key=key,
            provider=provider_text(node.provider) if node.provider else BUILTIN,
            action=Action.READ if declared.mode == "data" else Action.CREATE, schema=schema,
            node=node.key, after=unknown_object(schema, address))
        known = planner.known_of(reader.read(declared.content, schema), kind, address) if (
            read) else change.after
        # Rules see one object of which nothing is known.
        planner.make_facts(change, declared, reader, scope, node)
        change.after = known
        found = DeferredChange(name or address.removesuffix("[*]"), mark.why, mark.because, change)
        planner.plan.deferred.append(found)
        return found

    def _keep(self, waiting: DeferredChange, recorded: Instance, node: Node,
              kind: ResourceType[Any, Any], scope: ModuleScope) -> None:
        """A recorded object stays what it is: that is what this plan leaves behind."""
        planner = self._planner
        declared: Resource = node.declared
        if declared.mode == "data":
            return
        found = planner.refreshed(recorded)
        if found is not None and found.values is None:
            return
        from vbrprov.diff.stored import attributes_of

        schema = kind.model.schema()
        values = found.values if found is not None else attributes_of(recorded, schema)
        parsed = parse_address(recorded.address)
        change = Change(
            address=recorded.address, module=parsed.module, mode="managed", type=declared.type,
            name=declared.name, key=parsed.key, provider=recorded.provider, action=Action.NOOP,
            schema=schema, node=node.key, prior=recorded, before=values, after=values,
            dependencies=tuple(recorded.dependencies))
        reader = BodyReader(scope, declared.content.source, planner.diags, recorded.address)
        planner.make_facts(change, declared, reader, scope, node)
        waiting.kept.append(change)

    def _inside(self, node: Node, module: ModuleInstance, shown: str, mark: _Mark) -> None:
        """A resource in a module call that is deferred as a whole."""
        planner = self._planner
        kind = planner.kind_at(node)
        if kind is None or not planner.selection.node(node.key):
            return
        declared: Resource = node.declared
        outer = tuple(module[:len(parse_address(shown).module) - 1])
        call = parse_address(shown).module[-1][0]
        at = ".".join(filter(None, (module_address(outer), f"module.{call}[*]", module_address(
            module[len(outer) + 1:]))))
        plain = instance_address((), declared.mode, declared.type, declared.name)
        star = "[*]" if declared.count is not None or declared.for_each is not None else ""
        scope = planner.world.scope(module)
        waiting = self._deferred(node, kind, module, scope, mark, f"{at}.{plain}{star}", None,
                                 read=False, name=shown)
        for recorded in planner.recorded_of(node_name(node.key)):
            place = parse_address(recorded.address).module
            if place[:len(outer)] == outer and not recorded.deposed:
                self._keep(waiting, recorded, node, kind, scope)


def _first(expansion: Expansion | None) -> list[Any]:
    """One key to look at the body with."""
    return expansion.keys[:1] if expansion is not None and expansion.keys else [None]


def _any(expansion: Expansion | None, key: Any) -> dict[str, Value]:
    """The extra names in the scope of an instance that may be any of them."""
    if expansion is None or expansion.mode == "single":
        return {}
    if expansion.mode == "count":
        return {"count": {"index": Unknown(NUMBER)}}
    value = expansion.values.get(key, Unknown(STRING))
    kind = type_of(unmark_deep(value)[0])
    return {"each": {"key": Unknown(STRING), "value": Unknown(kind)}}


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
    while needed:
        held = [c for c in plan.changes
                if c.action is Action.DELETE and c.mode == "managed"
                and _config(c) in needed]
        if not held:
            return
        needed = {name for c in held for name in c.dependencies}
        for change in held:
            plan.changes.remove(change)
            users = sorted({k.address for d in plan.deferred for k in d.kept
                            if _config(change) in k.dependencies})
            plan.deferred.append(_staying(
                change, Why.PREREQUISITE,
                f"{' and '.join(users)} still depends on it and is deferred"))


def _staying(change: Change, why: Why, because: str) -> DeferredChange:
    """A deletion that is left for the next plan."""
    stays = msgspec.structs.replace(change, action=Action.NOOP, after=change.before)
    return DeferredChange(change.address, why, because, change, [stays])


def _config(change: Change) -> str:
    from vbrprov.addrs import config_address

    return config_address(change.address)
