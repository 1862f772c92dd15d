"""What IAM's named objects have in common: one name, and telling ours from those of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from vbrprov.sdk import Model, OpenIntent, PlanDraft, Probe, ProbeVerdict
from vbrprov.sdk.planning import known, silent
from vbrprov.sdk.recovery import made_since

M = TypeVar("M", bound=Model)


def plan_name(plan: PlanDraft) -> None:
    """Refuse a name beside a prefix; ``id`` is the name."""
    if not silent(plan.config, "name") and not silent(plan.config, "name_prefix"):
        plan.error("Name stated twice", "name and name_prefix exclude each other.", "name_prefix")
    name = known(plan.planned, "name")
    if isinstance(name, str):
        plan.planned["id"] = name


def judged(thing: Mapping[str, Any] | None, intent: OpenIntent, subject: str,
           read: Callable[[], M | None]) -> Probe[M]:
    """Ours is what is on the intended path and not older than the intent.

    Args:
        thing: What the service says of the object of that name; ``None`` when there is none.
        intent: What an interrupted run was about to do.
        subject: What people call it.
        read: The object, in full.
    """
    if thing is None:
        return Probe(ProbeVerdict.ABSENT)
    created = thing.get("CreateDate")
    if created is None:
        return Probe(ProbeVerdict.UNKNOWN,
                     detail=f"The store does not tell when the {subject} was made.")
    if not made_since(created, intent.created) or (
            thing.get("Path", "/") != intent.identity.get("path", "/")):
        return Probe(ProbeVerdict.FOREIGN,
                     detail=f"The {subject} was created on {created:%Y-%m-%d %H:%M:%S} UTC, not by "
                            "the interrupted run.")
    state = read()
    return Probe(ProbeVerdict.OURS if state else ProbeVerdict.ABSENT, state=state)
