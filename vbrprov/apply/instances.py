"""Resources while applying: every instance of a block is started, or kept as it is."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.addrs import ModuleInstance, config_address, instance_address
from vbrprov.apply.finishing import finish_now
from vbrprov.apply.order import Task
from vbrprov.apply.preparing import expand_block, instance_run, prepare, provider_of, read_data
from vbrprov.apply.run import Run
from vbrprov.config.model import Resource
from vbrprov.evaluate.body import BodyReader
from vbrprov.evaluate.expand import Expansion
from vbrprov.evaluate.world import ModuleScope, Repeated
from vbrprov.graph import Node
from vbrprov.graph.node import node_name
from vbrprov.plan.clients import unknown_object
from vbrprov.plan.model import Action, Change
from vbrprov.sdk.resource import Recovery
from vbrprov.values import Unknown, Value, is_wholly_known


def start_resource(run: Run, task: Task, node: Node) -> bool:
    """Begin all instances of a block; whether nothing of it is under way."""
    declared: Resource = node.declared
    run.waiting[task] = 0
    for module in run.world.module_instances.get(node.key[0], []):
        if (node.key, module) in run.plan.deferred_blocks:
            run.world.resources[(module, declared.key)] = Repeated("unknown")
            continue
        expansion = expand_block(run, declared, module)
        repeated = Repeated(expansion.mode)
        run.world.resources[(module, declared.key)] = repeated
        _expect(run, node, expansion, module)
        for key in expansion.keys:
            address = instance_address(module, declared.mode, declared.type, declared.name, key)
            change = run.changes.get(address)
            if change is None:
                repeated.values[key] = Unknown()
                continue
            if change.action in (Action.DELETE, Action.FORGET):
                # With -destroy the object still answers references until it is gone.
                repeated.values[key] = _recorded_values(run, change)
                continue
            repeated.values[key] = dict(change.after or {})
            if change.action is Action.NOOP:
                if change.after is not None and not all(
                        is_wholly_known(v) for v in change.after.values()):
                    repeated.values[key] = _recorded_values(run, change)
                _recheck(run, task, declared, change, expansion.repetition(key),
                         repeated.values[key])
                continue
            if run.stopping():
                run.bad.add(task)
                continue
            room = run.bad & run.room.get(address, set())
            if room:
                # The old object is still there; the others of the block lost theirs already.
                repeated.values[key] = _recorded_values(run, change)
                run.bad.add(task)
                if room <= run.held:
                    run.held.add(task)
                    run.applied.held += 1
                else:
                    run.applied.skipped += 1
                continue
            _start_instance(run, task, node, change, expansion.repetition(key))
    return run.waiting[task] == 0


def _expect(run: Run, node: Node, expansion: Expansion, module: ModuleInstance) -> None:
    """Say which objects take part, and so have conditions to be judged."""
    declared: Resource = node.declared
    block = node_name(node.key)
    if not run.walk.results.watches(block):
        return
    found = [instance_address(module, declared.mode, declared.type, declared.name, key)
             for key in expansion.keys]
    if run.plan.partial:
        found = [a for a in found if a in run.changes and not run.changes[a].untouched]
    if found or not run.plan.partial:
        run.walk.results.expect(block, found)


def _recheck(run: Run, task: Task, declared: Resource, change: Change,
             repetition: Mapping[str, Value], values: Value) -> None:
    """Check conditions of an instance that stays as it is: what they refer to may be new."""
    lifecycle = declared.lifecycle
    # Without a configuration it was left out of the plan by -target or -exclude.
    wanted = bool(change.config) or run.plan.options.refresh_only
    if not (lifecycle.preconditions or lifecycle.postconditions) or not wanted:
        return
    owner = (config_address(change.address), change.address)
    scope = run.world.scope(change.module, {**repetition, "self": values})
    conditions = run.walk.conditions
    if not (conditions(lifecycle.preconditions, scope, "Resource precondition failed", None,
                       change.address, owner)
            and conditions(lifecycle.postconditions, scope, "Resource postcondition failed", None,
                           change.address, owner)):
        run.bad.add(task)
        run.applied.failed += 1


def _recorded_values(run: Run, change: Change) -> Value:
    if change.before is not None:
        return dict(change.before)
    return unknown_object(change.schema, change.address)


def keep_recorded(run: Run, node: Node) -> None:
    """Let the instances of a block that is not started answer references as they are."""
    declared: Resource = node.declared
    for module in run.world.module_instances.get(node.key[0], []):
        expansion = expand_block(run, declared, module, quiet=True)
        repeated = run.world.resources[(module, declared.key)] = Repeated(expansion.mode)
        for key in expansion.keys:
            address = instance_address(module, declared.mode, declared.type, declared.name, key)
            change = run.changes.get(address)
            repeated.values[key] = _recorded_values(run, change) if change else Unknown()


def _start_instance(run: Run, task: Task, node: Node, change: Change,
                    repetition: Mapping[str, Value]) -> None:
    declared: Resource = node.declared
    if declared.mode == "data":
        _start_read(run, task, node, change, run.world.scope(change.module, repetition))
        return
    prepared = prepare(run, node, change, repetition, run.diags)
    if prepared is None:
        run.bad.add(task)
        run.applied.failed += 1
        return
    kind, client, proposal, prior_values = prepared
    steps = instance_run(run, change, kind, client, proposal.config, proposal.planned,
                         prior_values)
    if kind.recovery is Recovery.LOCAL:
        finish_now(run, task, change, steps)
    else:
        run.submit(task, change, steps.run)


def _start_read(run: Run, task: Task, node: Node, change: Change,
                scope: ModuleScope) -> None:
    declared: Resource = node.declared
    before = len(run.diags)
    config = BodyReader(scope, declared.content.source, run.diags, change.address).read(
        declared.content, change.schema)
    if len(run.diags) > before:
        run.bad.add(task)
        run.applied.failed += 1
        return
    client = run.clients.get(change.provider)
    kind = run.environment.registry.data_source(provider_of(node), declared.type)
    run.submit(task, change, lambda: read_data(
        run, kind, client, config, change.schema, change.address))
