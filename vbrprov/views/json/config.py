"""The configuration part of a plan's JSON."""

from __future__ import annotations

from typing import Any

from vbrprov.config.constants import constant
from vbrprov.config.late import resolve
from vbrprov.config.model import Content, Expression, Module, Resource, Variable
from vbrprov.config.references import references
from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Registry
from vbrprov.sdk.model import Schema
from vbrprov.syntax import ast
from vbrprov.views.json.values import plain


def configuration(root: Module, registry: Registry) -> dict[str, Any]:
    """``configuration``: provider configurations and modules with their expressions."""
    providers: dict[str, Any] = {}
    for module in root.walk():
        names = {r.provider.name for r in _all_resources(module)}
        for name in sorted(names):
            found = registry.provider(name)
            if found is not None:
                providers.setdefault(name, {"name": name, "full_name": found.registry})
        for key, block in module.providers.items():
            found = registry.provider(block.ref.name)
            item = {"name": block.ref.name,
                    "full_name": found.registry if found is not None else block.ref.name}
            if block.ref.alias:
                item["alias"] = block.ref.alias
            if module.path:
                item["module_address"] = ".".join(f"module.{n}" for n in module.path)
            providers[":".join((*module.path, key))] = item
    out: dict[str, Any] = {}
    if providers:
        out["provider_config"] = providers
    out["root_module"] = _module(root, registry)
    return out


def _module(module: Module, registry: Registry) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if module.outputs:
        out["outputs"] = {
            name: {"expression": _expression(o.value), **{k: v for k, v in (
                ("description", o.description), ("sensitive", o.sensitive)) if v}}
            for name, o in sorted(module.outputs.items())}
    resources = _all_resources(module)
    if resources:
        out["resources"] = [_resource(r, registry)
                            for r in sorted(resources, key=lambda r: r.key)]
    if module.calls:
        out["module_calls"] = {
            name: {"source": call.source,
                   **({"version_constraint": call.version} if call.version else {}),
                   "expressions": {n: _expression(e) for n, e in sorted(call.arguments.items())},
                   "module": _module(module.children[name], registry)}
            for name, call in sorted(module.calls.items()) if name in module.children}
    if module.variables:
        out["variables"] = {
            name: _variable(declared) for name, declared in sorted(module.variables.items())}
    return out


def _all_resources(module: Module) -> list[Resource]:
    """Resources of every mode, those that only a check sees included."""
    nested = [c.data for c in module.checks.values() if c.data is not None]
    return [*module.resources.values(), *module.ephemerals.values(), *nested]


def _variable(declared: Variable) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if declared.default is not None and not declared.sensitive:
        shown = _expression(declared.default)
        if "constant_value" in shown:
            out["default"] = shown["constant_value"]
    if declared.description:
        out["description"] = declared.description
    if declared.sensitive:
        out["sensitive"] = True
    return out


def _resource(resource: Resource, registry: Registry) -> dict[str, Any]:
    out: dict[str, Any] = {
        "address": resource.key, "mode": resource.mode, "type": resource.type,
        "name": resource.name, "provider_config_key": str(resource.provider), "schema_version": 0}
    expressions = _content(resource.content, _schema(resource, registry))
    if expressions:
        out["expressions"] = expressions
    if resource.count is not None:
        out["count_expression"] = _expression(resource.count)
    if resource.for_each is not None:
        out["for_each_expression"] = _expression(resource.for_each)
    if resource.depends_on:
        out["depends_on"] = [
            ".".join((ref.name, *(s.name for s in ref.steps if isinstance(s, ast.AttrStep))))
            for item in resource.depends_on for ref in references(item.node)]
    return out


def _schema(resource: Resource, registry: Registry) -> Schema | None:
    find = registry.data_source if resource.mode == "data" else registry.resource_type
    kind = find(resource.provider.name, resource.type)
    return None if kind is None else kind.model.schema()


def _content(content: Content, schema: Schema | None) -> dict[str, Any]:
    known = schema.blocks if schema is not None else {}
    # What is wrong with a body has been reported when it was evaluated.
    attributes, blocks = resolve(content.attributes, content.blocks, known, lambda *_: None)
    out: dict[str, Any] = {
        a.name: _expression(Expression(a.expr, content.source)) for a in attributes}
    for nested in blocks:
        inner = Content(tuple(nested.body.attributes), tuple(nested.body.blocks), content.source,
                        nested.start, nested.header_end)
        found = known.get(nested.type)
        out.setdefault(nested.type, []).append(
            _content(inner, found.model.schema() if found is not None else None))
    return out


def _expression(expression: Expression) -> dict[str, Any]:
    node = expression.node
    fixed = Diagnostics()
    value = constant(node, expression.source, fixed)
    if not fixed.has_errors:
        return {"constant_value": plain(value)}
    found: list[str] = []
    # In the order in which they stand in the source.
    for ref in sorted(references(node), key=lambda r: r.start):
        parts = [ref.name]
        full = [ref.name]
        for step in ref.steps:
            if not isinstance(step, ast.AttrStep):
                break
            parts.append(step.name)
            full.append(".".join(parts))
        keep = 2 if ref.name != "data" else 3
        found += reversed([f for f in full if f.count(".") >= keep - 1])
    return {"references": found} if found else {}
