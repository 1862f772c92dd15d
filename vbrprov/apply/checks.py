"""Checks at the end of an apply, when everything is as it will be."""

from __future__ import annotations

from vbrprov.addrs import ModuleInstance, instance_address
from vbrprov.apply.preparing import read_data
from vbrprov.apply.run import Run
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.graph import Node
from vbrprov.plan.checks import run_checks
from vbrprov.plan.clients import DEFERRED, is_deferred, unknown_object
from vbrprov.plan.providers import choose
from vbrprov.values import Value


def judge_checks(run: Run) -> None:
    """Judge all checks and record how every condition of the run came out."""
    plan = run.plan
    if plan.options.destroy:
        run.session.set_checks(plan.checks)
        return
    run_checks(run.graph, run.walk, lambda node, at: _read(run, node, at),
               lambda key: plan.partial or run.is_bad(key))
    run.session.set_checks(run.walk.results.rows())
    run.diags.extend(run.walk.warnings)


def _read(run: Run, node: Node, instance: ModuleInstance) -> Value:
    """The data source of a check."""
    data = node.declared.data
    address = instance_address(instance, "data", data.type, data.name)
    provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
    kind = run.environment.registry.data_source(provider, data.type)
    assert kind is not None
    schema = kind.model.schema()
    before = len(run.diags)
    scope = run.world.scope(instance)
    reader = BodyReader(scope, data.content.source, run.diags, address)
    config = with_defaults(reader.read(data.content, schema), schema)
    text = choose(run.walk, run.clients, node, instance, scope, address)
    client = DEFERRED if text is None else run.clients.get(text)
    if len(run.diags) > before or is_deferred(client):
        return unknown_object(schema, address)
    return dict(read_data(run, kind, client, config, schema, address))
