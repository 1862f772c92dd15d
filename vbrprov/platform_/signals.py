"""Orderly ends: from the first Ctrl-C to the third."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

from vbrprov.platform_.system import system

Handler = Callable[[int, FrameType | None], Any] | int | None


class InterruptWatcher:
    """Turn the user's and the supervisor's signals into two events.

    The first signal sets ``stop`` (start nothing new), the second ``abandon`` (do not wait for what
    is in flight), the third ends the process at once. Outside the main thread, where Python allows
    no handlers, this does nothing. A signal that was ignored on entry (``nohup``, a shell's
    background job) stays ignored.

    Args:
        on_signal: Called in a thread of its own with the signal's name and how many came so far.
    """

    def __init__(self, on_signal: Callable[[str, int], None] | None = None) -> None:
        self.stop = threading.Event()
        self.abandon = threading.Event()
        self._on_signal = on_signal
        self._previous: dict[signal.Signals, Handler] = {}
        # A handler runs between two bytecodes of the main thread, which may be inside Event.set or
        # Event.wait and hold the event's lock. SimpleQueue.put is the one call made for that case.
        self._arrived: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._count = 0
        self._last = 0
        self._thread: threading.Thread | None = None

    @property
    def count(self) -> int:
        """How many signals came."""
        return self._count

    @property
    def exit_status(self) -> int:
        """128 + the last signal's number (130 for INT, 143 for TERM); 0 when none came."""
        return 128 + self._last if self._last else 0

    def __enter__(self) -> Self:
        if threading.current_thread() is not threading.main_thread():
            return self
        self._thread = threading.Thread(target=self._deliver, name="signals", daemon=True)
        self._thread.start()
        for number in system.interrupt_signals():
            previous = signal.getsignal(number)
            if previous is not signal.SIG_IGN:
                self._previous[number] = previous
                signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, previous in self._previous.items():
            # None: set by C code, which Python cannot put back.
            signal.signal(number, signal.SIG_DFL if previous is None else previous)
        self._previous.clear()
        if self._thread is not None:
            self._arrived.put(None)
            self._thread.join()
            self._thread = None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
        self._last = number
        if self._count >= 3:
            os._exit(128 + number)
        self._arrived.put(number)

    def _deliver(self) -> None:
        delivered = 0
        while (number := self._arrived.get()) is not None:
            delivered += 1
            (self.stop if delivered == 1 else self.abandon).set()
            if self._on_signal is not None:
                self._on_signal(signal.Signals(number).name, delivered)
