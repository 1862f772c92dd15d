"""What becomes of one instance: the proposal, its order, what protects it, its conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vbrprov.addrs import (
    config_address,
)
from vbrprov.config.model import Resource
from vbrprov.evaluate.body import BodyReader, Ranges
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Graph
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.consent import refusal
from vbrprov.plan.instance import Proposal
from vbrprov.plan.model import Action, Change, Reason
from vbrprov.sdk.resource import ProviderError, ResourceType
from vbrprov.state.awaiting import pending_of
from vbrprov.values import (
    BOOL,
    ConversionError,
    Value,
    convert,
    is_null,
    unmark_deep,
)

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def why_replace(planner: Planner, declared: Resource, scope: ModuleScope, address: str,
                prior: Mapping[str, Value] | None) -> Reason:
    """Why an instance has to be replaced whatever the difference is."""
    from vbrprov.plan.triggers import triggered

    if prior is None or planner.options.destroy:
        return Reason.NONE
    if address in planner.rotate:
        return Reason.ROTATION
    if address in planner.replacing:
        return Reason.REQUESTED
    for expression in declared.lifecycle.replace_triggered_by:
        if triggered(planner, expression, scope):
            return Reason.TRIGGERS
    return Reason.NONE


def adopt(planner: Planner, change: Change, proposal: Proposal, prior: Mapping[str, Value] | None,
          kind: ResourceType[Any, Any], reader: BodyReader) -> None:
    """Make a proposal the change; what it must not destroy, or needs and is gone, is reported."""
    change.action, change.reason = proposal.action, proposal.reason
    change.after = proposal.planned
    change.before = prior
    change.config = proposal.config
    change.changed = proposal.changed
    change.replace_paths = proposal.replace_paths
    change.send = frozenset(proposal.sending.send)
    note_handwork(planner, change, kind, reader.ranges)
    planner.needs_rotation |= proposal.sending.rotate
    if kind.not_applied and change.is_change:
        planner.diags.error("Not yet applied by this version", kind.not_applied,
                            reader.source.range(*_span(reader, change, planner.graph)),
                            address=change.address)
    for name in proposal.sending.lost:
        planner.diags.error(
            "The secret is gone", f'The value of "{name}" was made from a secret that is not '
            "kept, and it is needed again. Give it a new value, or replace the resource that "
            "makes it with -replace=ADDRESS.", reader.ranges.get(name), address=change.address)
    if change.action is Action.REPLACE and prior is not None and not change.skip_destroy:
        if change.prevent_destroy:
            _prevented(planner, change)
        refused = refusal(planner, kind, change.provider, prior,
                          replaced=not change.create_before_destroy)
        if refused:
            planner.diags.error("Replacing would destroy a protected object", refused,
                                reader.source.range(*_span(reader, change, planner.graph)),
                                address=change.address)


def note_handwork(planner: Planner, change: Change, kind: ResourceType[Any, Any],
                  ranges: Ranges | None = None) -> None:
    """Attach to *change* what somebody has to do for it, and whether that is under way already."""
    if not change.is_change or planner.validating:
        return
    client = planner.clients.get(change.provider)
    found = []
    for prior, after in _parts(change):
        context = planner.environment.step_context(
            change.address, _token_of(change, prior), planner.plan.lineage)
        try:
            work = kind.handwork(None if is_deferred(client) else client, prior, after, context)
        except ProviderError as error:
            declared = planner.graph.nodes[change.node].declared if change.node else None
            where = ranges.get(error.attribute) if ranges and error.attribute else None
            planner.diags.error(error.summary, error.detail,
                                where or (declared.range if declared else None),
                                hint=error.hint, address=change.address)
            return
        if work is not None:
            found.append(work)
    change.handwork = tuple(found)
    if change.action is Action.REPLACE and change.create_before_destroy and found:
        planner.diags.error(
            "Steps by hand replace in one order only", f"{change.address} has to be replaced, and "
            "both its destruction and its creation have to be done outside of vbrprov. Then the "
            "old one goes first. Set lifecycle.create_before_destroy to false.",
            address=change.address)
    pending = pending_of(change.prior)
    change.awaits = pending is not None and bool(found) and found[0].hash == pending.hash


_Values = Mapping[str, Value] | None


def _parts(change: Change) -> list[tuple[_Values, _Values]]:
    """The objects before and after each part of a change, in order."""
    if change.action is Action.REPLACE:
        parts: list[tuple[_Values, _Values]] = [(change.before, None), (None, change.after)]
        return parts[::-1] if change.create_before_destroy else parts
    before = None if change.action is Action.CREATE else change.before
    return [(before, None if change.action in (Action.DELETE, Action.FORGET) else change.after)]


def _token_of(change: Change, prior: _Values) -> str:
    return change.prior.token if change.prior is not None and prior is not None else ""


def _prevented(planner: Planner, change: Change) -> None:
    declared = planner.graph.nodes[change.node].declared if change.node else None
    planner.diags.error(
        "Instance cannot be destroyed", f"Resource {change.address} has "
        "lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. "
        "To avoid this error and continue with the plan, either disable "
        "lifecycle.prevent_destroy or reduce the scope of the plan using the -target option.",
        declared.range if declared else None, address=change.address)


def note_lifecycle(planner: Planner, declared: Resource, scope: ModuleScope, change: Change,
                   kind: ResourceType[Any, Any]) -> None:
    """In which order a change is made, and what protects its object."""
    lifecycle = declared.lifecycle
    wanted = lifecycle.create_before_destroy
    change.create_before_destroy = kind.create_before_destroy if wanted is None else wanted
    change.skip_destroy = not lifecycle.destroy
    if change.skip_destroy:
        # The old object stays in any case; it is forgotten once there is another one.
        change.create_before_destroy = True
    if change.address in planner.deposed:
        # A replacement was cut off and left its old object. There may be no room for a third
        # one (Amazon allows two access keys), so the one in the middle goes first.
        change.create_before_destroy = False
    if lifecycle.prevent_destroy is not None:
        value, _ = unmark_deep(planner.walk.value(lifecycle.prevent_destroy, scope,
                                                  change.address))
        try:
            value = convert(value, BOOL)
            if is_null(value):
                raise ConversionError("a null is neither true nor false")
        except ConversionError as error:
            planner.diags.error("Invalid prevent_destroy", f"{str(error).capitalize()}.",
                                lifecycle.prevent_destroy.range)
            return
        # What is not known protects.
        change.prevent_destroy = value is not False


def judge_conditions(planner: Planner, declared: Resource, scope: ModuleScope,
                     change: Change) -> None:
    """Judge pre- and postconditions of an instance as planned."""
    lifecycle = declared.lifecycle
    owner = (config_address(change.address), change.address)
    if lifecycle.preconditions:
        planner.walk.conditions(lifecycle.preconditions, scope, "Resource precondition failed",
                                None, change.address, owner)
    if lifecycle.postconditions:
        repetition = {**scope.repetition, "self": dict(change.after or {})}
        inner = planner.world.scope(scope.instance, repetition)
        planner.walk.conditions(lifecycle.postconditions, inner, "Resource postcondition failed",
                                None, change.address, owner)


def validated(config: Mapping[str, Value], kind: ResourceType[Any, Any],
              address: str) -> dict[str, Value]:
    """What an instance will be, as far as its configuration says."""
    from vbrprov.diff.propose import propose
    from vbrprov.diff.stored import mark_by_schema
    from vbrprov.evaluate.body import with_defaults

    schema = kind.model.schema()
    return mark_by_schema(propose(with_defaults(config, schema), None, schema), schema, address)


def _span(reader: BodyReader, change: Change, graph: Graph) -> tuple[int, int]:
    assert change.node is not None
    content = graph.nodes[change.node].declared.content
    return content.start, content.end
