"""Tags: a resource's own, the provider's defaults, and what the cloud added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from vbrprov.sdk import PlanDraft
from vbrprov.sdk.model import to_python, to_value
from vbrprov.sdk.values import STRING, MapT, Unknown, is_wholly_known
from vbrprov_s3.facet_writer import SYSTEM_TAG_PREFIX

_TAGS = MapT(STRING)


class Tagging(Protocol):
    """A client that has tags for everything."""

    default_tags: Mapping[str, str]


def own_tags(
    client: Tagging, live: Mapping[str, str], stated: Mapping[str, str] | None,
) -> dict[str, str] | None:
    """Of the *live* tags those that the resource itself states: all but the provider's defaults."""
    defaults = client.default_tags
    out = {
        key: value for key, value in live.items()
        if not (defaults.get(key) == value and key not in (stated or {}))
    }
    if not out and stated is None:
        return None
    return out


def without_system(live: Mapping[str, str]) -> dict[str, str]:
    """The tags without the cloud's own."""
    return {k: v for k, v in live.items() if not k.startswith(SYSTEM_TAG_PREFIX)}


def plan_tags_all(plan: PlanDraft) -> None:
    """Fill ``tags_all`` in as far as it is known."""
    tags = plan.planned.get("tags")
    if plan.client is None or not is_wholly_known(tags):
        plan.planned["tags_all"] = Unknown(_TAGS, not_null=True)
        return
    merged = {**plan.client.default_tags, **(to_python(tags) or {})}
    plan.planned["tags_all"] = to_value(merged, _TAGS)


def wire_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as AWS takes them, in a steady order."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def unwire_tags(entries: list[dict[str, str]]) -> dict[str, str]:
    """Tags as AWS gives them."""
    # An empty value may be left out of the answer.
    return {entry["Key"]: entry.get("Value", "") for entry in entries}
