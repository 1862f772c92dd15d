"""A plan in the shape of ``terraform show -json PLAN`` (format_version 1.2).

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from vbrprov import __version__
from vbrprov.addrs import instance_address, module_address, parse_address, sort_key
from vbrprov.addrs import provider_name as local_name
from vbrprov.config.model import Module
from vbrprov.config.references import attribute_path, body_expressions, references
from vbrprov.diag import Diagnostic, Severity
from vbrprov.plan.deferred import DeferredChange
from vbrprov.plan.environment import Registry
from vbrprov.plan.model import Action, Change, Plan
from vbrprov.plan.outputs import stored_output
from vbrprov.state.model import StateData
from vbrprov.values import is_null, is_wholly_known, type_of, unmark_deep
from vbrprov.values.types import type_to_json
from vbrprov.views.json.checks import checks_json
from vbrprov.views.json.config import configuration
from vbrprov.views.json.state import (
    STATE_FORMAT,
    instance_json,
    output_json,
    values_tree,
)
from vbrprov.views.json.values import (
    holds_true,
    object_json,
    object_sensitive,
    object_unknown,
    plain,
    sensitive_tree,
    unknown_tree,
)

FORMAT_VERSION = "1.2"
TERRAFORM_VERSION = "1.11.4"


def actions(change: Change) -> list[str]:
    """The ``actions`` list."""
    if change.action is Action.REPLACE:
        old = "forget" if change.forgets_old else "delete"
        return ["create", old] if change.create_before_destroy else [old, "create"]
    return [str(change.action)]


def provider_name(registry: Registry, provider: str) -> str:
    """The registry address of a provider configuration's provider."""
    name = local_name(provider)
    found = registry.provider(name)
    return found.registry if found is not None else name


def change_json(change: Change, registry: Registry) -> dict[str, Any]:
    """One entry of ``resource_changes``."""
    out: dict[str, Any] = {"address": change.address}
    if change.previous:
        out["previous_address"] = change.previous
    if change.module:
        out["module_address"] = module_address(change.module)
    out.update(mode=change.mode, type=change.type, name=change.name)
    if change.key is not None:
        out["index"] = change.key
    out["provider_name"] = provider_name(registry, change.provider)
    if change.deposed:
        out["deposed"] = change.deposed
    before = None if change.action in (Action.CREATE, Action.READ) else change.before
    after = None if change.action in (Action.DELETE, Action.FORGET) else change.after
    body: dict[str, Any] = {
        "actions": actions(change),
        "before": object_json(before, change.schema),
        "after": object_json(after, change.schema),
        "after_unknown": object_unknown(after),
        "before_sensitive": object_sensitive(before, change.schema),
        "after_sensitive": object_sensitive(after, change.schema),
    }
    if change.replace_paths:
        body["replace_paths"] = [[name] for name in change.replace_paths]
    if change.importing:
        body["importing"] = {"id": change.importing}
    if change.generated:
        body["generated_config"] = change.generated
    if change.handwork:
        body["handwork"] = [msgspec.to_builtins(work) for work in change.handwork]
        body["awaiting"] = change.awaits
    out["change"] = body
    if change.reason:
        out["action_reason"] = str(change.reason)
    return out


def _deferred(item: DeferredChange, registry: Registry) -> dict[str, Any]:
    """One entry of ``deferred_changes``; ``because`` is ours."""
    change = change_json(item.change, registry)
    own = instance_address((), item.change.mode, item.change.type, item.change.name)
    module, _, key = item.change.address.partition(own)
    if module:
        change["module_address"] = module.rstrip(".")
    if key == "[*]":
        change["index_unknown"] = True
    return {"reason": str(item.why), "resource_change": change, "because": item.because}


def output_changes(plan: Plan) -> dict[str, Any]:
    """``output_changes``."""
    out = {}
    for item in plan.outputs:
        hide = item.sensitive
        out[item.name] = {
            "actions": [str(item.action)],
            "before": None if hide else plain(item.before),
            "after": None if hide else plain(item.after),
            "after_unknown": _flags(unknown_tree(item.after)) if item.action is not Action.DELETE
            else False,
            "before_sensitive": hide or _flags(sensitive_tree(item.before)),
            "after_sensitive": hide or _flags(sensitive_tree(item.after)),
        }
    return out


def _flags(tree: Any) -> Any:
    """A tree of flags, or just ``False`` when none is set."""
    return tree if holds_true(tree) else False


def planned_values(plan: Plan, registry: Registry) -> dict[str, Any]:
    """``planned_values``: outputs and resources as they will be."""
    instances = []
    for change in plan.changes:
        if change.after is None or change.deposed or plan.options.refresh_only:
            continue
        if change.action in (Action.DELETE, Action.FORGET):
            continue
        item: dict[str, Any] = {
            "address": change.address, "mode": change.mode, "type": change.type,
            "name": change.name, "provider_name": provider_name(registry, change.provider),
            "schema_version": 0, "values": object_json(change.after, change.schema),
            "sensitive_values": object_sensitive(change.after, change.schema)}
        if change.key is not None:
            item["index"] = change.key
        instances.append((change.module, item))
    outputs: dict[str, Any] = {}
    for output in plan.outputs:
        if output.action is Action.DELETE:
            continue
        shown: dict[str, Any] = {"sensitive": output.sensitive}
        if is_wholly_known(output.after):
            # As Terraform shows it: a null that stays one has lost the type it was made with.
            stays = output.action is Action.NOOP and is_null(output.after)
            shown["type"] = "dynamic" if stays else type_to_json(
                type_of(unmark_deep(output.after)[0]))
            shown["value"] = None if output.sensitive else plain(output.after)
        outputs[output.name] = shown
    return values_tree(outputs, instances)


def plan_json(plan: Plan, root: Module, state: StateData, registry: Registry,
              findings: Iterable[Diagnostic] = ()) -> dict[str, Any]:
    """The whole plan."""
    changes = sorted(plan.changes, key=lambda c: sort_key(c.address))
    if plan.options.refresh_only:
        # What is there is in prior_state, what changed in resource_drift; nothing is planned.
        changes = []
    out: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "terraform_version": TERRAFORM_VERSION,
        "vbrprov_version": __version__,
    }
    variables = _variables(plan, root)
    if variables:
        out["variables"] = variables
    out["planned_values"] = planned_values(plan, registry)
    drift = list(plan.drift)
    if plan.options.refresh_only:
        found = {c.address for c in drift}
        drift += [c for c in plan.changes if c.previous and c.address not in found]
    if drift:
        out["resource_drift"] = [change_json(c, registry) for c in drift]
    if changes:
        out["resource_changes"] = [change_json(c, registry) for c in changes
                                   if c.mode == "managed" or c.action is Action.READ]
    if plan.deferred:
        out["deferred_changes"] = [_deferred(d, registry) for d in sorted(
            plan.deferred, key=lambda d: sort_key(d.change.address))]
    if plan.outputs:
        out["output_changes"] = output_changes(plan)
    if not state.is_empty:
        out["prior_state"] = _prior_state(plan, state, registry)
    out["configuration"] = configuration(root, registry)
    relevant = relevant_attributes(plan, root)
    if relevant:
        out["relevant_attributes"] = relevant
    if plan.checks:
        out["checks"] = checks_json(plan.checks)
    refusals = [_finding(f) for f in findings if f.rule_id]
    if refusals:
        out["findings"] = refusals
    out["timestamp"] = plan.timestamp
    out["applyable"] = plan.has_changes and not plan.errored
    out["complete"] = not (plan.partial or plan.deferred or plan.errored)
    out["errored"] = plan.errored
    return out


def _prior_state(plan: Plan, state: StateData, registry: Registry) -> dict[str, Any]:
    """``prior_state``: what is recorded, as refreshing found it."""
    seen = {c.prior.key: c.before for c in plan.changes if c.prior is not None}
    instances = []
    for instance in state.instances.values():
        if instance.key not in plan.gone:
            shown = instance_json(instance, registry, seen.get(instance.key))
            if shown is not None:
                instances.append((parse_address(instance.address).module, shown))
    outputs = {name: output_json(stored_output(o), sensitive=o.sensitive)
               for name, o in state.outputs.items()}
    # Outputs follow what was found where that is all there is to the plan.
    for item in plan.outputs if plan.options.refresh_only else ():
        if is_null(item.after):
            outputs.pop(item.name, None)
        else:
            outputs[item.name] = output_json(item.after, sensitive=item.sensitive)
    return {"format_version": STATE_FORMAT, "terraform_version": TERRAFORM_VERSION,
            "values": values_tree(dict(sorted(outputs.items())), instances)}


def relevant_attributes(plan: Plan, root: Module) -> list[dict[str, Any]]:
    """``relevant_attributes``: the attributes that the planned changes come from."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    changing = {c.node for c in plan.changes if c.is_change and c.node is not None}
    outputs = {o.name for o in plan.outputs if o.action is not Action.NOOP}
    for module in root.walk():
        nodes: list[Any] = []
        for key, resource in module.resources.items():
            if (module.path, "resource", key) in changing:
                content = resource.content
                nodes += body_expressions(content.attributes, content.blocks)
        nodes += [o.value.node for name, o in module.outputs.items()
                  if module.path or name in outputs]
        prefix = "".join(f"module.{name}." for name in module.path)
        for node in nodes:
            for ref in references(node):
                path = (ref.name, *attribute_path(ref))
                length = 3 if ref.name == "data" else 2
                if ".".join(path[:length]) in module.resources:
                    found.add((prefix + ".".join(path[:length]), path[length:]))
    return [{"resource": name, "attribute": list(rest)} for name, rest in sorted(found)]


def _variables(plan: Plan, root: Module) -> Mapping[str, Any]:
    out = {}
    for name, value in sorted(plan.shown_variables.items()):
        declared = root.variables.get(name)
        if declared is None or declared.ephemeral:
            continue
        out[name] = {"value": None if declared.sensitive else plain(value)}
    return out


def _finding(item: Diagnostic) -> dict[str, Any]:
    out: dict[str, Any] = {
        "rule_id": item.rule_id, "severity": str(item.severity), "summary": item.summary,
        "detail": item.detail, "address": item.address}
    if item.subject is not None:
        out["range"] = {
            "filename": item.subject.filename,
            "start": {"line": item.subject.start.line, "column": item.subject.start.column,
                      "byte": item.subject.start.byte},
            "end": {"line": item.subject.end.line, "column": item.subject.end.column,
                    "byte": item.subject.end.byte}}
    return out


__all__ = ["Severity", "actions", "change_json", "output_changes", "plan_json", "planned_values"]
