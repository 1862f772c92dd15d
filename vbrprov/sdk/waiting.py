"""Waiting for services: repeat a call while it fails for a reason that passes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from vbrprov.sdk.resource import ErrorClass, ProviderError, StepContext

T = TypeVar("T")

#: Longest pause between two attempts, in seconds.
LONGEST_PAUSE_SECONDS: Final = 30.0

_random = random.SystemRandom()


def retry(
    call: Callable[[], T], ctx: StepContext, kinds: frozenset[ErrorClass], window: float,
    first: float = 0.4,
) -> T:
    """Repeat *call* for up to *window* seconds while it raises one of *kinds*.

    Pauses double from *first* seconds and are drawn at random, so that many steps that met the
    same limit do not return at the same moment.
    """
    deadline = time.monotonic() + min(window, ctx.timeout)
    pause = first
    while True:
        try:
            return call()
        except ProviderError as error:
            wait = pause * _random.uniform(0.5, 1.0)
            late = time.monotonic() + wait > deadline
            if error.kind not in kinds or late or ctx.stop.is_set():
                raise
        ctx.sleep(wait)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
