"""A state in Terraform's JSON, for every type of every provider."""

from __future__ import annotations

import json

import msgspec
import pytest

from vbrprov.sdk.model import Schema, to_value
from vbrprov.state.model import Instance, StateData
from vbrprov.views.json.state import state_json
from vbrprov.workflow.registry import ProviderRegistry

REGISTRY = ProviderRegistry()
TYPES = [(provider, name) for provider in sorted(REGISTRY.provider_names())
         for name in REGISTRY.type_names(provider, "managed")]
SECRET = "canary-of-an-attribute"


def filled(schema: Schema) -> dict[str, object]:
    """Attributes with something in every string, sensitive ones too."""
    out: dict[str, object] = {}
    for name, spec in schema.attributes.items():
        if spec.write_only:
            continue
        if spec.type.constraint() == "string":
            out[name] = {"$sensitive": SECRET} if spec.sensitive else "text"
    for name, nested in schema.blocks.items():
        inner = filled(nested.model.schema())
        out[name] = inner if nested.nesting == "single" else [inner]
    return out


@pytest.mark.parametrize(("provider", "name"), TYPES)
def test_shown(provider: str, name: str) -> None:
    kind = REGISTRY.resource_type(provider, name)
    assert kind is not None
    schema = kind.model.schema()
    assert to_value(None, schema.type) is not None
    state = StateData("lineage", 1)
    for attributes in ({}, filled(schema)):
        state.instances[f"{name}.x", ""] = Instance(
            f"{name}.x", f"provider.{provider}", msgspec.Raw(msgspec.json.encode(attributes)))
        text = msgspec.json.encode(state_json(state, REGISTRY)).decode()
        [shown] = json.loads(text)["values"]["root_module"]["resources"]
        assert shown["type"] == name
        assert shown["provider_name"] == REGISTRY.provider(provider).registry
        assert shown["values"].keys() >= schema.attributes.keys() - {
            n for n, s in schema.attributes.items() if s.write_only}
        assert SECRET not in text
        for attribute, spec in schema.attributes.items():
            if spec.sensitive and attribute in attributes:
                assert shown["sensitive_values"][attribute] is True
