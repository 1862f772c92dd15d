"""Parts of a repository on the wire: connection, immutability, limit, mount server."""

from __future__ import annotations

from vbrprov_veeam import words
from vbrprov_veeam.differences import differences
from vbrprov_veeam.links import look, put
from vbrprov_veeam.repositories.model import (
    DEFAULT_IMMUTABLE_DAYS,
    ConnectionBlock,
    ImmutabilityBlock,
    MountServerBlock,
    StorageLimitBlock,
)
from vbrprov_veeam.server import MOUNT_SERVERS, Json, Server

#: Where a mount server keeps its write cache when it does not say so, by operating system.
_WRITE_CACHE = {"Windows": "C:\\ProgramData\\Veeam\\Backup\\IRCache\\",
                "Linux": "/var/lib/veeam/IRCache"}


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
    if not found.get("isEnabled"):
        known = state or ImmutabilityBlock()
        return ImmutabilityBlock(enabled=False, days=known.days, mode=known.mode)
    return ImmutabilityBlock(
        enabled=True, days=int(found.get("daysCount") or 0),
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
    if not found.get("isEnabled"):
        return None
    return StorageLimitBlock(
        size=int(found.get("consumptionLimitCount") or 0),
        unit=words.from_wire("limit_unit", found.get("consumptionLimitKind")) or "tb")


def write_mount_server(server: Server, raw: Json, wanted: MountServerBlock | None) -> None:
    """Set the mount server; what is left open comes from the server's own settings."""
    current = read_mount_server(raw)
    if wanted is None and current is not None:
        return
    if wanted is None or current is None or current.id != wanted.id:
        current = _resolved(server, wanted.id if wanted else None)
    for name in ("os", "write_cache_folder", "vpower_nfs_enabled"):
        chosen = getattr(wanted, name) if wanted is not None else None
        if chosen is not None:
            setattr(current, name, chosen)
    if read_mount_server(raw) == current:
        return
    kind = words.to_wire("operating_system", current.os or "linux")
    known = look(raw, f"mountServer.{kind.lower()}") or {}
    mount: Json = raw.setdefault("mountServer", {})
    # With a mount server for each system, the other one stays.
    if mount.get("mountServerSettingsType") != "Both":
        mount.clear()
        mount["mountServerSettingsType"] = kind
    mount[kind.lower()] = {
        **known, "mountServerId": current.id, "writeCacheFolder": current.write_cache_folder,
        "vPowerNFSEnabled": bool(current.vpower_nfs_enabled),
    }


def read_mount_server(raw: Json) -> MountServerBlock | None:
    """The mount server; with one for each system, the one for Windows."""
    mount = raw.get("mountServer") or {}
    for system in ("windows", "linux"):
        found = mount.get(system)
        if isinstance(found, dict):
            return MountServerBlock(
                id=str(found.get("mountServerId")), os=system,
                write_cache_folder=found.get("writeCacheFolder"),
                vpower_nfs_enabled=found.get("vPowerNFSEnabled"))
    return None


def _resolved(server: Server, server_id: str | None) -> MountServerBlock:
    role = (server.default_mount_server() if server_id is None
            else server.get(f"{MOUNT_SERVERS}/{server_id}"))
    kind = role.get("type") or "Windows"
    settings = role.get("settings") or {}
    return MountServerBlock(
        id=role["id"], os=words.from_wire("operating_system", kind),
        write_cache_folder=settings.get("writeCacheFolder") or _WRITE_CACHE.get(kind),
        vpower_nfs_enabled=bool(settings.get("vPowerNFSEnabled")))
