"""Who we are, and whether somebody else still lives."""

from __future__ import annotations

import os

from vbrprov.platform_.system import system


def process_alive(pid: int) -> bool:
    """Whether a process with this id exists on this host."""
    return system.process_alive(pid)


def host_name() -> str:
    """The name of this machine; never empty."""
    import socket

    return socket.gethostname() or "unknown"


def user_name() -> str:
    """The user's name; works without a password entry, as in a container with a made-up id."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if value := os.environ.get(variable):
            return value
    return system.account_name() or f"uid {system.user_id()}"
