"""Recorded objects and the providers they are read with, before anything is proposed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vbrprov.diag import did_you_mean
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate.errors import UnknownExpansionError
from vbrprov.graph import Node, NodeKey
from vbrprov.graph.providers import BUILTIN, provider_text
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.model import Action, Change
from vbrprov.plan.providers import node_of, report_missing
from vbrprov.plan.refresh import Refreshed
from vbrprov.state.model import Instance, Intent
from vbrprov.values import (
    Value,
)

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def check_providers(planner: Planner) -> None:
    """Report providers that do not exist."""
    registry = planner.environment.registry
    uses = {node.provider: node for node in reversed(planner.graph.nodes.values())}
    for key, node in planner.graph.nodes.items():
        if key[1] == "provider":
            name = key[2].partition(".")[0]
            if registry.provider(name) is None:
                hint = did_you_mean(name, registry.provider_names())
                planner.diags.error(
                    "Unknown provider", f'There is no provider "{name}". {hint}'.strip(),
                    getattr(node.declared, "range", None)
                    or (uses[key].declared.type_range if key in uses else None))


def providers_of_state(planner: Planner) -> None:
    """A node for every provider that only recorded objects use."""
    needed: list[Instance | Intent] = [
        *planner.state.instances.values(), *planner.state.intents.values()]
    for instance in needed:
        key = node_of(instance.provider)
        if key is not None and key not in planner.graph.nodes:
            module = planner.world.modules.get(key[0])
            if module is None or "." in key[2]:
                # Of an instance it matters only when it has to be destroyed with it.
                if isinstance(instance, Intent):
                    report_missing(planner, instance)
                continue
            planner.graph.nodes[key] = Node(key, module, None)
            planner.graph.order.insert(0, key)
    for instance in planner.state.instances.values():
        if instance.provider == BUILTIN:
            planner.begin(instance, None)


def start_provider(planner: Planner, node: Node) -> None:
    """Configure a provider and begin to read what is recorded of it."""
    if not planner.reused_clients:
        with contextlib.suppress(UnknownExpansionError):
            planner.clients.configure(node, planner.world, validating=planner.validating)
    if planner.clients.keys(node.key) is None and not planner.options.destroy:
        for module in planner.world.module_instances.get(node.key[0], []):
            planner.deferrals.provider(node, module)
    _start_refresh(planner, node.key)


def _start_refresh(planner: Planner, key: NodeKey) -> None:
    if planner.validating:
        return
    for instance_key in planner.clients.keys(key) or ():
        text = provider_text(key, instance_key)
        client = planner.clients.get(text)
        if is_deferred(client):
            continue
        if planner.on_provider is not None:
            # What an interrupted run left open is settled before anything of it is read.
            planner.on_provider(text, client)
            planner.take_state()
        for instance in list(planner.state.instances.values()):
            if instance.provider == text:
                planner.begin(instance, client)


def prior_values(planner: Planner, recorded: Instance | None,
                 change: Change) -> Mapping[str, Value] | None:
    """The object as it is now, drift noted; ``None`` when there is none."""
    if recorded is None:
        return None
    found = planner.refreshed(recorded)
    if found is None:
        # Its provider cannot be asked yet: what is recorded is all that is known.
        change.before = attributes_of(recorded, change.schema)
        return change.before
    change.before = found.values
    if found.values is None:
        change.drifted = True
        planner.plan.gone.append(recorded.key)
        note_drift(planner, change, found)
    elif found.changed:
        change.drifted = True
        note_drift(planner, change, found)
    return found.values


def note_drift(planner: Planner, change: Change, found: Refreshed) -> None:
    """Remember what changed outside of us."""
    planner.plan.drift.append(Change(
        address=change.address, module=change.module, mode=change.mode, type=change.type,
        name=change.name, key=change.key, provider=change.provider, schema=change.schema,
        action=Action.DELETE if found.values is None else Action.UPDATE,
        before=found.recorded, after=found.values, changed=frozenset(found.changed),
        previous=change.previous))
