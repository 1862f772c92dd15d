"""Running checks at the end of a walk: their data sources, then their assertions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vbrprov.addrs import ModuleInstance, instance_address
from vbrprov.config.model import CheckBlock
from vbrprov.diag import Diagnostic, Severity
from vbrprov.diff.propose import propose
from vbrprov.diff.stored import mark_by_schema
from vbrprov.evaluate.body import BodyReader, with_defaults
from vbrprov.evaluate.conditions import validate
from vbrprov.evaluate.results import CheckStatus, Owner
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.walk import Walk, in_module
from vbrprov.evaluate.world import NestedData
from vbrprov.graph import Graph, Node, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.graph.providers import provider_text
from vbrprov.plan.clients import DEFERRED, is_deferred
from vbrprov.plan.model import Action, Change, Reason
from vbrprov.plan.pending import waits
from vbrprov.plan.providers import choose
from vbrprov.sdk.resource import ProviderError
from vbrprov.values import Unknown, Value, is_wholly_known

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner

#: The value of the data source of a check in one module instance.
#:
#: Raises:
#:     ProviderError: It cannot be read, so the check fails.
ReadNested = Callable[[Node, ModuleInstance], Value]


def run_checks(graph: Graph, walk: Walk, read: ReadNested,
               skipped: Callable[[NodeKey], bool] = lambda key: False) -> None:
    """Judge every check; what does not hold goes to the walk's warnings.

    While validating nothing is judged, only what could never be a condition is reported.
    """
    for key in graph.order:
        if key[1] != "check" or skipped(key):
            continue
        node = graph.nodes[key]
        instances = walk.world.module_instances.get(key[0], [])
        walk.results.expect(node_name(key), (in_module(i, f"check.{key[2]}") for i in instances))
        for instance in instances:
            _run(walk, node, instance, read)


def _run(walk: Walk, node: Node, instance: ModuleInstance, read: ReadNested) -> None:
    check: CheckBlock = node.declared
    owner = (node_name(node.key), in_module(instance, f"check.{check.name}"))
    scope: Scope = walk.world.scope(instance)
    if check.data is not None:
        value: Value = Unknown()
        try:
            value = read(node, instance)
        except ProviderError as error:
            _not_read(walk, check, instance, owner, error)
        scope = NestedData(scope, check.data.type, check.data.name, value)
    if walk.validating:
        validate(walk, check.assertions, scope, owner[1])
    elif not walk.results.failed(owner):
        # The assertions of a check whose data is not there would only repeat that.
        walk.assertions(check, scope, owner)


def _not_read(walk: Walk, check: CheckBlock, instance: ModuleInstance, owner: Owner,
              error: ProviderError) -> None:
    data = check.data
    assert data is not None
    text = f"{error.summary}: {error.detail}" if error.detail else error.summary
    walk.results.report(owner, CheckStatus.FAIL, text)
    address = instance_address(instance, "data", data.type, data.name)
    walk.warnings.add(Diagnostic(Severity.WARNING, error.summary, error.detail, data.range,
                                 address=address, hint=error.hint))


def plan_nested(planner: Planner, node: Node, instance: ModuleInstance) -> Value:
    """Read the data source of a check, and plan to read it again when all is applied.

    Raises:
        ProviderError: It cannot be read now.
    """
    check: CheckBlock = node.declared
    data = check.data
    assert data is not None
    kind = planner.find_kind(node, data)
    if kind is None:
        return Unknown()
    schema = kind.model.schema()
    address = instance_address(instance, "data", data.type, data.name)
    scope = planner.world.scope(instance)
    provider = choose(planner.walk, planner.clients, node, instance, scope, address)
    reader = BodyReader(scope, data.content.source, planner.diags, address)
    before = len(planner.diags)
    config = with_defaults(reader.read(data.content, schema), schema)
    unknown = mark_by_schema(propose(config, None, schema), schema, address)
    if planner.validating or len(planner.diags) > before:
        return unknown
    change = Change(
        address=address, module=instance, mode="data", type=data.type, name=data.name, key=None,
        provider=provider or provider_text(node.provider),
        action=Action.READ, reason=Reason.READ_CHECK_NESTED, schema=schema, node=node.key,
        config=config, after=unknown)
    if not planner.options.refresh_only:
        planner.plan.changes.append(change)
    client = DEFERRED if provider is None else planner.clients.get(provider)
    if is_deferred(client) or not all(is_wholly_known(v) for v in config.values()):
        change.reason = Reason.READ_CONFIG_UNKNOWN
    elif waits(planner, node, data):
        change.reason = Reason.READ_PENDING
    else:
        change.after = planner.data.read_or_raise(kind, client, config, schema, address)
    return dict(change.after) if change.after is not None else Unknown()
