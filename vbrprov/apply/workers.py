"""Worker threads for provider calls: what is submitted comes back on the thread that collects."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from vbrprov.apply.order import Task
from vbrprov.plan.model import Action, Change
from vbrprov.values import Value

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

#: Makes the calls; the values of the object afterwards.
Work = Callable[[], Mapping[str, Value] | None]


class NotStartedError(Exception):
    """The run stops; this was not begun."""


class Finished(msgspec.Struct):
    """How a piece of work ended."""

    task: Task
    change: Change
    values: Mapping[str, Value] | None
    error: Exception | None
    seconds: float


class Workers:
    """Runs work on threads, which are made when there is some.

    Args:
        count: How many at most.
        event: Told that a piece begins.
        stopping: Whether nothing more is to begin.
    """

    def __init__(self, count: int, event: Callable[..., None],
                 stopping: Callable[[], bool]) -> None:
        self._count = count
        self._event = event
        self._stopping = stopping
        self._done: queue.SimpleQueue[Finished] = queue.SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None
        self.running = 0

    def submit(self, task: Task, change: Change, work: Work, *, destroying: bool) -> None:
        """Have *work* done for *task* as soon as a thread is free."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self._count, "apply")
        self.running += 1
        action = action_of(change, destroying=destroying)

        def job() -> None:
            started = time.monotonic()
            values: Mapping[str, Value] | None = None
            error: Exception | None = None
            try:
                if self._stopping():
                    raise NotStartedError
                self._event("apply_start", address=change.address, action=action)
                values = work()
            except Exception as caught:  # noqa: BLE001  # a worker must always report back
                error = caught
            self._done.put(Finished(task, change, values, error, time.monotonic() - started))

        self._pool.submit(job)

    def collect(self) -> Finished | None:
        """What ended next; ``None`` now and then, so that a signal handler gets its turn."""
        try:
            finished = self._done.get(timeout=0.5)
        except queue.Empty:
            return None
        self.running -= 1
        return finished

    def close(self) -> None:
        """Wait for what has begun."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)


def action_of(change: Change, *, destroying: bool) -> str:
    """What is done for a change, in the words of events."""
    if destroying:
        return "delete"
    return {Action.UPDATE: "update", Action.READ: "read"}.get(change.action, "create")
