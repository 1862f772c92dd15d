"""Checks at the end of an apply, when everything is as it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov.addrs import ModuleInstance, instance_address
from vbrprov.apply.preparing import read_data
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.graph import Node
from vbrprov.plan.checks import run_checks
from vbrprov.plan.clients import DEFERRED, is_deferred, unknown_object
from vbrprov.plan.providers import choose
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.apply.executor import Executor


def judge_checks(executor: Executor) -> None:
    """Judge all checks and record how every condition of the run came out."""
    plan = executor.plan
    if plan.options.destroy:
        executor.session.set_checks(plan.checks)
        return
    run_checks(executor.graph, executor.walk, lambda node, at: _read(executor, node, at),
               lambda key: plan.partial or executor.is_bad(key))
    executor.session.set_checks(executor.walk.results.rows())
    executor.diags.extend(executor.walk.warnings)


def _read(executor: Executor, node: Node, instance: ModuleInstance) -> Value:
    """The data source of a check."""
    data = node.declared.data
    address = instance_address(instance, "data", data.type, data.name)
    provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
    kind = executor.environment.registry.data_source(provider, data.type)
    assert kind is not None
    schema = kind.model.schema()
    before = len(executor.diags)
    scope = executor.world.scope(instance)
    reader = BodyReader(scope, data.content.source, executor.diags, address)
    config = with_defaults(reader.read(data.content, schema), schema)
    text = choose(executor.walk, executor.clients, node, instance, scope, address)
    client = DEFERRED if text is None else executor.clients.get(text)
    if len(executor.diags) > before or is_deferred(client):
        return unknown_object(schema, address)
    return dict(read_data(executor, kind, client, config, schema, address))
