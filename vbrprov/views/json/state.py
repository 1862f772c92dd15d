"""A state in the shape of ``terraform show -json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vbrprov.addrs import ModuleInstance, module_address, parse_address, sort_key
from vbrprov.addrs import provider_name as local_name
from vbrprov.diff.stored import attributes_of
from vbrprov.plan.environment import Registry
from vbrprov.plan.outputs import stored_output
from vbrprov.state.awaiting import pending_of
from vbrprov.state.model import Instance, StateData
from vbrprov.values import Value, type_of
from vbrprov.values.types import type_to_json
from vbrprov.views.json.checks import checks_json
from vbrprov.views.json.values import object_json, object_sensitive, plain

STATE_FORMAT = "1.0"


def values_tree(outputs: dict[str, Any],
                instances: Iterable[tuple[ModuleInstance, dict[str, Any]]]) -> dict[str, Any]:
    """``{outputs, root_module}`` with resources nested by module."""
    modules: dict[ModuleInstance, dict[str, Any]] = {(): {}}

    def module(path: ModuleInstance) -> dict[str, Any]:
        if path not in modules:
            made: dict[str, Any] = {"address": module_address(path)}
            modules[path] = made
            module(path[:-1]).setdefault("child_modules", []).append(made)
        return modules[path]

    for path, item in sorted(instances, key=lambda pair: sort_key(pair[1]["address"])):
        module(path).setdefault("resources", []).append(item)
    root = {"resources": modules[()]["resources"]} if "resources" in modules[()] else {}
    if "child_modules" in modules[()]:
        root["child_modules"] = modules[()]["child_modules"]
    out: dict[str, Any] = {}
    if outputs:
        out["outputs"] = outputs
    out["root_module"] = root
    return out


def instance_json(instance: Instance, registry: Registry,
                  values: Mapping[str, Value] | None = None) -> dict[str, Any] | None:
    """One resource instance (with other *values*, if given); ``None`` of an unknown type."""
    from vbrprov.views.json.plan import provider_name

    parsed = parse_address(instance.address)
    name = local_name(instance.provider)
    kind = registry.resource_type(name, parsed.type_name)
    item: dict[str, Any] = {
        "address": instance.address, "mode": parsed.mode, "type": parsed.type_name,
        "name": parsed.name}
    if parsed.key is not None:
        item["index"] = parsed.key
    item["provider_name"] = provider_name(registry, instance.provider)
    item["schema_version"] = instance.schema_version
    if kind is None:
        return None
    schema = kind.model.schema()
    if values is None:
        values = attributes_of(instance, schema)
    item["values"] = object_json(values, schema)
    item["sensitive_values"] = object_sensitive(values, schema)
    if instance.dependencies:
        item["depends_on"] = list(instance.dependencies)
    if instance.deposed:
        item["deposed_key"] = instance.deposed
    if instance.status == "tainted":
        item["tainted"] = True
    pending = pending_of(instance)
    if pending is not None:
        item["awaiting"] = {"action": pending.action, "kind": pending.kind, "hash": pending.hash,
                            "file": pending.file, "since": pending.since}
    return item


def output_json(value: Any, *, sensitive: bool) -> dict[str, Any]:
    """One output with its type."""
    out: dict[str, Any] = {"sensitive": sensitive}
    out["value"] = None if sensitive else plain(value)
    out["type"] = type_to_json(type_of(value))
    return out


def state_json(state: StateData, registry: Registry) -> dict[str, Any]:
    """The whole state."""
    from vbrprov.views.json.plan import TERRAFORM_VERSION

    instances = []
    for instance in state.instances.values():
        item = instance_json(instance, registry)
        if item is not None:
            instances.append((parse_address(instance.address).module, item))
    outputs = {name: output_json(stored_output(o), sensitive=o.sensitive)
               for name, o in sorted(state.outputs.items())}
    out: dict[str, Any] = {
        "format_version": STATE_FORMAT, "terraform_version": TERRAFORM_VERSION,
        "values": values_tree(outputs, instances)}
    if state.checks:
        out["checks"] = checks_json(state.checks)
    return out
