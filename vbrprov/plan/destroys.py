"""Recorded instances that configuration no longer has (or all of them, with -destroy)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vbrprov.addrs import ParsedAddress, is_data, parse_address
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.graph import NodeKey
from vbrprov.graph.providers import BUILTIN
from vbrprov.plan.consent import refusal
from vbrprov.plan.model import Action, Change, Reason
from vbrprov.plan.proposing import note_handwork
from vbrprov.plan.providers import is_present, report_missing
from vbrprov.plan.removals import warn_forgotten
from vbrprov.sdk.resource import Recovery, ResourceType
from vbrprov.state.model import Instance
from vbrprov.values import BOOL, ConversionError, Unknown, bare, convert, same, unmark_deep

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def plan_destroys(planner: Planner) -> None:
    """Add the deletions."""
    planned = {c.address: c for c in planner.plan.changes if c.mode == "managed"}
    if planner.options.destroy:
        # Everything goes; what was planned for the configuration served only to evaluate it.
        planner.plan.changes = [c for c in planner.plan.changes
                                if not planner.selection.instance(c.node, c.address)
                                and c.mode == "managed"]
        planner.plan.drift = []
    for instance in planner.state.instances.values():
        if is_data(instance.address):
            continue
        if not (planner.options.destroy or instance.deposed) and planner.is_planned(instance.key):
            continue
        _delete(planner, instance, planned)
    warn_forgotten(planner.plan, planner.diags)


def _delete(planner: Planner, instance: Instance, planned: Mapping[str, Change]) -> None:
    parsed = parse_address(instance.address)
    node = _node_of(planner, instance)
    if not planner.selection.instance(node, instance.address):
        _leave(planner, instance, node)
        return
    kind = planner.kind_of(instance)
    if kind is None:
        planner.diags.error(
            "Unknown resource type in the state", f"{instance.address} is in the state, but this "
            "version does not know its type. Use a version that does, or take it out of the state "
            f"with:\n\n    vbrprov state rm '{instance.address}'", address=instance.address)
        return
    if not planner.options.destroy and planner.deferrals.keeps(instance):
        return
    # What configuration says counts before it was applied, too. To forget an object, nobody has to
    # be asked.
    forgotten = instance.skip_destroy or _keeps(planner, node) or (
        node is None and not planner.options.destroy and planner.removals.forgets(parsed))
    if not forgotten and not is_present(planner, instance):
        report_missing(planner, instance)
        return
    found = planner.refreshed(instance)
    if found is not None and found.values is None:
        planner.plan.gone.append(instance.key)
        return
    before = (found.values if found is not None
              else attributes_of(instance, kind.model.schema()))
    change = Change(
        address=instance.address, module=parsed.module, mode="managed", type=parsed.type_name,
        name=parsed.name, key=parsed.key, provider=instance.provider, action=Action.DELETE,
        schema=kind.model.schema(), node=node, reason=_reason(planner, instance, node),
        before=before, after=None, deposed=instance.deposed, prior=instance,
        dependencies=tuple(instance.dependencies), previous=planner.previous(instance.address))
    if not planner.options.destroy and planner.deferrals.holds(instance, change):
        return
    if forgotten:
        change.action = Action.FORGET
    elif not _succeeded(planner, instance) and (
            instance.prevent_destroy
            or (instance.address in planned and planned[instance.address].prevent_destroy)
            or _protects(planner, node, parsed)):
        _refuse(planner, change, "Resource has lifecycle.prevent_destroy set. It stays armed when "
                "the block is deleted. Set prevent_destroy = false and apply that first, or take "
                "it out of the state.")
    elif before is not None:
        why = refusal(planner, kind, instance.provider, before)
        if why:
            _refuse(planner, change, why)
    if change.action is Action.DELETE:
        note_handwork(planner, change, kind)
    if change.action is Action.DELETE and instance.deposed and not planner.options.destroy:
        change.in_the_way = _in_the_way(change, planned.get(change.address), kind)
    planner.plan.changes.append(change)


def _in_the_way(change: Change, new: Change | None, kind: ResourceType[Any, Any]) -> bool:
    """Whether a deposed object is what is about to be made again, as far as its name goes.

    Destroyed after that, it would take the new one along.
    """
    if new is None or kind.recovery is not Recovery.CLIENT_NAMED or new.action not in (
            Action.CREATE, Action.REPLACE):
        return False
    before, after = change.before or {}, new.after or {}
    return all(isinstance(bare(after.get(name)), Unknown)
               or same(bare(before.get(name)), bare(after.get(name)))
               for name, spec in change.schema.attributes.items() if spec.replace_on_change)


def _leave(planner: Planner, instance: Instance, node: NodeKey | None) -> None:
    """An object that would go, but is left alone: guardrails see that it stays."""
    kind, parsed = planner.kind_of(instance), parse_address(instance.address)
    if kind is None or instance.deposed or instance.provider == BUILTIN:
        return
    found = planner.refreshed(instance)
    schema = kind.model.schema()
    values = found.values if found is not None else attributes_of(instance, schema)
    if values is None:
        return
    from vbrprov.sdk.facts import InstanceFacts

    planner.plan.left_alone.append(Change(
        address=instance.address, module=parsed.module, mode="managed", type=parsed.type_name,
        name=parsed.name, key=parsed.key, provider=instance.provider, action=Action.NOOP,
        schema=schema, node=node, before=values, after=values, prior=instance, untouched=True,
        facts=InstanceFacts(
            address=instance.address, type_name=parsed.type_name, mode="managed",
            action=str(Action.NOOP), planned=values, live=values, config={})))


def _succeeded(planner: Planner, instance: Instance) -> bool:
    """Whether a deposed object has a successor, so that it is only the rest of a replacement."""
    return bool(instance.deposed) and (instance.address, "") in planner.state.instances


def _keeps(planner: Planner, node: NodeKey | None) -> bool:
    return node is not None and not planner.graph.nodes[node].declared.lifecycle.destroy


def _protects(planner: Planner, node: NodeKey | None, address: ParsedAddress) -> bool:
    """Whether the block of an instance protects it, as far as that is the same for all of them."""
    if node is None or address.module not in planner.world.module_instances.get(node[0], []):
        return False
    expression = planner.graph.nodes[node].declared.lifecycle.prevent_destroy
    if expression is None:
        return False
    try:
        value, _ = unmark_deep(evaluate(expression.node, planner.world.scope(address.module)))
        # What is not known protects.
        return convert(value, BOOL) is not False
    except (ConversionError, EvalError):
        # It is about a key, which this instance has no more.
        return False


def _refuse(planner: Planner, change: Change, why: str) -> None:
    node = planner.graph.nodes.get(change.node) if change.node is not None else None
    declared = node.declared if node is not None else None
    planner.diags.error("Instance cannot be destroyed", f"{change.address}: {why}",
                        declared.range if declared is not None else None, address=change.address)


def _node_of(planner: Planner, instance: Instance) -> NodeKey | None:
    parsed = parse_address(instance.address)
    key = (tuple(n for n, _ in parsed.module), "resource", f"{parsed.type_name}.{parsed.name}")
    return key if key in planner.graph.nodes else None


def _reason(planner: Planner, instance: Instance, node: object) -> Reason:
    if instance.deposed:
        return Reason.DEPOSED
    if planner.options.destroy:
        return Reason.NONE
    if node is None:
        return Reason.NO_MOVE_TARGET if planner.previous(instance.address) else Reason.NO_CONFIG
    parsed = parse_address(instance.address)
    found = planner.world.resources.get((parsed.module, f"{parsed.type_name}.{parsed.name}"))
    if found is None:
        return Reason.NO_MODULE
    if isinstance(parsed.key, int):
        return Reason.COUNT_INDEX if found.mode == "count" else Reason.WRONG_REPETITION
    if isinstance(parsed.key, str):
        return Reason.EACH_KEY if found.mode == "each" else Reason.WRONG_REPETITION
    return Reason.ENABLED_FALSE if found.mode == "single" else Reason.WRONG_REPETITION
