"""Importing the Azure libraries: on first use, once, and never on two threads at a time.

Reads and steps run on many threads. Where each imports what it needs first, Python sees two
threads wait for each other's half-imported modules, and gives one of them an error.
"""

from __future__ import annotations

import threading

_lock = threading.Lock()
_loaded = False


def load() -> None:
    """See that what all calls need is imported."""
    global _loaded
    if _loaded:
        return
    with _lock:
        if _loaded:
            return
        import azure.core.exceptions
        import azure.core.pipeline.policies
        import azure.core.rest
        import azure.mgmt.core.policies  # noqa: F401  # all are named again where they are used
        from azure.core.pipeline.transport import RequestsTransport  # noqa: F401  # made on demand

        _loaded = True


def load_storage() -> None:
    """See that the library for storage is imported; groups, roles and locks need none."""
    load()
    with _lock:
        import azure.mgmt.storage  # noqa: F401  # as above


def load_login() -> None:
    """See that the library for logging in is imported; the sandbox needs none."""
    load()
    with _lock:
        import azure.identity  # noqa: F401  # as above
