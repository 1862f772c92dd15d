"""A clock that no one sets, and that goes on while the machine sleeps where the system has one."""

from __future__ import annotations

import time

#: Linux has a clock of its own for that; on macOS this one counts sleep, unlike Python's.
_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def steady() -> float:
    """Seconds since some moment; only differences mean something."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
