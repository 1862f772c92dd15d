"""Planned instances as guardrails see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from vbrprov.config.model import AttestBlock, Resource
from vbrprov.evaluate.body import Ranges
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.world import ModuleScope
from vbrprov.graph import Node, NodeKey
from vbrprov.graph.node import node_name
from vbrprov.plan.model import Action, Change
from vbrprov.sdk.facts import Attestation, InstanceFacts
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def make_facts(planner: Planner, change: Change, declared: Resource, ranges: Ranges,
               scope: ModuleScope, node: Node) -> None:
    """Attach to *change* what rules may see of it; nothing for types that no rule looks at."""
    if node.provider is None:
        return
    references = {
        name: frozenset(_seen_through(planner, keys)) for name, keys in node.attribute_refs.items()
        if keys}
    attestations = tuple(a for block in declared.attestations
                         if (a := _attestation(planner, block, scope)) is not None)
    change.facts = InstanceFacts(
        address=change.address, type_name=change.type, mode=change.mode,
        action=str(change.action), planned=change.after if change.action not in (
            Action.DELETE, Action.FORGET) else None,
        live=change.before, prior=_recorded(planner, change), config=change.config,
        ranges=ranges, block_range=declared.range,
        references=references, changed=change.changed, attestations=attestations,
        suppressions=declared.suppressions, phase="static" if planner.validating else "plan")


def _recorded(planner: Planner, change: Change) -> Mapping[str, Value] | None:
    """The object as the state has it, before refreshing."""
    found = planner.refreshed(change.prior) if change.prior is not None else None
    return found.recorded if found is not None else None


def _seen_through(planner: Planner, keys: set[NodeKey]) -> list[str]:
    """Addresses of the resources behind references, through locals, variables and outputs."""
    out: set[str] = set()
    stack = list(keys)
    seen: set[NodeKey] = set()
    while stack:
        key = stack.pop()
        if key in seen:
            continue
        seen.add(key)
        if key[1] == "resource":
            out.add(node_name(key))
        elif key[1] in ("local", "var", "output"):
            stack.extend(planner.graph.nodes[key].deps)
    return sorted(out)


def _attestation(planner: Planner, block: AttestBlock, scope: ModuleScope) -> Attestation | None:
    found: dict[str, str] = {}
    for item in block.content.attributes:
        if item.name not in ("rule", "reason", "expires"):
            planner.diags.error("Unsupported argument", f'An argument named "{item.name}" is not '
                                "expected here. An attest block has rule, reason and expires.",
                                block.content.source.range(item.start, item.name_end))
            continue
        try:
            value = evaluate(item.expr, scope)
        except EvalError as error:
            planner.diags.add(error.diagnostic(block.content.source))
            return None
        # One that is sensitive or ephemeral is none: attestations are shown.
        found[item.name] = value if isinstance(value, str) else ""
    try:
        expires = date.fromisoformat(found.get("expires", ""))
    except ValueError:
        expires = None
    if not found.get("rule") or not found.get("reason") or expires is None:
        planner.diags.error(
            "Invalid attestation", "An attest block needs a rule, a reason and a day of expiry, "
            'written as expires = "2027-01-31". None of them may be sensitive or ephemeral.',
            block.range)
        return None
    return Attestation(found["rule"], found["reason"], expires, block.range)
