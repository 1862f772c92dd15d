"""Schemas of providers in the shape of ``terraform providers schema -json`` (format_version 1.0).

Source: https://developer.hashicorp.com/terraform/cli/commands/providers/schema
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.plan.environment import Registry
from vbrprov.sdk.model import Attribute, BlockType, Schema
from vbrprov.values.types import type_to_json

FORMAT = "1.0"
#: The provider without a provider block.
BUILTIN = "vbrprov"


def schemas_json(names: Iterable[str], registry: Registry) -> dict[str, Any]:
    """The schemas of the providers *names*, by registry address."""
    out: dict[str, Any] = {"format_version": FORMAT}
    for name in names:
        provider = registry.provider(name)
        if provider is None:
            continue
        shown: dict[str, Any] = {"provider": {"version": 0}}
        if name != BUILTIN:
            shown["provider"] = _schema(provider.config().model.schema(), provider.doc)
        resources = {t: registry.resource_type(name, t)
                     for t in registry.type_names(name, "managed")}
        data = {t: registry.data_source(name, t) for t in registry.type_names(name, "data")}
        resources.update({alias: resources[known] for alias, known in TYPE_ALIASES.items()
                          if known in resources})
        ephemeral = {t: registry.ephemeral_resource(name, t)
                     for t in registry.type_names(name, "ephemeral")}
        for key, kinds in (("resource_schemas", resources), ("data_source_schemas", data),
                           ("ephemeral_resource_schemas", ephemeral)):
            if kinds:
                shown[key] = {t: _schema(kind.model.schema(), kind.doc)
                              for t, kind in sorted(kinds.items()) if kind is not None}
        out.setdefault("provider_schemas", {})[provider.registry] = shown
    return out


def _schema(schema: Schema, doc: str) -> dict[str, Any]:
    return {"version": 0, "block": _block(schema, doc)}


def _block(schema: Schema, doc: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if schema.attributes:
        out["attributes"] = {n: _attribute(a) for n, a in sorted(schema.attributes.items())}
    if schema.blocks:
        out["block_types"] = {n: _nested(b) for n, b in sorted(schema.blocks.items())}
    if doc:
        out["description"] = doc
    return {**out, "description_kind": "plain"}


def _attribute(spec: Attribute) -> dict[str, Any]:
    flags = {"required": spec.required, "optional": spec.optional, "computed": spec.computed,
             "sensitive": spec.sensitive, "write_only": spec.write_only}
    return {"type": type_to_json(spec.type), "description": spec.doc, "description_kind": "plain",
            **{name: True for name, given in flags.items() if given}}


def _nested(spec: BlockType) -> dict[str, Any]:
    out: dict[str, Any] = {"nesting_mode": spec.nesting,
                           "block": _block(spec.model.schema(), spec.doc)}
    if spec.min_items:
        out["min_items"] = spec.min_items
    if spec.max_items:
        out["max_items"] = spec.max_items
    return out
