"""The inventory of agents: protection groups and what is in them, as jobs name them."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam.server import Json, Server

INVENTORY = "/api/v1/inventory/physical"
GROUP = "ProtectionGroup"
_PAGE_SIZE = 200


def group_objects(server: Server, group_ids: Iterable[str]) -> list[Json]:
    """The inventory objects of whole protection groups, in the order of the ids.

    Raises:
        ProviderError: The inventory does not show one of them.
    """
    wanted = list(group_ids)
    if not wanted:
        return []
    found = {o["protectionGroupId"]: o for o in _browse(server, INVENTORY)
             if o.get("type") == GROUP and "protectionGroupId" in o}
    missing = [i for i in wanted if i not in found]
    if missing:
        raise ProviderError(
            ErrorClass.INVALID, "Protection group not found",
            f"The inventory of {server.label} shows no protection group with the id "
            f"{', '.join(missing)}.", attribute="protection_group_ids")
    return [found[i] for i in wanted]


def members(server: Server, group_id: str) -> list[Json]:
    """What the server shows in a protection group."""
    return [o for o in _browse(server, f"{INVENTORY}/{group_id}") if o.get("type") != GROUP]


def member(server: Server, group_id: str, name: str) -> Json:
    """The computer, cluster or container with that name in a protection group.

    Raises:
        ProviderError: The group shows none of that name, or several.
    """
    found = [o for o in members(server, group_id)
             if str(o.get("name", "")).casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ProviderError(
            ErrorClass.INVALID, "Computer not found",
            f"The protection group {group_id} on {server.label} shows no object named {name!r}.",
            hint="A computer is shown after the group's first rescan that reached it. Name the "
                 "whole group to protect what comes later.")
    kinds = ", ".join(sorted(str(o.get("type")) for o in found))
    raise ProviderError(
        ErrorClass.INVALID, "Name is not unique",
        f"The protection group {group_id} on {server.label} shows {len(found)} objects named "
        f"{name!r} ({kinds}).")


def _browse(server: Server, path: str) -> list[Json]:
    items: list[Json] = []
    while True:
        body = {"pagination": {"skip": len(items), "limit": _PAGE_SIZE}}
        answer: Json = server.post(path, body, reads=True) or {}
        page = answer.get("data") or []
        items += page
        if not page or len(items) >= ((answer.get("pagination") or {}).get("total") or 0):
            return items
