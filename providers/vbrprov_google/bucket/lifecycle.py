"""Lifecycle rules: blocks, what goes over the wire, and what guardrails see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from vbrprov_google.bucket.model import (
    LifecycleActionBlock,
    LifecycleConditionBlock,
    LifecycleRuleBlock,
)

Rule = dict[str, Any]

_FIELDS: Final = {
    "age": "age", "created_before": "createdBefore", "custom_time_before": "customTimeBefore",
    "days_since_custom_time": "daysSinceCustomTime",
    "days_since_noncurrent_time": "daysSinceNoncurrentTime",
    "noncurrent_time_before": "noncurrentTimeBefore", "num_newer_versions": "numNewerVersions",
    "matches_storage_class": "matchesStorageClass", "matches_prefix": "matchesPrefix",
    "matches_suffix": "matchesSuffix",
}
_STATES: Final = {"LIVE": True, "ARCHIVED": False}


def wire(rule: LifecycleRuleBlock) -> Rule:
    """A block as the API takes it."""
    stated, when = rule.action, rule.condition
    action = {} if stated is None else {"type": stated.type}
    if stated is not None and stated.storage_class:
        action["storageClass"] = stated.storage_class
    condition: dict[str, Any] = {}
    if when is not None:
        condition = {field: value for name, field in _FIELDS.items()
                     if (value := getattr(when, name)) not in (None, [])}
        if when.with_state in _STATES:
            condition["isLive"] = _STATES[when.with_state]
    return {"action": action, "condition": condition}


def block_of(rule: Mapping[str, Any]) -> LifecycleRuleBlock:
    """A rule of the API as a block; conditions that no block has are left out."""
    action, condition = rule.get("action", {}), rule.get("condition", {})
    live = condition.get("isLive")
    state = None if live is None else "LIVE" if live else "ARCHIVED"
    return LifecycleRuleBlock(
        action=LifecycleActionBlock(type=str(action.get("type", "")),
                                    storage_class=action.get("storageClass")),
        condition=LifecycleConditionBlock(
            with_state=state,
            **{name: condition[field] for name, field in _FIELDS.items() if field in condition}))


def normal(rules: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Rules in a form that can be compared: their order says nothing."""
    return tuple(sorted(json.dumps(
        {"action": r.get("action", {}), "condition": r.get("condition", {})}, sort_keys=True)
        for r in rules))


def added_by_google(rule: Mapping[str, Any]) -> bool:
    """Whether it is one of the two rules that Google adds with versioning.

    One limits how many noncurrent versions there are, the other how old they get; neither touches
    a live object. https://helpcenter.veeam.com/docs/vbr/userguide/general_limitations.html
    """
    condition = dict(rule.get("condition", {}))
    if rule.get("action", {}).get("type") != "Delete" or condition.pop("isLive", False):
        return False
    return set(condition) in ({"numNewerVersions"}, {"daysSinceNoncurrentTime"}) and all(
        value >= 1 for value in condition.values())


def shown(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rules as guardrails see them: one entry for each prefix of each rule."""
    out: list[dict[str, Any]] = []
    for number, rule in enumerate(rules, 1):
        kind = rule.get("action", {}).get("type")
        for prefix in rule.get("condition", {}).get("matchesPrefix") or [None]:
            out.append({
                "id": f"{number} ({kind})", "enabled": True, "prefix": prefix,
                "only_abort_multipart": kind == "AbortIncompleteMultipartUpload",
                "provider_added": added_by_google(rule)})
    return out
