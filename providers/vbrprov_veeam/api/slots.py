"""How many calls to one server may run at a time, whoever makes them."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterator

_ALL: weakref.WeakValueDictionary[str, Slots] = weakref.WeakValueDictionary()
_LOCK = threading.Lock()


class Slots:
    """The calls that run to one server, all clients of this process together.

    Attributes:
        limit: How many may run at a time; the lowest that any client asks for.
    """

    def __init__(self, limit: int) -> None:
        """Begin with none."""
        self.limit = limit
        self._taken = 0
        self._free = threading.Condition()

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a slot for the time of one call."""
        with self._free:
            while self._taken >= self.limit:
                self._free.wait()
            self._taken += 1
        try:
            yield
        finally:
            with self._free:
                self._taken -= 1
                self._free.notify()


def slots_of(authority: str, limit: int) -> Slots:
    """The slots of the server at *authority*."""
    with _LOCK:
        slots = _ALL.get(authority)
        if slots is None:
            slots = _ALL[authority] = Slots(limit)
        slots.limit = min(slots.limit, limit)
        return slots
