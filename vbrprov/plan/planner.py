"""The planner: walks the graph once, in dependency order, and proposes changes.

Refreshing of recorded objects runs beside it in threads; everything else is on one thread, so that
evaluation needs no locks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from vbrprov.addrs import (
    ModuleInstance,
    config_address,
    instance_address,
    is_data,
    parse_address,
)
from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics, SourceRange, did_you_mean
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate.body import BodyReader
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import ModuleScope, Repeated, World
from vbrprov.graph import Graph, Node, NodeKey
from vbrprov.graph.build import node_name
from vbrprov.plan.clients import Clients, is_deferred, unknown_object
from vbrprov.plan.data import DataReader
from vbrprov.plan.destroys import plan_destroys
from vbrprov.plan.environment import Environment
from vbrprov.plan.instance import InstancePlanner, Proposal
from vbrprov.plan.model import Action, Change, Options, Plan, Reason
from vbrprov.plan.outputs import plan_outputs
from vbrprov.plan.refresh import Refreshed, Refresher
from vbrprov.plan.select import Selection, parse_all
from vbrprov.sdk.function import FunctionContext
from vbrprov.sdk.resource import Recovery, ResourceType
from vbrprov.state.model import Instance, Intent, StateData, Status
from vbrprov.values import BOOL, ConversionError, Unknown, Value, convert, unmark_deep


class Planner:
    """One pass over one configuration and one state."""

    def __init__(self, graph: Graph, state: StateData, root_values: Mapping[str, Value],
                 options: Options, environment: Environment, context: FunctionContext, *,
                 validating: bool = False, workspace: str = "default",
                 refresher: Refresher | None = None, clients: Clients | None = None,
                 rotate: frozenset[str] = frozenset(), data: DataReader | None = None,
                 on_provider: Callable[[str, Any], None] | None = None) -> None:
        self.graph = graph
        self.state = state
        self.options = options
        self.environment = environment
        self.diags = Diagnostics()
        self.validating = validating
        self.world = World(graph.root, context, workspace)
        self.walk = Walk(self.world, root_values, self.diags, validating=validating)
        self.clients = clients or Clients(environment, state.lineage, self.diags,
                                          connect=not validating)
        self.refresher = refresher or Refresher(environment, state.lineage, read=options.refresh)
        self.data = data or DataReader(environment, state.lineage)
        self.plan = Plan(options, state.lineage, state.serial, variables=dict(root_values),
                         timestamp=context.plan_time)
        self.rotate = rotate
        self._on_provider = on_provider
        self.needs_rotation: set[str] = set()
        self._reused_clients = clients is not None
        self._unreadable: set[str] = set()
        self._dependencies = graph.resource_dependencies()
        self._deposed = {address for address, deposed in state.instances if deposed}
        self._by_config: dict[str, list[Instance]] = {}
        for instance in state.instances.values():
            self._by_config.setdefault(config_address(instance.address), []).append(instance)
        self.selection = Selection(graph, parse_all(options.targets, "target", self.diags),
                                   parse_all(options.excludes, "exclude", self.diags),
                                   destroy=options.destroy)
        self._replace = {str(a) for a in parse_all(options.replace, "replace", self.diags)}
        self._planned: set[tuple[str, str]] = set()
        #: Objects that take a new address, by their new key, as they are recorded.
        self._moved: dict[tuple[str, str], Instance] = {}

    def run(self) -> Plan:
        """Walk the graph; the plan is complete when ``diags`` has no errors."""
        self._check_providers()
        self._providers_of_state()
        for key in self.graph.order:
            if self.environment.stop.is_set():
                self.diags.error("Interrupted", "The plan was interrupted; nothing was changed.")
                break
            node = self.graph.nodes[key]
            if key[1] == "resource":
                self._resource(node)
            elif key[1] == "provider":
                if not self._reused_clients:
                    self.clients.configure(node, self.world)
                self._start_refresh(key)
            else:
                self.walk.visit(node)
        if not self.validating:
            plan_destroys(self)
            plan_outputs(self)
        self.plan.shown_variables = {
            name: value for (module, name), value in self.world.variables.items() if not module}
        self.plan.partial = not self.selection.everything
        self.plan.errored = self.diags.has_errors
        return self.plan

    # --- providers and refresh -------------------------------------------------------------------

    def _check_providers(self) -> None:
        registry = self.environment.registry
        for key, node in self.graph.nodes.items():
            if key[1] == "provider":
                name = key[2].partition(".")[0]
                if registry.provider(name) is None:
                    hint = did_you_mean(name, registry.provider_names())
                    self.diags.error(
                        "Unknown provider", f'There is no provider "{name}". {hint}'.strip(),
                        getattr(node.declared, "range", None) or _first_use(self.graph, key))

    def _providers_of_state(self) -> None:
        """A node for every provider that only recorded objects use."""
        needed: list[Instance | Intent] = [
            *self.state.instances.values(), *self.state.intents.values()]
        for instance in needed:
            key = _provider_key(instance.provider)
            if key is not None and key not in self.graph.nodes:
                module = self.world.modules.get(key[0])
                if module is None or "." in key[2]:
                    self.diags.error(
                        "Provider configuration not present", f"{instance.address} is in the state "
                        f"and needs the provider configuration {instance.provider}, which the "
                        "configuration no longer has. Add it again until the resource is "
                        "destroyed.", address=instance.address)
                    self._unreadable.add(instance.address)
                    continue
                self.graph.nodes[key] = Node(key, module, None)
                self.graph.order.insert(0, key)
        for instance in self.state.instances.values():
            if _provider_key(instance.provider) is None:
                self._begin(instance, None)

    def _start_refresh(self, key: NodeKey) -> None:
        if self.validating:
            return
        client = self.clients.get(key)
        text = node_name(key)
        if self._on_provider is not None and not is_deferred(client):
            # What an interrupted run left open is settled before anything of it is read.
            self._on_provider(text, client)
        for instance in list(self.state.instances.values()):
            if instance.provider == text and not is_deferred(client):
                self._begin(instance, client)

    def _begin(self, instance: Instance, client: Any) -> None:
        kind = self.kind_of(instance)
        if kind is not None:
            self.refresher.start(instance, kind, client)

    def kind_of(self, instance: Instance) -> ResourceType[Any, Any] | None:
        """The resource type of a recorded managed instance."""
        if is_data(instance.address):
            return None
        type_name = config_address(instance.address).split(".")[-2]
        kind: ResourceType[Any, Any] | None = self.environment.registry.resource_type(
            _provider_name(instance.provider), type_name)
        return kind

    def refreshed(self, instance: Instance) -> Refreshed | None:
        """The refreshed object of an instance, its errors and drift reported once."""
        found = self.refresher.result(self._moved.get(instance.key, instance))
        if found is None or found.error is None:
            return found
        if instance.address not in self._unreadable:
            self._unreadable.add(instance.address)
            self.diags.add(msgspec.structs.replace(
                found.error, subject=self._declared_at(instance)))
        return found

    def _declared_at(self, instance: Instance) -> SourceRange | None:
        """Where configuration has the block of a recorded instance."""
        parsed = parse_address(instance.address)
        node = self.graph.nodes.get((tuple(name for name, _ in parsed.module), "resource",
                                     f"{parsed.type_name}.{parsed.name}"))
        return node.declared.range if node is not None else None

    # --- resources -------------------------------------------------------------------------------

    def _resource(self, node: Node) -> None:
        declared: Resource = node.declared
        provider_name = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
        registry = self.environment.registry
        find = registry.data_source if declared.mode == "data" else registry.resource_type
        kind = find(provider_name, declared.type) if registry.provider(provider_name) else None
        for instance in self.world.module_instances.get(node.key[0], []):
            scope = self.world.scope(instance)
            expansion = self._expand(declared, scope)
            repeated = Repeated(expansion.mode)
            self.world.resources[(instance, declared.key)] = repeated
            if kind is None:
                repeated.mode = "unknown"
                continue
            for key in expansion.keys:
                inner = self.world.scope(instance, expansion.repetition(key))
                address = instance_address(
                    instance, declared.mode, declared.type, declared.name, key)
                if declared.mode == "data":
                    change = self.data.plan(self, node, kind, instance, key, inner, address)
                else:
                    change = self._managed(node, kind, instance, key, inner, address)
                repeated.values[key] = dict(change.after) if change.after is not None else Unknown()
        if kind is None and registry.provider(provider_name) is not None:
            hint = did_you_mean(declared.type, registry.type_names(provider_name, declared.mode))
            word = "data source" if declared.mode == "data" else "resource type"
            self.diags.error(f"Invalid {word}", f'The provider "{provider_name}" does not support '
                             f'{word} "{declared.type}". {hint}'.strip(), declared.type_range)

    def _expand(self, declared: Resource, scope: ModuleScope) -> Expansion:
        try:
            return expand(declared.count, declared.for_each, declared.lifecycle.enabled, scope,
                          validating=self.validating)
        except EvalError as error:
            expression = declared.count or declared.for_each or declared.lifecycle.enabled
            assert expression is not None
            self.diags.add(error.diagnostic(expression.source, declared.key))
            return Expansion("unknown", [])

    def _managed(self, node: Node, kind: ResourceType[Any, Any], module: ModuleInstance, key: Any,
                 scope: ModuleScope, address: str) -> Change:
        declared: Resource = node.declared
        schema = kind.model.schema()
        reader = BodyReader(scope, declared.content.source, self.diags, address)
        errors_before = len(self.diags)
        # What takes no part may be wrong: it is kept as it is.
        selected = self.validating or self.selection.instance(node.key, address)
        config = reader.read(declared.content, schema) if selected else {}
        broken = len(self.diags) > errors_before
        recorded = self.state.instances.get((address, ""))
        if recorded is None and key in (None, 0):
            recorded = self._moved_here(address, key, declared, module)
        self._planned.add((address, ""))
        change = Change(
            address=address, module=module, mode="managed", type=declared.type, name=declared.name,
            key=key, provider=node_name(node.provider) if node.provider else "provider.vbrprov",
            action=Action.NOOP, schema=schema, node=node.key, prior=recorded,
            dependencies=self._dependency_addresses(node.key))
        client = self.clients.get(node.provider)
        if self.validating or broken:
            change.after = _validated(config, kind, address)
            change.config = config
            if self.validating:
                self._conditions(declared, scope, change)
            self.make_facts(change, declared, reader, scope, node)
            self.plan.changes.append(change)
            return change
        prior = self._prior(recorded, change)
        if not selected:
            change.after = prior if prior is not None else unknown_object(schema, address)
            change.before = prior
            if recorded is not None:
                self.plan.changes.append(change)
            return change
        self._meta(declared, scope, change, kind)
        planner = InstancePlanner(kind, None if is_deferred(client) else client, self.environment,
                                  self.diags)
        proposal = planner.plan(address, config, prior, recorded, declared, reader.ranges,
                                force=self._force(declared, scope, address, prior),
                                create_first=change.create_before_destroy)
        self._adopt(change, proposal, prior, kind, reader)
        self._conditions(declared, scope, change)
        self.make_facts(change, declared, reader, scope, node)
        self.plan.changes.append(change)
        return change

    def _moved_here(self, address: str, key: Any, declared: Resource,
                    module: ModuleInstance) -> Instance | None:
        """An object whose block got or lost ``count``: ``x`` and ``x[0]`` are one and the same."""
        former = instance_address(module, "managed", declared.type, declared.name,
                                  0 if key is None else None)
        found = self.state.instances.get((former, ""))
        wanted = self.world.resources[(module, declared.key)].mode
        if found is None or wanted not in ("single", "count"):
            return None
        moved = msgspec.structs.replace(found, address=address)
        self._moved[moved.key] = found
        self._planned.add(found.key)
        self.plan.moves.append((former, moved))
        return moved

    def make_facts(self, change: Change, declared: Resource, reader: BodyReader,
                   scope: ModuleScope, node: Node) -> None:
        """Attach to *change* what rules may see of it."""
        if node.provider is None:
            # The built-in provider has no rules, and what they would need is slow to import.
            return
        from vbrprov.plan.facts import make_facts

        make_facts(self, change, declared, reader.ranges, scope, node)

    def _prior(self, recorded: Instance | None, change: Change) -> Mapping[str, Value] | None:
        if recorded is None:
            return None
        found = self.refreshed(recorded)
        if found is None:
            # Its provider cannot be asked yet: what is recorded is all that is known.
            change.before = attributes_of(recorded, change.schema)
            return change.before
        change.before = found.values
        if found.values is None:
            change.drifted = True
            self.plan.gone.append(recorded.key)
            self.note_drift(change, found)
        elif found.changed:
            change.drifted = True
            self.note_drift(change, found)
        return found.values

    def note_drift(self, change: Change, found: Refreshed) -> None:
        """Remember what changed outside of us."""
        self.plan.drift.append(Change(
            address=change.address, module=change.module, mode=change.mode, type=change.type,
            name=change.name, key=change.key, provider=change.provider, schema=change.schema,
            action=Action.DELETE if found.values is None else Action.UPDATE,
            before=found.recorded, after=found.values, changed=frozenset(found.changed)))

    def _force(self, declared: Resource, scope: ModuleScope, address: str,
               prior: Mapping[str, Value] | None) -> Reason:
        if prior is None:
            return Reason.NONE
        if address in self.rotate:
            return Reason.ROTATION
        if address in self._replace:
            return Reason.REQUESTED
        self._warn_of_incomplete(config_address(address))
        for expression in declared.lifecycle.replace_triggered_by:
            if self._triggered(expression, scope):
                return Reason.TRIGGERS
        return Reason.NONE

    def _warn_of_incomplete(self, address: str) -> None:
        """A request without a key replaces none of the instances: which ones must be said."""
        if address not in self._replace:
            return
        self._replace.discard(address)
        options = "\n".join(f"    -replace='{instance.address}'"
                            for instance in self.recorded_of(address))
        self.diags.warning(
            "Incompletely-matched force-replace resource instance", f"-replace={address} does not "
            "match any resource instance, because it lacks an instance key. To replace particular "
            f"instances, use one or more of these:\n\n{options}")

    def _triggered(self, expression: Any, scope: ModuleScope) -> bool:
        from vbrprov.plan.triggers import triggered

        return triggered(self, expression, scope)

    def _adopt(self, change: Change, proposal: Proposal, prior: Mapping[str, Value] | None,
               kind: ResourceType[Any, Any], reader: BodyReader) -> None:
        change.action, change.reason = proposal.action, proposal.reason
        change.after = proposal.planned
        change.before = prior
        change.config = proposal.config
        change.changed = proposal.changed
        change.replace_paths = proposal.replace_paths
        change.send = frozenset(proposal.sending.send)
        self.needs_rotation |= proposal.sending.rotate
        if kind.not_applied and change.is_change:
            self.diags.error("Not yet applied by this version", kind.not_applied,
                             reader.source.range(*_span(reader, change, self.graph)),
                             address=change.address)
        for name in proposal.sending.lost:
            self.diags.error(
                "The secret is gone", f'The value of "{name}" was made from a secret that is not '
                "kept, and it is needed again. Give it a new value, or replace the resource that "
                "makes it with -replace=ADDRESS.", reader.ranges.get(name), address=change.address)
        if change.action is Action.REPLACE and prior is not None:
            if change.prevent_destroy:
                self._prevented(change)
            refused = kind.plan_destroy(prior)
            if refused:
                self.diags.error("Replacing would destroy a protected object", refused,
                                 reader.source.range(*_span(reader, change, self.graph)),
                                 address=change.address)

    def _prevented(self, change: Change) -> None:
        declared = self.graph.nodes[change.node].declared if change.node else None
        self.diags.error(
            "Instance cannot be destroyed", f"Resource {change.address} has "
            "lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. "
            "To avoid this error and continue with the plan, either disable "
            "lifecycle.prevent_destroy or reduce the scope of the plan using the -target option.",
            declared.range if declared else None, address=change.address)

    def _meta(self, declared: Resource, scope: ModuleScope, change: Change,
              kind: ResourceType[Any, Any]) -> None:
        lifecycle = declared.lifecycle
        wanted = lifecycle.create_before_destroy
        change.create_before_destroy = kind.create_before_destroy if wanted is None else wanted
        if change.address in self._deposed:
            # A replacement was cut off and left its old object. There may be no room for a third
            # one (Amazon allows two access keys), so the one in the middle goes first.
            change.create_before_destroy = False
        change.skip_destroy = not lifecycle.destroy
        if lifecycle.prevent_destroy is not None:
            value, _ = unmark_deep(self.walk.value(lifecycle.prevent_destroy, scope,
                                                   change.address))
            try:
                value = convert(value, BOOL)
            except ConversionError as error:
                self.diags.error("Invalid prevent_destroy", f"{error}.",
                                 lifecycle.prevent_destroy.range)
                return
            # What is not known protects.
            change.prevent_destroy = value is not False

    def _conditions(self, declared: Resource, scope: ModuleScope, change: Change) -> None:
        lifecycle = declared.lifecycle
        if self.options.destroy:
            # What goes need not be in order any more.
            return
        if lifecycle.preconditions:
            self.walk.conditions(lifecycle.preconditions, scope, "Resource precondition failed",
                                 None, change.address)
        if lifecycle.postconditions:
            repetition = {**scope.repetition, "self": dict(change.after or {})}
            inner = self.world.scope(scope.instance, repetition)
            self.walk.conditions(lifecycle.postconditions, inner, "Resource postcondition failed",
                                 None, change.address)

    def _dependency_addresses(self, key: NodeKey) -> tuple[str, ...]:
        return tuple(sorted(node_name(k) for k in self._dependencies.get(key, ())))

    def recorded_of(self, config_address: str) -> list[Instance]:
        """All recorded instances of a resource block."""
        return self._by_config.get(config_address, [])

    def is_planned(self, key: tuple[str, str]) -> bool:
        """Whether configuration has an instance."""
        return key in self._planned


def _validated(config: Mapping[str, Value], kind: ResourceType[Any, Any],
               address: str) -> dict[str, Value]:
    from vbrprov.diff.propose import propose
    from vbrprov.diff.stored import mark_by_schema
    from vbrprov.evaluate.body import with_defaults

    schema = kind.model.schema()
    return mark_by_schema(propose(with_defaults(config, schema), None, schema), schema, address)


def _span(reader: BodyReader, change: Change, graph: Graph) -> tuple[int, int]:
    assert change.node is not None
    content = graph.nodes[change.node].declared.content
    return content.start, content.end


def _first_use(graph: Graph, key: NodeKey) -> Any:
    for node in graph.nodes.values():
        if node.provider == key:
            return node.declared.type_range
    return None


def _provider_key(text: str) -> NodeKey | None:
    """The node key of ``module.a.provider.aws.west``; ``None`` for the built-in provider."""
    head, _, name = text.rpartition("provider.")
    if name == "vbrprov":
        return None
    # "module.a.module.b." has the names at every second place.
    path = tuple(head.rstrip(".").split(".")[1::2])
    return (path, "provider", name)


def _provider_name(text: str) -> str:
    return text.rpartition("provider.")[2].partition(".")[0]


__all__ = ["Planner", "Recovery", "Status"]
