"""Objects whose step somebody has to carry out and confirm: what their record says about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.state.model import Instance, Status

#: Key in an instance's private data.
PENDING = "awaiting"


class Pending(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What an object waits for. Plain data without secrets.

    Attributes:
        action: ``create``, ``update`` or ``delete``.
        kind: Of the handwork.
        hash: Names the exact handwork.
        file: Where it was written.
        planned: The attributes to record once it is confirmed, as records have them.
        made: Whether the object was ever seen; otherwise the record holds what it is to be.
        since: UTC, ISO 8601.
    """

    action: str
    kind: str
    hash: str
    file: str = ""
    planned: dict[str, Any] = {}
    made: bool = False
    since: str = ""


def pending_of(instance: Instance | None) -> Pending | None:
    """What an object waits for; ``None`` when it waits for nothing."""
    if instance is None or instance.status is not Status.AWAITING:
        return None
    return msgspec.convert(instance.private.get(PENDING), Pending)


def is_made(instance: Instance) -> bool:
    """Whether the recorded object was ever seen to exist."""
    pending = pending_of(instance)
    return pending is None or pending.made


def awaiting(instance: Instance, pending: Pending) -> Instance:
    """The record of an object that waits for *pending*."""
    private: Mapping[str, Any] = {**instance.private, PENDING: msgspec.to_builtins(pending)}
    return msgspec.structs.replace(instance, status=Status.AWAITING, private=dict(private))


def settled(private: Mapping[str, Any]) -> dict[str, Any]:
    """Private data of an object that waits for nothing any more."""
    return {key: value for key, value in private.items() if key != PENDING}


def unfinished(instance: Instance) -> Instance:
    """The record of an object of which a call may have changed something.

    One that waits goes on waiting: that says more than incomplete.
    """
    if instance.status is Status.AWAITING:
        return instance
    return msgspec.structs.replace(instance, status=Status.INCOMPLETE)
