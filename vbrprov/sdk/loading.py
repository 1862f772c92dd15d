"""Importing the libraries of services: on first use, once, and never on two threads at a time.

Reads and steps run on many threads. Where each imports what it needs first, Python sees two
threads wait for each other's half-imported modules, and gives one of them an error. Libraries of
different services share others below them, so that one lock is for all.
"""

from __future__ import annotations

import importlib
import threading

_lock = threading.RLock()
_loaded: set[str] = set()


def load(*names: str) -> None:
    """See that the modules of these names are imported."""
    if _loaded.issuperset(names):
        return
    with _lock:
        for name in names:
            importlib.import_module(name)
            _loaded.add(name)
