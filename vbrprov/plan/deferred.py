"""What a plan lists as deferred: what is known of it, and what is recorded of it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import ModuleInstance, instance_address, module_address, parse_address
from vbrprov.config.model import Resource
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate.body import BodyReader
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node
from vbrprov.graph.node import node_name
from vbrprov.graph.providers import BUILTIN, provider_text
from vbrprov.plan.clients import unknown_object
from vbrprov.plan.model import Action, Change
from vbrprov.state.model import Instance
from vbrprov.values import NUMBER, STRING, Unknown, Value, type_of, unmark_deep

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner

#: Ends an address that stands for any number of instances.
_ANY = "[*]"


class Why(enum.StrEnum):
    """The reasons of Terraform's plan JSON; it has none for ``UNSETTLED``, which it cannot meet."""

    COUNT_UNKNOWN = "instance_count_unknown"
    PROVIDER_UNKNOWN = "provider_config_unknown"
    PREREQUISITE = "deferred_prereq"
    UNSETTLED = "unknown"


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


class Lister:
    """Adds what is deferred to a plan."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def block(self, node: Node, kind: Any, module: ModuleInstance, why: Why, because: str) -> None:
        """A resource block in one module instance."""
        planner = self._planner
        recorded = [i for i in planner.recorded_of(node_name(node.key))
                    if not i.deposed and parse_address(i.address).module == module]
        waiting: dict[str, DeferredChange] = {}
        scope = planner.world.scope(module)
        for address, key, names in self._instances(node, module, bool(recorded)):
            if address.endswith(_ANY) or planner.selection.instance(node.key, address):
                scope = planner.world.scope(module, names)
                waiting[address] = self._add(node, kind, module, scope, why, because, address, key)
        first = next(iter(waiting.values()), None)
        for instance in recorded:
            own = waiting.get(instance.address, first)
            if own is not None:
                self._keep(own, instance, node, kind, scope)

    def instance(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope,
                 address: str, why: Why, because: str) -> None:
        """One instance, others of its block being planned."""
        waiting = self._add(node, kind, module, scope, why, because, address,
                            parse_address(address).key)
        recorded = self._planner.state.instances.get((address, ""))
        if recorded is not None:
            self._keep(waiting, recorded, node, kind, scope)

    def inside(self, node: Node, module: ModuleInstance, shown: str, why: Why,
               because: str) -> None:
        """A resource in a module call that is deferred as a whole; *shown* is the call."""
        planner = self._planner
        kind = planner.kind_at(node)
        if kind is None or not planner.selection.node(node.key):
            return
        declared: Resource = node.declared
        call = parse_address(shown).module
        outer, name = module[:len(call) - 1], call[-1][0]
        at = ".".join(filter(None, (module_address(outer), f"module.{name}{_ANY}", module_address(
            module[len(call):]))))
        plain = instance_address((), declared.mode, declared.type, declared.name)
        many = _ANY if declared.count is not None or declared.for_each is not None else ""
        scope = planner.world.scope(module)
        waiting = self._add(node, kind, module, scope, why, because, f"{at}.{plain}{many}", None,
                            read=False)
        waiting.name = shown
        for recorded in planner.recorded_of(node_name(node.key)):
            if parse_address(recorded.address).module[:len(outer)] == outer and (
                    not recorded.deposed):
                self._keep(waiting, recorded, node, kind, scope)

    def _instances(self, node: Node, module: ModuleInstance,
                   recorded: bool) -> list[tuple[str, Any, dict[str, Value]]]:
        """Address, key and extra names of each instance, or of one for any of them."""
        declared: Resource = node.declared
        expansion, exact = self._expansion(declared, self._planner.world.scope(module))
        plain = instance_address(module, declared.mode, declared.type, declared.name)
        if exact and expansion.keys:
            return [(instance_address(module, declared.mode, declared.type, declared.name, key),
                     key, expansion.repetition(key)) for key in expansion.keys]
        if exact and not recorded:
            return []
        many = _ANY if declared.count is not None or declared.for_each is not None else ""
        return [(f"{plain}{many}", None, _any(expansion))]

    def _expansion(self, declared: Resource, scope: ModuleScope) -> tuple[Expansion, bool]:
        """The instances of a block, and whether those are all and not just an example."""
        arguments = declared.count, declared.for_each, declared.lifecycle.enabled
        try:
            try:
                return expand(*arguments, scope), True
            except UnknownExpansionError:
                return expand(*arguments, scope, validating=True), False
        except EvalError as error:
            self._planner.diags.add(error.diagnostic(declared.content.source, declared.key))
            return Expansion(keys=[]), True

    def _add(self, node: Node, kind: Any, module: ModuleInstance, scope: ModuleScope, why: Why,
             because: str, address: str, key: Any, *, read: bool = True) -> DeferredChange:
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
        known = change.after if not read else planner.known_of(
            reader.read(declared.content, schema), kind, address)
        # Rules see one object of which nothing is known.
        planner.make_facts(change, declared, reader, scope, node)
        change.after = known
        found = DeferredChange(address.removesuffix(_ANY), why, because, change)
        planner.plan.deferred.append(found)
        return found

    def _keep(self, waiting: DeferredChange, recorded: Instance, node: Node, kind: Any,
              scope: ModuleScope) -> None:
        """A recorded object stays what it is: that is what this plan leaves behind."""
        planner = self._planner
        declared: Resource = node.declared
        found = planner.refreshed(recorded) if declared.mode == "managed" else None
        if declared.mode == "data" or (found is not None and found.values is None):
            return
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


def staying(change: Change, why: Why, because: str) -> DeferredChange:
    """A deletion that is left for the next plan."""
    stays = msgspec.structs.replace(change, action=Action.NOOP, after=change.before)
    return DeferredChange(change.address, why, because, change, [stays])


def _any(expansion: Expansion) -> dict[str, Value]:
    """The extra names in the scope of an instance that may be any of them."""
    if expansion.mode == "single":
        return {}
    if expansion.mode == "count":
        return {"count": {"index": Unknown(NUMBER)}}
    value = next(iter(expansion.values.values()), Unknown(STRING))
    return {"each": {"key": Unknown(STRING), "value": Unknown(type_of(unmark_deep(value)[0]))}}
