"""The planner: walks the graph once, in dependency order, and proposes changes.

Refreshing of recorded objects runs beside it in threads; everything else is on one thread, so that
evaluation needs no locks.
"""

from __future__ import annotations

import contextlib
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
from vbrprov.addrs import provider_name as local_name
from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics, SourceRange, did_you_mean
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate.body import BodyReader
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.results import CheckResults
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import ModuleScope, Repeated, World
from vbrprov.graph import Graph, Node, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.graph.providers import BUILTIN, provider_text
from vbrprov.plan.causes import left_out
from vbrprov.plan.checks import plan_nested, run_checks
from vbrprov.plan.clients import Clients, is_deferred, unknown_object
from vbrprov.plan.data import DataReader
from vbrprov.plan.deferral import Deferrals, hold_back
from vbrprov.plan.deferred import Why
from vbrprov.plan.destroys import plan_destroys
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import Ephemerals
from vbrprov.plan.imports import Imports
from vbrprov.plan.instance import InstancePlanner, Proposal
from vbrprov.plan.model import Action, Change, Options, Plan, Reason
from vbrprov.plan.moves import copy_state, move_state
from vbrprov.plan.narrowing import parse_replace, report
from vbrprov.plan.outputs import plan_outputs
from vbrprov.plan.pending import waits
from vbrprov.plan.providers import choose, node_of, report_missing
from vbrprov.plan.refresh import Refreshed, Refresher
from vbrprov.plan.refresh_only import plan_leftovers
from vbrprov.plan.removals import Removals
from vbrprov.plan.select import selection_of
from vbrprov.sdk.function import FunctionContext
from vbrprov.sdk.resource import Recovery, ResourceType
from vbrprov.state.model import Instance, Intent, StateData, Status
from vbrprov.values import BOOL, ConversionError, Unknown, Value, convert, unmark_deep


class Planner:
    """One pass over one configuration and one state."""

    walk_type = Walk

    def __init__(self, graph: Graph, state: StateData, root_values: Mapping[str, Value],
                 options: Options, environment: Environment, context: FunctionContext, *,
                 validating: bool = False, workspace: str = "default",
                 refresher: Refresher | None = None, clients: Clients | None = None,
                 rotate: frozenset[str] = frozenset(), data: DataReader | None = None,
                 on_provider: Callable[[str, Any], None] | None = None) -> None:
        self.graph = graph
        self._recorded = state
        self.options = options
        self.environment = environment
        self.diags = Diagnostics()
        self.validating = validating
        self.world = World(graph.root, context, workspace)
        self.walk = self.walk_type(
            self.world, root_values, self.diags, validating=validating,
            refresh_only=options.refresh_only, destroying=options.destroy)
        self.clients = clients or Clients(environment, state.lineage, self.diags,
                                          connect=not validating)
        self.refresher = refresher or Refresher(environment, state.lineage, read=options.refresh)
        self.data = data or DataReader(environment, state.lineage)
        self.ephemerals = Ephemerals(self.walk, self.clients, environment, state.lineage,
                                     lambda node: waits(self, node, node.declared))
        self.plan = Plan(options, state.lineage, state.serial, variables=dict(root_values),
                         timestamp=context.plan_time)
        self.rotate = rotate
        self._on_provider = on_provider
        self.needs_rotation: set[str] = set()
        self._reused_clients = clients is not None
        self._unreadable: set[str] = set()
        self._dependencies = graph.resource_dependencies()
        self.selection = selection_of(graph, options, self.diags)
        self.replacing = parse_replace(options, self.diags)
        #: All resource instances of the configuration, whether they take part or not.
        self.addresses: set[str] = set()
        self._planned: set[tuple[str, str]] = set()
        self.deferrals = Deferrals(self)
        if not validating:
            self.walk.defer = self._defer_call
            self.walk.spares = self.selection.spares
            if not self.selection.everything:
                # An output that is wrong is left as it is, like one of what takes no part.
                self.walk.lacking = left_out("", {"": Unknown()})[""]
        self.removals = Removals(graph.root)
        self.imports = Imports()
        self._take_state()

    def _take_state(self) -> None:
        """Look at the recorded objects, at the addresses that they have moved to."""
        self.moves = move_state(self.graph.root, self._recorded)
        self.state = self.moves.state
        self.plan.moves, self.plan.rewritten = self.moves.moves, self.moves.rewritten
        self._previous = {m.instance.address: m.former for m in self.moves.moves}
        self._deposed = {address for address, deposed in self.state.instances if deposed}
        self._by_config: dict[str, list[Instance]] = {}
        for instance in self.state.instances.values():
            self._by_config.setdefault(config_address(instance.address), []).append(instance)

    def prior_state(self) -> StateData:
        """The state that the plan starts from: objects that move or are imported included."""
        if not self.plan.imports:
            return self.state
        return copy_state(self.state, [*self.state.instances.values(), *self.plan.imports])

    def run(self) -> Plan:
        """Walk the graph; the plan is complete when ``diags`` has no errors."""
        self._check_providers()
        if not self.validating:
            self.removals.check(self.diags)
        self._providers_of_state()
        for key in self.graph.order:
            if self.environment.stop.is_set():
                self.diags.error("Interrupted", "The plan was interrupted; nothing was changed.")
                break
            node = self.graph.nodes[key]
            if key[1] == "resource":
                self._resource(node)
                continue
            if key[1] == "ephemeral":
                self.ephemerals.visit(node, self.find_kind(node, node.declared))
            elif key[1] == "provider":
                self._provider(node)
            elif key[1] == "import":
                self.imports.visit(self, node)
            else:
                self.walk.visit(node)
            self.deferrals.pass_on(node)
        if self.options.refresh_only:
            plan_leftovers(self)
        elif not self.validating:
            self.imports.check(self)
            plan_destroys(self)
            hold_back(self)
        if not self.validating:
            plan_outputs(self)
            self._check_moves()
            report(self)
        if not self.options.destroy:
            run_checks(self.graph, self.walk, lambda node, at: plan_nested(self, node, at),
                       lambda key: not self.selection.everything)
            self.plan.checks = self.walk.results.rows()
            self.plan.warnings = list(self.walk.warnings)
        else:
            # Nothing is judged of what goes; Terraform lists the objects of root outputs even so.
            results = CheckResults(self.graph.root)
            for name in self.graph.root.outputs:
                results.expect(f"output.{name}", (f"output.{name}",))
            self.plan.checks = results.rows()
        self.plan.shown_variables = {
            name: value for (module, name), value in self.world.variables.items() if not module}
        self.plan.partial = not self.selection.everything
        self.plan.errored = self.diags.has_errors
        return self.plan

    def _check_moves(self) -> None:
        if not (self.moves.statements or self.moves.moves or self.moves.blocked):
            return
        from vbrprov.plan.move_checks import check_statements, check_targets, warn_blocked

        found = Diagnostics()
        self.removals.check(found)
        check_statements(self.moves, self.world, found)
        if found.has_errors:
            # Everything else that is wrong may come of this.
            self.diags = found
            return
        check_targets(self.moves, self.selection, self.diags)
        warn_blocked(self.moves, self.diags)

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
            key = node_of(instance.provider)
            if key is not None and key not in self.graph.nodes:
                module = self.world.modules.get(key[0])
                if module is None or "." in key[2]:
                    # Of an instance it matters only when it has to be destroyed with it.
                    if isinstance(instance, Intent):
                        report_missing(self, instance)
                    continue
                self.graph.nodes[key] = Node(key, module, None)
                self.graph.order.insert(0, key)
        for instance in self.state.instances.values():
            if instance.provider == BUILTIN:
                self._begin(instance, None)

    def _provider(self, node: Node) -> None:
        """Configure a provider and begin to read what is recorded of it."""
        if not self._reused_clients:
            with contextlib.suppress(UnknownExpansionError):
                self.clients.configure(node, self.world, validating=self.validating)
        if self.clients.keys(node.key) is None and not self.options.destroy:
            for module in self.world.module_instances.get(node.key[0], []):
                self.deferrals.provider(node, module)
        self._start_refresh(node.key)

    def _start_refresh(self, key: NodeKey) -> None:
        if self.validating:
            return
        for instance_key in self.clients.keys(key) or ():
            text = provider_text(key, instance_key)
            client = self.clients.get(text)
            if is_deferred(client):
                continue
            if self._on_provider is not None:
                # What an interrupted run left open is settled before anything of it is read.
                self._on_provider(text, client)
                self._take_state()
            for instance in list(self.state.instances.values()):
                if instance.provider == text:
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
            local_name(instance.provider), type_name)
        return kind

    def refreshed(self, instance: Instance) -> Refreshed | None:
        """The refreshed object of an instance, its errors and drift reported once."""
        found = self.refresher.result(instance)
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

    def find_kind(self, node: Node, declared: Resource) -> Any:
        """The type of a block; ``None`` (reported) when its provider has no such type."""
        name = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
        registry = self.environment.registry
        if registry.provider(name) is None:
            return None
        find, word = {
            "data": (registry.data_source, "data source"),
            "ephemeral": (registry.ephemeral_resource, "ephemeral resource"),
        }.get(declared.mode, (registry.resource_type, "resource type"))
        kind = find(name, declared.type)
        if kind is None:
            hint = did_you_mean(declared.type, registry.type_names(name, declared.mode))
            self.diags.error(f"Invalid {word}", f'The provider "{name}" does not support '
                             f'{word} "{declared.type}". {hint}'.strip(), declared.type_range)
        return kind

    def _resource(self, node: Node) -> None:
        declared: Resource = node.declared
        kind = self.find_kind(node, declared)
        may_wait = kind is not None and not (self.validating or self.options.destroy)
        for instance in self.world.module_instances.get(node.key[0], []):
            repeated = Repeated("unknown")
            self.world.resources[(instance, declared.key)] = repeated
            if may_wait and self.deferrals.prerequisite(node, kind, instance):
                continue
            expansion = self._expand(node, kind, instance)
            if self.selection.node(node.key):
                self.walk.results.expect(node_name(node.key), (
                    instance_address(instance, declared.mode, declared.type, declared.name, key)
                    for key in expansion.keys))
            if kind is None:
                continue
            repeated.mode = expansion.mode
            for key in expansion.keys:
                inner = self.world.scope(instance, expansion.repetition(key))
                address = instance_address(
                    instance, declared.mode, declared.type, declared.name, key)
                self.addresses.add(address)
                provider = choose(self.walk, self.clients, node, instance, inner, address,
                                  destroying=self.options.destroy)
                if provider is None and may_wait:
                    self.deferrals.instance(
                        node, kind, instance, inner, address, Why.PROVIDER_UNKNOWN,
                        "which provider instance it uses is known after apply")
                    repeated.values[key] = Unknown()
                    continue
                if provider is None:
                    assert node.provider is not None
                    provider = provider_text(node.provider)
                if declared.mode == "data":
                    change = self.data.plan(self, node, kind, instance, key, inner, address,
                                            provider)
                else:
                    change = self._managed(node, kind, instance, key, inner, address, provider)
                repeated.values[key] = dict(change.after) if change.after is not None else Unknown()

    def kind_at(self, node: Node) -> Any:
        """The resource type or data source of a node; ``None`` when there is none such."""
        declared: Resource = node.declared
        registry = self.environment.registry
        provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
        find = registry.data_source if declared.mode == "data" else registry.resource_type
        return find(provider, declared.type) if registry.provider(provider) else None

    def _expand(self, node: Node, kind: Any, module: ModuleInstance) -> Expansion:
        declared: Resource = node.declared
        try:
            return expand(declared.count, declared.for_each, declared.lifecycle.enabled,
                          self.world.scope(module), validating=self.validating)
        except EvalError as error:
            expressions = {"count": declared.count, "for_each": declared.for_each,
                           "enabled": declared.lifecycle.enabled}
            if isinstance(error, UnknownExpansionError):
                expression = expressions[error.what]
                assert expression is not None
                if kind is None or self.options.destroy or self.deferrals.unknown(
                        node, kind, module, error.what, expression):
                    return Expansion("unknown", [])
            self.diags.add(error.diagnostic(declared.content.source, declared.key))
            return Expansion("unknown", [])

    def _defer_call(self, node: Node, module: ModuleInstance, what: str) -> bool:
        call = node.declared
        if self.options.destroy:
            return True
        return self.deferrals.call(node, module, what, call.count or call.for_each)

    def known_of(self, config: Mapping[str, Value], kind: Any, address: str) -> dict[str, Value]:
        """What an instance will be, as far as its configuration says."""
        return _validated(config, kind, address)

    def _managed(self, node: Node, kind: ResourceType[Any, Any], module: ModuleInstance, key: Any,
                 scope: ModuleScope, address: str, provider: str) -> Change:
        declared: Resource = node.declared
        schema = kind.model.schema()
        reader = BodyReader(scope, declared.content.source, self.diags, address)
        errors_before = len(self.diags)
        # What takes no part may be wrong: it is kept as it is.
        selected = self.validating or self.selection.instance(node.key, address)
        config = reader.read(declared.content, schema) if selected else {}
        broken = len(self.diags) > errors_before
        recorded = self.state.instances.get((address, ""))
        self._planned.add((address, ""))
        change = Change(
            address=address, module=module, mode="managed", type=declared.type, name=declared.name,
            key=key, provider=provider, action=Action.NOOP, schema=schema, node=node.key,
            prior=recorded, dependencies=self._dependency_addresses(node.key),
            previous=self.previous(address))
        client = self.clients.get(provider)
        if recorded is not None and recorded.provider != provider and not is_deferred(client):
            # What it was made with may be gone; the one that it has now reads it.
            self._begin(recorded, client)
        if self.validating or broken:
            change.after = _validated(config, kind, address)
            change.config = config
            if self.validating:
                self._conditions(declared, scope, change)
            self.make_facts(change, declared, reader, scope, node)
            self.plan.changes.append(change)
            return change
        if recorded is None and self.selection.instance(node.key, address):
            recorded = change.prior = self.imports.take(self, change, kind, client)
        prior = self._prior(recorded, change)
        if self.options.refresh_only or not selected:
            change.after = prior if prior is not None else unknown_object(schema, address)
            change.before = prior
            change.untouched = True
            if self.options.refresh_only and prior is not None:
                self._conditions(declared, scope, change)
            if prior is not None:
                # It stays, so what rules have to say of the end state is about it too.
                self.make_facts(change, declared, reader, scope, node)
            if recorded is not None:
                self.plan.changes.append(change)
            elif not self.options.refresh_only:
                change.after = left_out(address, change.after)
            return change
        if self.deferrals.lacks(node, kind, module, scope, address, config):
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
            before=found.recorded, after=found.values, changed=frozenset(found.changed),
            previous=change.previous))

    def _force(self, declared: Resource, scope: ModuleScope, address: str,
               prior: Mapping[str, Value] | None) -> Reason:
        if prior is None or self.options.destroy:
            return Reason.NONE
        if address in self.rotate:
            return Reason.ROTATION
        if address in self.replacing:
            return Reason.REQUESTED
        for expression in declared.lifecycle.replace_triggered_by:
            if self._triggered(expression, scope):
                return Reason.TRIGGERS
        return Reason.NONE

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
        owner = (config_address(change.address), change.address)
        if lifecycle.preconditions:
            self.walk.conditions(lifecycle.preconditions, scope, "Resource precondition failed",
                                 None, change.address, owner)
        if lifecycle.postconditions:
            repetition = {**scope.repetition, "self": dict(change.after or {})}
            inner = self.world.scope(scope.instance, repetition)
            self.walk.conditions(lifecycle.postconditions, inner, "Resource postcondition failed",
                                 None, change.address, owner)

    def _dependency_addresses(self, key: NodeKey) -> tuple[str, ...]:
        return tuple(sorted(node_name(k) for k in self._dependencies.get(key, ())))

    def recorded_of(self, config_address: str) -> list[Instance]:
        """All recorded instances of a resource block."""
        return self._by_config.get(config_address, [])

    def previous(self, address: str) -> str:
        """The address that the object at *address* had before this plan, if it was another."""
        return "" if self.options.destroy else self._previous.get(address, "")

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


__all__ = ["Planner", "Recovery", "Status"]
