"""Management locks; what they stop is in ``app``."""

from __future__ import annotations

import copy
from typing import Any, Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.refusals import Refused
from vbrprov_azure.doubles.arm.tables import route

Json = dict[str, Any]
_PATH: Final = "/{scope}/providers/Microsoft.Authorization/locks/{lockName}"
_VERSION: Final = "2020-05-01"

#: https://learn.microsoft.com/en-us/rest/api/resources/management-locks
ROUTES: Final = (
    route("ManagementLocks.get_by_scope", "GET", _PATH, _VERSION, (200,)),
    route("ManagementLocks.create_or_update_by_scope", "PUT", _PATH, _VERSION, (200, 201)),
    route("ManagementLocks.delete_by_scope", "DELETE", _PATH, _VERSION, (200, 204)),
)


def read(call: Call) -> Answer:
    """One lock."""
    found = call.store.locks.get(call.id)
    if found is None:
        raise Refused("LockNotFound", f"The lock '{call.names['lockName']}' could not be found.")
    return Answer(200, copy.deepcopy(found))


def write(call: Call) -> Answer:
    """Create or change."""
    given = call.body.get("properties") or {}
    if given.get("level") not in ("CanNotDelete", "ReadOnly"):
        raise Refused("InvalidRequestContent", "level is CanNotDelete or ReadOnly.")
    if len(given.get("notes") or "") > 512:
        raise Refused("InvalidRequestContent", "Notes have 512 characters at most.")
    old = call.store.locks.get(call.id)
    body = {"id": call.path, "name": call.names["lockName"],
            "type": "Microsoft.Authorization/locks", "properties": dict(given)}
    call.store.locks[call.id] = body
    return Answer(201 if old is None else 200, copy.deepcopy(body))


def delete(call: Call) -> Answer:
    """Remove."""
    return Answer(204) if call.store.locks.pop(call.id, None) is None else Answer(200, {})


HANDLERS: Final = {
    "ManagementLocks.get_by_scope": read, "ManagementLocks.create_or_update_by_scope": write,
    "ManagementLocks.delete_by_scope": delete,
}
