"""Finding out whether an object was made by an interrupted run, or by one that nobody recorded."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from vbrprov.sdk.model import Model
from vbrprov.sdk.resource import (
    OpenIntent,
    Probe,
    ProbeVerdict,
    ResourceType,
    Step,
    StepContext,
)

M = TypeVar("M", bound=Model)
C = TypeVar("C")

#: How far this machine's clock may be ahead of a cloud's; calls fail beyond a few minutes anyway.
CLOCK_SKEW: Final = timedelta(minutes=1)


def made_since(created: datetime, intent: str) -> bool:
    """Whether something *created* then can come from an intent written at the time *intent*.

    Args:
        created: The service's own time of creation, exact to the second.
        intent: RFC 3339 time of the intent.
    """
    written = datetime.fromisoformat(intent)
    if written.tzinfo is None:
        written = written.replace(tzinfo=UTC)
    return created >= written - CLOCK_SKEW


#: Before every object: nothing is older than an intent of that time.
LONG_AGO: Final = datetime(1970, 1, 2, tzinfo=UTC).isoformat()


def lost_intent(identity: Any, token: str = "") -> OpenIntent:
    """The intent of a creation of which nothing is recorded, and that may be any time ago."""
    return OpenIntent(step="create", action="create", identity=dict(identity), token=token,
                      listed_before=(), created=LONG_AGO)


def find_by_probe(kind: ResourceType[M, C], client: C, planned: M, ctx: StepContext) -> Probe[M]:
    """Ask the probe of a type, by the identity that a creation would have now.

    Raises:
        ProviderError: The service could not be asked.
    """
    step = _first(kind, client, planned, ctx)
    again = _first(kind, client, planned, ctx)
    if step is None or again is None:
        return Probe(ProbeVerdict.ABSENT)
    if step.identity != again.identity:
        return Probe(ProbeVerdict.UNKNOWN, detail="Its name was made up when it was created, so "
                     "that nothing tells which one it is.")
    token = kind.read_token(client, step.identity.data, ctx)
    found = kind.probe(client, lost_intent(step.identity.data, token), ctx)
    return msgspec.structs.replace(found, token=token)


def made_up_token(stack: str, text: str) -> str:
    """A token of a stack for an object that is known by an id which only this stack makes up."""
    digest = hashlib.sha256(f"{stack[:8]}/{text}".encode()).hexdigest()
    return f"{stack[:8]}-{digest[:16]}" if stack else ""


def by_name(state: M | None, token: str = "") -> Probe[M]:
    """What a look by the name came to; *token* is the one that the object bears."""
    if state is None:
        return Probe(ProbeVerdict.ABSENT)
    return Probe(ProbeVerdict.OURS, state=state, token=token)


def _first(kind: ResourceType[M, C], client: C, planned: M, ctx: StepContext) -> Step[M] | None:
    """The step that would create the object; nothing is run."""
    steps = kind.steps(client, None, planned, ctx)
    try:
        step: Step[M] = next(steps)
    except StopIteration:
        return None
    finally:
        steps.close()
    return step
