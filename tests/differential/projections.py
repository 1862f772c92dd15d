"""What two programs must say alike about a plan or a state, and nothing else of it."""

from __future__ import annotations

import re
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: Terraform's negative zero, as text.
_NOTHING = re.compile(r"(?<![\w.])-0(?![\w.])")
CHANGE_KEYS = ("address", "previous_address", "module_address", "mode", "name", "index", "deposed",
               "action_reason")


def masked(value: Any) -> Any:
    """A value without what differs from run to run."""
    if isinstance(value, str):
        return _NOTHING.sub("0", _UUID.sub("(id)", value))
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    return value


def flags(value: Any) -> Any:
    """Marks of unknown or sensitive parts, where there are some."""
    if isinstance(value, dict):
        return {k: f for k, v in value.items() if (f := flags(v)) is not None} or None
    if isinstance(value, list):
        found = [flags(item) for item in value]
        return found if any(f is not None for f in found) else None
    return True if value else None


def hidden(value: Any, sensitive: Any) -> Any:
    """A value without its sensitive parts: vbrprov keeps no secrets."""
    if sensitive is True:
        return None
    if isinstance(value, dict) and isinstance(sensitive, dict):
        return {key: hidden(item, sensitive.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(sensitive, list):
        marks = [*sensitive, *[None] * len(value)]
        return [hidden(item, mark) for item, mark in zip(value, marks, strict=False)]
    return value


def echoed(value: Any) -> Any:
    """Marks of a resource's attributes, those of ``output`` as those of ``input``.

    Terraform forgets that the output of ``terraform_data`` is as sensitive as its input.
    """
    return {**value, "output": value.get("input")} if isinstance(value, dict) else value


def change(found: dict[str, Any]) -> dict[str, Any]:
    """One proposed change."""
    found = {**found, **{key: echoed(found.get(key))
                         for key in ("before_sensitive", "after_sensitive")}}
    return {
        "actions": found["actions"],
        "before": masked(hidden(found.get("before"), found.get("before_sensitive"))),
        "after": masked(hidden(found.get("after"), found.get("after_sensitive"))),
        "after_unknown": flags(found.get("after_unknown")),
        "before_sensitive": flags(found.get("before_sensitive")),
        "after_sensitive": flags(found.get("after_sensitive")),
        "replace_paths": sorted(map(str, found.get("replace_paths", []))),
    }


def plan(document: dict[str, Any], *, theirs: bool, partial: bool = False) -> dict[str, Any]:
    """A plan's changes of resources and outputs, and the values that it leads to.

    What Terraform alone is known for is mended in *theirs* only.
    """
    resources = {
        f"{found['address']}/{found.get('deposed', '')}":
            {**{key: found.get(key) for key in CHANGE_KEYS}, **change(found["change"])}
        for found in document.get("resource_changes", [])}
    for found in resources.values():
        if theirs and found["actions"] == ["create"]:
            # Terraform gives a reason for replacing what it creates.
            found["action_reason"] = None
    if partial:
        return {"resources": {address: found for address, found in resources.items()
                              if found["actions"] != ["no-op"]}}
    return {
        "resources": resources,
        "outputs": {name: change(found)
                    for name, found in document.get("output_changes", {}).items()},
        "planned": values(document.get("planned_values", {}), echo=True),
        "errored": document.get("errored", False), "applyable": document.get("applyable"),
        "complete": document.get("complete"),
    }


def values(document: dict[str, Any], *, echo: bool) -> dict[str, Any]:
    """The resources and outputs of ``planned_values`` or a state."""
    outputs = {
        name: {"sensitive": found.get("sensitive", False), "type": found.get("type"),
               "value": None if found.get("sensitive") else masked(found.get("value"))}
        for name, found in document.get("outputs", {}).items()
        # Terraform's state may lack an output that is null.
        if "value" not in found or found["type"] != "dynamic"}
    resources: dict[str, Any] = {}
    _resources(document.get("root_module", {}), resources, echo=echo)
    return {"outputs": outputs, "resources": resources}


def _resources(module: dict[str, Any], out: dict[str, Any], *, echo: bool) -> None:
    for found in module.get("resources", []):
        sensitive = found.get("sensitive_values")
        sensitive = echoed(sensitive) if echo else sensitive
        out[found["address"]] = {
            "index": found.get("index"), "sensitive": flags(sensitive),
            "values": masked(hidden(found.get("values") or {}, sensitive))}
    for child in module.get("child_modules", []):
        _resources(child, out, echo=echo)
