"""What the declared backup servers say of themselves."""

from __future__ import annotations

from collections.abc import Callable

from vbrprov.sdk import BackupServerView, Estate, Truth


def every_server(estate: Estate, condition: Callable[[BackupServerView], Truth]) -> Truth:
    """Whether *condition* holds for the backup server of an estate; ``NO`` when none is declared.

    Several declarations of one server add up. With several servers it is not known whose the
    objects are, so only what holds for all of them, or for none, is certain.
    """
    servers: dict[str, Truth] = {}
    for server in estate.servers:
        name = server.id.value if server.id.known and server.id.value else server.address
        servers[name] = servers.get(name, Truth.NO) | condition(server)
    if not servers:
        return Truth.NO
    found = set(servers.values())
    return found.pop() if len(found) == 1 else Truth.UNKNOWN
