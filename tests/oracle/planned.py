"""What the product makes of the data of an estate: storage that exists is planned by its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import rule_world

from vbrprov.config.model import ProviderRef, Resource
from vbrprov.diag import Diagnostics
from vbrprov.diff.propose import propose
from vbrprov.evaluate.body import with_defaults
from vbrprov.plan.environment import Environment
from vbrprov.plan.instance import InstancePlanner
from vbrprov.sdk import InstanceFacts
from vbrprov.sdk.model import Schema, to_value
from vbrprov.values import ListT, ListV, ObjectT, Type, Unknown, Value
from vbrprov.workflow.registry import ProviderRegistry

REGISTRY = ProviderRegistry()


def facts(specs: Mapping[str, Any], phase: str = "plan") -> list[InstanceFacts]:
    """The facts of every instance.

    Raises:
        ValueError: The type refuses to plan it, so it is no estate that could be.
    """
    return [_facts(address, spec, number, phase)
            for number, (address, spec) in enumerate(specs.items())]


def _facts(address: str, spec: Mapping[str, Any], number: int, phase: str) -> InstanceFacts:
    found = rule_world.instance(address, spec, number, phase)
    kind, schema = _kind(found.type_name, found.mode)
    if found.mode == "data":
        # What a data source reads is what it plans; there was nothing before.
        unread = propose(_typed(spec["config"], schema), None, schema)
        return replace(found, live=None, action="no-op", changed=frozenset(),
                       planned=unread if phase == "static" else found.planned)
    if "live" not in spec or "planned" in spec or found.type_name.startswith("veeam_"):
        return found
    config = with_defaults(_typed(spec["config"], schema), schema)
    if phase == "static":
        # Validate reads nothing, neither a state nor a cloud, and asks no type.
        return replace(found, live=None, prior=None, config=config, action="create",
                       planned=propose(config, None, schema))
    live, prior = (_typed(spec[name], schema) for name in ("live", "prior"))
    diags = Diagnostics()
    proposal = InstancePlanner(kind, None, Environment(REGISTRY), diags).plan(
        address, config, live, None, _resource(found), {})
    if diags:
        raise ValueError(f"{address}: {[d.detail for d in diags]}")
    return replace(found, planned=proposal.planned, action=str(proposal.action), prior=prior,
                   live=live, config=proposal.config, changed=proposal.changed)


@cache
def _kind(type_name: str, mode: str) -> tuple[Any, Schema]:
    find = REGISTRY.data_source if mode == "data" else REGISTRY.resource_type
    kind: Any = find(type_name.partition("_")[0], type_name)
    return kind, kind.model.schema()


def _resource(found: InstanceFacts) -> Resource:
    place = rule_world.line(1)
    content: Any = None
    return Resource("managed", found.type_name, found.address.partition(".")[2], content, place,
                    place, ProviderRef(found.type_name.partition("_")[0]))


def _typed(data: Mapping[str, Any], schema: Schema) -> dict[str, Value]:
    """Plain data as an object of the type, one value a name of the schema."""
    out = {name: _value(data.get(name), spec.type) for name, spec in schema.attributes.items()}
    for name, nested in schema.blocks.items():
        unsaid = None if nested.nesting == "single" else []
        out[name] = _value(data.get(name, unsaid), nested.type)
    return out


def _value(data: Any, type_: Type) -> Value:
    if data == rule_world.UNKNOWN:
        return Unknown(type_)
    if isinstance(data, Mapping) and isinstance(type_, ObjectT):
        return {name: _value(data.get(name), inner) for name, inner in type_.attributes.items()}
    if isinstance(data, list) and isinstance(type_, ListT):
        return ListV(tuple(_value(each, type_.element) for each in data), type_.element)
    return to_value(data, type_)
