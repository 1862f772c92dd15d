"""When to try again, and for how long to wait: busy servers, and timeouts of single objects."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from vbrprov.sdk import ErrorClass, Model, ProviderError, attribute

T = TypeVar("T")

_TURNS = 5
_LONGEST_SECONDS = 60.0
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def _duration(value: Any) -> str | None:
    if value is None or (value and _DURATION.fullmatch(value) and seconds(value) > 0):
        return None
    return "It must be a duration such as 90s, 45m or 1h30m."


def seconds(duration: str) -> int:
    """A duration such as ``1h30m`` in seconds."""
    found = _DURATION.fullmatch(duration)
    hours, minutes, rest = found.groups(default="0") if found else ("0", "0", "0")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


class TimeoutsBlock(Model):
    """``timeouts``: for how long to wait for the server; the provider's setting when left out."""

    create: str | None = attribute(doc="For the creation, such as 45m.", validators=(_duration,))
    update: str | None = attribute(doc="For a change.", validators=(_duration,))
    delete: str | None = attribute(doc="For the deletion.", validators=(_duration,))


def timeout_of(model: Any, action: str) -> float | None:
    """The seconds that *model* allows for an action; ``None`` where it says nothing."""
    block = getattr(model, "timeouts", None)
    said = None if block is None else getattr(block, action)
    return None if said is None else float(seconds(said))


def repeated_while_busy(action: Callable[[], T], sleep: Callable[[float], None]) -> T:
    """Do *action*, again from its beginning while the server says that it is busy.

    For writes: *action* looks before it writes, so that nothing is written blindly.
    """
    for turn in range(_TURNS):
        try:
            return action()
        except ProviderError as error:
            if error.kind is not ErrorClass.THROTTLED or turn == _TURNS - 1:
                raise
            asked = getattr(error.__cause__, "retry_after", None)
            pause = float(2**turn) if asked is None else asked
            if pause > _LONGEST_SECONDS:
                raise
            sleep(pause)
    raise AssertionError("unreachable")
