"""Named places where a test makes the program die or a disk fail.

Off unless ``VBRPROV_FAILPOINT_ENABLE=1``. ``VBRPROV_FAILPOINT`` then holds one or more entries,
separated by commas, each ``name[:N[+]][=action]``: at the N-th passage (default the first; with
``+``, at that one and every later one) do the action: ``kill`` (default: end at once, as by
SIGKILL), ``stop`` (as by SIGSTOP, until somebody sends SIGCONT; not on Windows), ``enospc``,
``eio``, ``edquot`` or ``erofs`` (raise that ``OSError``).

Two variables, so that one left in an environment by accident does nothing.
"""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Mapping

from vbrprov.platform_.system import system

_STOP = getattr(signal, "SIGSTOP", 0)
_ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO, "edquot": errno.EDQUOT, "erofs": errno.EROFS}


class _Trigger:
    """One entry of the variable."""

    __slots__ = ("action", "first", "passed", "repeats")

    def __init__(self, count: str, action: str) -> None:
        known = ("kill", "stop", *_ERRORS) if _STOP else ("kill", *_ERRORS)
        if action not in known:
            raise ValueError(f"VBRPROV_FAILPOINT: unknown action {action!r}")
        self.repeats = count.endswith("+")
        self.first = int(count.rstrip("+") or "1")
        self.action = action
        self.passed = 0


_armed: dict[str, list[_Trigger]] | None = None
_lock = threading.Lock()


def failpoint(name: str) -> None:
    """Fail here if a test asked for it; otherwise do nothing.

    Raises:
        OSError: The test asked for a disk error.
    """
    if _armed is None:
        return
    for trigger in _armed.get(name, ()):
        with _lock:
            trigger.passed += 1
            passed = trigger.passed
        if passed == trigger.first or (trigger.repeats and passed > trigger.first):
            if trigger.action == "kill":
                system.kill_self()
            if trigger.action == "stop":
                # To this thread: it goes no step further, while others stop a moment later.
                signal.pthread_kill(threading.get_ident(), _STOP)
                return
            code = _ERRORS[trigger.action]
            raise OSError(code, f"{os.strerror(code)} (failpoint {name})")


def arm(environment: Mapping[str, str]) -> None:
    """Read the two variables from *environment*; called once with the process's own."""
    global _armed
    text = environment.get("VBRPROV_FAILPOINT", "")
    if environment.get("VBRPROV_FAILPOINT_ENABLE") != "1" or not text:
        _armed = None
        return
    armed: dict[str, list[_Trigger]] = {}
    for entry in text.split(","):
        place, _, action = entry.strip().partition("=")
        name, _, count = place.partition(":")
        armed.setdefault(name, []).append(_Trigger(count, action or "kill"))
    _armed = armed


arm(os.environ)
