"""Parts of a repository on the wire: connection, immutability, limit."""

from __future__ import annotations

from vbrprov_veeam import words
from vbrprov_veeam.answers import flag, whole
from vbrprov_veeam.differences import differences
from vbrprov_veeam.links import look, put
from vbrprov_veeam.repositories.model import (
    DEFAULT_IMMUTABLE_DAYS,
    ConnectionBlock,
    ImmutabilityBlock,
    StorageLimitBlock,
)
from vbrprov_veeam.server import Json


def write_connection(raw: Json, connection: ConnectionBlock | None) -> None:
    """Set the mode and, with gateways, their ids.

    Servers show some ids with a direct connection too; they mean nothing and are left alone.
    """
    wanted = connection or ConnectionBlock()
    settings: Json = raw["account"].setdefault("connectionSettings", {})
    if "connectionType" in settings and not differences(read_connection(raw), wanted):
        return
    settings["connectionType"] = words.to_wire("connection", wanted.mode or "direct")
    if wanted.mode == "selected_gateway":
        settings["gatewayServerIds"] = sorted(wanted.gateway_server_ids or [])
    else:
        settings.pop("gatewayServerIds", None)


def read_connection(raw: Json) -> ConnectionBlock:
    """The mode, and the gateways where they count."""
    settings = look(raw, "account.connectionSettings") or {}
    mode = words.from_wire("connection", settings.get("connectionType")) or "direct"
    ids = settings.get("gatewayServerIds") or [] if mode != "direct" else []
    return ConnectionBlock(mode=mode, gateway_server_ids=set(ids))


def write_immutability(
    raw: Json, place: str, wanted: ImmutabilityBlock | None, *, with_mode: bool,
) -> None:
    """Set immutability of the bucket or container; old revisions know no mode."""
    current = look(raw, f"{place}.immutability")
    if wanted is None or not wanted.enabled:
        if current is not None and current.get("isEnabled"):
            current["isEnabled"] = False
        elif current is None:
            put(raw, f"{place}.immutability", {"isEnabled": False})
        return
    current = current or {}
    current["isEnabled"] = True
    current["daysCount"] = wanted.days or DEFAULT_IMMUTABLE_DAYS
    if with_mode:
        current["immutabilityMode"] = words.to_wire(
            "immutability", wanted.mode or "repository_settings")
    put(raw, f"{place}.immutability", current)


def read_immutability(raw: Json, place: str, state: ImmutabilityBlock | None) -> ImmutabilityBlock:
    """Immutability; while it is off, days and mode mean nothing and stay as configured."""
    found = look(raw, f"{place}.immutability") or {}
    if not flag(found.get("isEnabled")):
        known = state or ImmutabilityBlock()
        return ImmutabilityBlock(enabled=False, days=known.days, mode=known.mode)
    return ImmutabilityBlock(
        enabled=True, days=whole(found.get("daysCount")) or 0,
        mode=words.from_wire("immutability", found.get("immutabilityMode"))
        or "repository_settings")


def write_limit(raw: Json, place: str, wanted: StorageLimitBlock | None) -> None:
    """Set the limit of space."""
    path = f"{place}.storageConsumptionLimit"
    current = look(raw, path) or {}
    if wanted is None:
        put(raw, path, {**current, "isEnabled": False})
    else:
        put(raw, path, {**current, "isEnabled": True, "consumptionLimitCount": wanted.size,
                        "consumptionLimitKind": words.to_wire("limit_unit", wanted.unit or "tb")})


def read_limit(raw: Json, place: str) -> StorageLimitBlock | None:
    """The limit of space, ``None`` where there is none."""
    found = look(raw, f"{place}.storageConsumptionLimit") or {}
    if not flag(found.get("isEnabled")):
        return None
    return StorageLimitBlock(
        size=whole(found.get("consumptionLimitCount")) or 0,
        unit=words.from_wire("limit_unit", found.get("consumptionLimitKind")) or "tb")
