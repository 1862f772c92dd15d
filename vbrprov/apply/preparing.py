"""The final values of one instance, and the steps that make it so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.addrs import ModuleInstance, config_address
from vbrprov.apply.run import Run
from vbrprov.apply.steps import InstanceRun
from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.walk import Walk
from vbrprov.graph import Node
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.consistency import inconsistent
from vbrprov.plan.instance import InstancePlanner, Proposal
from vbrprov.plan.model import Action, Change
from vbrprov.plan.writeonly import fingerprints
from vbrprov.sdk.model import Schema, to_python
from vbrprov.sdk.resource import Recovery
from vbrprov.values import Value


def expand_block(run: Run, declared: Resource, module: ModuleInstance, *,
                 quiet: bool = False) -> Expansion:
    """The instances of a block; none, and unless *quiet* an error, when they cannot be told."""
    try:
        return expand(declared.count, declared.for_each, declared.lifecycle.enabled,
                      run.world.scope(module))
    except EvalError as error:
        if not quiet:
            expression = declared.count or declared.for_each or declared.lifecycle.enabled
            assert expression is not None
            run.diags.add(error.diagnostic(expression.source))
        return Expansion("unknown", [])


def provider_of(node: Node) -> str:
    """The local name of the provider of a resource."""
    return node.provider[2].partition(".")[0] if node.provider else "vbrprov"


def prepare(
    run: Run, node: Node, change: Change, repetition: Mapping[str, Value],
    diags: Diagnostics, *, early: bool = False,
) -> tuple[Any, Any, Proposal, Mapping[str, Value] | None] | None:
    """Work out the final values of a managed instance, and judge whether it may be made.

    *early* means: while the object that it replaces still exists. Returns its resource type,
    client, proposal and the values it has now; ``None`` after errors, which are in *diags*.
    """
    declared: Resource = node.declared
    scope = run.world.scope(change.module, repetition)
    reader = BodyReader(scope, declared.content.source, diags, change.address)
    before = len(diags)
    config = reader.read(declared.content, change.schema)
    if len(diags) > before:
        return None
    client = run.clients.get(change.provider)
    if is_deferred(client):
        if not early:
            no_client(run, change)
            return None
        client = None
    kind = run.environment.registry.resource_type(provider_of(node), declared.type)
    assert kind is not None
    planner = InstancePlanner(kind, client, run.environment, diags)
    replaces = change.action is Action.REPLACE
    prior_values = None if replaces or change.action is Action.CREATE else change.before
    proposal = planner.plan(change.address, config, prior_values, None if prior_values is None
                            else change.prior, declared, reader.ranges, makes_room=early)
    wrong = inconsistent(change, proposal.planned)
    if wrong:
        diags.error("Planned and final values differ", wrong, declared.range,
                    address=change.address)
    if declared.lifecycle.preconditions:
        # What is judged early is judged again, and counts then.
        walk = Walk(run.world, run.plan.variables, diags) if early else run.walk
        walk.conditions(declared.lifecycle.preconditions, run.world.scope(
            change.module, {**repetition, "self": dict(proposal.planned)}),
            "Resource precondition failed", None, change.address,
            None if early else (config_address(change.address), change.address))
    gate = run.preview if early else run.gate
    if gate is not None:
        gate(change, proposal.planned, diags)
    if any(d.is_error for d in list(diags)[before:]):
        return None
    return kind, client, proposal, prior_values


def no_client(run: Run, change: Change) -> None:
    """Report that there is nothing to make the calls of an instance with."""
    run.diags.error(
        "Provider configuration not present", f"{change.address} needs the provider "
        f"configuration {change.provider}, and now that all its values are known there is no "
        "such one. It was left as it is. Put it back into the configuration first.",
        address=change.address)


def instance_run(run: Run, change: Change, kind: Any, client: Any,
                 config: Mapping[str, Value], planned: Mapping[str, Value],
                 prior_values: Mapping[str, Value] | None) -> InstanceRun:
    """The steps that make an instance what was planned, from *prior_values* where it exists."""
    if change.action is Action.REPLACE and change.create_before_destroy and not change.deposed:
        _depose(run, change)
    recorded = change.prior if prior_values is not None else None
    token = recorded.token if recorded is not None and recorded.token else _token(
        run.session.data.lineage)
    local = kind.recovery is Recovery.LOCAL
    model = None if local else kind.model.from_values(planned)
    for name in change.send:
        setattr(model, name, to_python(config[name]))
    return InstanceRun(
        change=change, kind=kind, client=client, session=run.session,
        environment=run.environment,
        action="update" if prior_values is not None else "create",
        prior=None if prior_values is None or local else kind.model.from_values(prior_values),
        planned=model, prior_values=prior_values, planned_values=planned,
        token=token, private=dict(recorded.private) if recorded is not None else {},
        sent=fingerprints(config, change.send, run.environment.book))


def _depose(run: Run, change: Change) -> None:
    """Set the old object aside under a key of its own, before its successor is made."""
    old = run.session.data.instances.get((change.address, ""))
    if old is None:
        return
    change.deposed = _token(run.session.data.lineage)[-8:]
    run.session.swap((change.address, ""), msgspec.structs.replace(
        old, deposed=change.deposed, skip_destroy=change.skip_destroy))


def restore(run: Run, change: Change) -> None:
    """Put the old object back in its place when its successor was not made after all."""
    data = run.session.data
    old = data.instances.get((change.address, change.deposed)) if change.deposed else None
    # Workers begin others meanwhile; a copy is made in one go.
    unsettled = any(i.address == change.address for i in list(data.intents.values()))
    if old is None or unsettled or (change.address, "") in data.instances:
        return
    run.session.swap(old.key, msgspec.structs.replace(old, deposed=""))


def read_data(run: Run, kind: Any, client: Any, config: Mapping[str, Value],
              schema: Schema, address: str) -> Mapping[str, Value]:
    """Read a data source.

    Raises:
        ProviderError: It cannot be read.
    """
    from vbrprov.diff.secrecy import as_secret_as
    from vbrprov.diff.stored import mark_by_schema

    context = run.environment.step_context(address, "", run.session.data.lineage)
    model = kind.model.from_values(with_defaults(config, schema))
    found = kind.read(client, model, context)
    values = as_secret_as(mark_by_schema(found.to_values(), schema, address), config, schema)
    run.environment.learn(values, schema)
    return values


def _token(lineage: str) -> str:
    import uuid

    return f"{lineage[:8]}-{uuid.uuid4().hex[:16]}"
