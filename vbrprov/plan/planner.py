"""The planner: walks the graph once, in dependency order, and proposes changes.

Refreshing of recorded objects runs beside it in threads; everything else is on one thread, so that
evaluation needs no locks.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
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
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.evaluate.body import BodyReader
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.results import CheckResults
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import ModuleScope, Repeated, World
from vbrprov.graph import Graph, Node, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.graph.providers import provider_text
from vbrprov.plan.causes import left_out
from vbrprov.plan.checks import plan_nested, run_checks
from vbrprov.plan.clients import Clients, is_deferred, unknown_object
from vbrprov.plan.data import DataReader
from vbrprov.plan.deferral import Deferrals, hold_back
from vbrprov.plan.deferred import Why
from vbrprov.plan.destroys import plan_destroys
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import Ephemerals
from vbrprov.plan.handover import hand_over
from vbrprov.plan.ignored import check_ignored
from vbrprov.plan.imports import Imports
from vbrprov.plan.instance import InstancePlanner
from vbrprov.plan.model import Action, Change, Options, Plan
from vbrprov.plan.moves import copy_state, move_state
from vbrprov.plan.narrowing import parse_replace, report
from vbrprov.plan.outputs import plan_outputs
from vbrprov.plan.pending import waits
from vbrprov.plan.proposing import adopt, judge_conditions, note_lifecycle, validated, why_replace
from vbrprov.plan.providers import choose
from vbrprov.plan.recorded import check_providers, prior_values, providers_of_state, start_provider
from vbrprov.plan.refresh import Refreshed, Refresher
from vbrprov.plan.refresh_only import plan_leftovers
from vbrprov.plan.removals import Removals
from vbrprov.plan.select import selection_of
from vbrprov.sdk.function import FunctionContext
from vbrprov.sdk.resource import Recovery, ResourceType
from vbrprov.state.model import Instance, StateData, Status
from vbrprov.values import (
    Unknown,
    Value,
)


class Planner:
    """One pass over one configuration and one state."""

    walk_type = Walk

    def __init__(self, graph: Graph, state: StateData, root_values: Mapping[str, Value],
                 options: Options, environment: Environment, context: FunctionContext, *,
                 validating: bool = False, workspace: str = "default",
                 refresher: Refresher | None = None, clients: Clients | None = None,
                 rotate: frozenset[str] = frozenset(), data: DataReader | None = None,
                 on_provider: Callable[[str, Any], None] | None = None,
                 unsettled: Container[str] = (), imports: Imports | None = None) -> None:
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
        self.on_provider = on_provider
        #: Addresses of which it cannot be told whether an interrupted run made them.
        self.unsettled = unsettled
        self.needs_rotation: set[str] = set()
        self.reused_clients = clients is not None
        self._unreadable: set[str] = set()
        self._dependencies = graph.resource_dependencies()
        self.selection = selection_of(graph, options, self.diags)
        self.replacing = parse_replace(options, self.diags)
        #: All resource instances of the configuration, whether they take part or not.
        self.addresses: set[str] = set()
        self._planned: set[tuple[str, str]] = set()
        #: Variables with a wrong value, and all that depends on them.
        self.failed: set[NodeKey] = set()
        self.deferrals = Deferrals(self)
        if not validating:
            self.walk.defer = self._defer_call
            self.walk.spares = self.selection.spares
            if not self.selection.everything:
                # An output that is wrong is left as it is, like one of what takes no part.
                self.walk.lacking = left_out("", {"": Unknown()})[""]
        self.removals = Removals(graph.root)
        self.imports = imports or Imports()
        self.take_state()

    def take_state(self) -> None:
        """Look at the recorded objects, at the addresses that they have moved to."""
        self.moves = move_state(self.graph.root, self._recorded)
        self.state = self.moves.state
        self.plan.moves, self.plan.rewritten = self.moves.moves, self.moves.rewritten
        self._previous = {m.instance.address: m.former for m in self.moves.moves}
        self.deposed = {address for address, deposed in self.state.instances if deposed}
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
        check_providers(self)
        if not self.validating:
            self.removals.check(self.diags)
        providers_of_state(self)
        for key in self.graph.order:
            if self.environment.stop.is_set():
                return self._interrupted()
            node = self.graph.nodes[key]
            if not self.failed.isdisjoint(node.deps):
                self._pass_over(node)
                continue
            if key[1] == "resource":
                self._resource(node)
                continue
            before = len(self.diags)
            if key[1] == "ephemeral":
                self.ephemerals.visit(node, self.find_kind(node, node.declared))
            elif key[1] == "provider":
                start_provider(self, node)
            elif key[1] == "import":
                self.imports.visit(self, node)
            else:
                self.walk.visit(node)
            if key[1] == "var" and any(d.is_error for d in list(self.diags)[before:]):
                self.failed.add(key)
            self.deferrals.pass_on(node)
        if self.failed:
            self.plan.checks = self.walk.results.rows()
            self.plan.errored = True
            return self.plan
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
        # Objects that nobody had begun to read by then were taken as they are recorded.
        return self._interrupted() if self.environment.stop.is_set() else self.plan

    def _pass_over(self, node: Node) -> None:
        """Leave alone what depends on a variable with a wrong value: it would only repeat that."""
        self.failed.add(node.key)
        if node.key[1] == "resource":
            for instance in self.world.module_instances.get(node.key[0], []):
                self.world.resources[(instance, node.declared.key)] = Repeated("unknown")

    def _interrupted(self) -> Plan:
        # What was found until then may come of things that nobody looked at any more.
        self.diags = Diagnostics()
        self.diags.error("Interrupted", "The plan was interrupted; nothing was changed.")
        self.plan.errored = True
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


    def begin(self, instance: Instance, client: Any) -> None:
        """Begin to read a recorded object."""
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
        if kind is not None and declared.lifecycle.ignore_changes:
            check_ignored(declared, kind.model.schema(), self.diags)
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
                if self.environment.stop.is_set():
                    return
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
        return validated(config, kind, address)

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
            prior=recorded, dependencies=self.dependencies_of(node.key),
            previous=self.previous(address))
        client = self.clients.get(provider)
        if recorded is not None and recorded.provider != provider and not is_deferred(client):
            hand_over(self, recorded, change, kind, client, stays=self.options.destroy
                      or self.options.refresh_only
                      or not self.selection.instance(node.key, address))
        if self.validating or broken:
            change.after = validated(config, kind, address)
            change.config = config
            if self.validating:
                judge_conditions(self, declared, scope, change)
            self.make_facts(change, declared, reader, scope, node)
            self.plan.changes.append(change)
            return change
        if recorded is None and self.selection.instance(node.key, address):
            change.config = config
            recorded = change.prior = self.imports.take(self, change, kind, client)
        prior = prior_values(self, recorded, change)
        if prior is not None:
            prior = change.before = as_secret_as(prior, config, schema)
        if self.options.refresh_only or not selected:
            change.after = prior if prior is not None else unknown_object(schema, address)
            change.before = prior
            change.untouched = True
            if self.options.refresh_only and prior is not None:
                judge_conditions(self, declared, scope, change)
            if prior is not None:
                # It stays, so what rules have to say of the end state is about it too.
                self.make_facts(change, declared, reader, scope, node)
            if recorded is not None:
                self.plan.changes.append(change)
            elif not self.options.refresh_only:
                change.after = left_out(address, change.after)
            if self.options.destroy and selected:
                note_lifecycle(self, declared, scope, change, kind)
            return change
        if (self.deferrals.lacks(node, kind, module, scope, address, config)
                or (prior is None and self.deferrals.doubtful(node, kind, module, scope, address))):
            return change
        note_lifecycle(self, declared, scope, change, kind)
        planner = InstancePlanner(kind, None if is_deferred(client) else client, self.environment,
                                  self.diags)
        proposal = planner.plan(address, config, prior, recorded, declared, reader.ranges,
                                force=why_replace(self, declared, scope, address, prior),
                                create_first=change.create_before_destroy)
        adopt(self, change, proposal, prior, kind, reader)
        judge_conditions(self, declared, scope, change)
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

    def dependencies_of(self, key: NodeKey) -> tuple[str, ...]:
        """The blocks that one depends on."""
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


__all__ = ["Planner", "Recovery", "Status"]
