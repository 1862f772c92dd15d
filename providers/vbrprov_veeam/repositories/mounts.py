"""Mount servers of a repository on the wire: one, or one for each operating system."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam import words
from vbrprov_veeam.links import look
from vbrprov_veeam.repositories.model import LinuxMountServerBlock, MountServerBlock
from vbrprov_veeam.server import MOUNT_SERVERS, Json, Server

#: Where a mount server keeps its write cache when it does not say so, by operating system.
_WRITE_CACHE = {"Windows": "C:\\ProgramData\\Veeam\\Backup\\IRCache\\",
                "Linux": "/var/lib/veeam/IRCache"}
_SETTINGS = ("write_cache_folder", "vpower_nfs_enabled", "mount_port", "vpower_nfs_port")
_PORTS = {"mount_port": "mountPort", "vpower_nfs_port": "vPowerNFSPort"}


def write_mount_servers(
    server: Server, raw: Json, wanted: MountServerBlock | None,
    for_linux: LinuxMountServerBlock | None,
) -> None:
    """Set the mount servers; what is left open comes from the servers' own settings.

    A second one that the server has and configuration leaves out stays.
    """
    current, beside = read_mount_servers(raw)
    first = _chosen(server, current, wanted)
    mount: Json = raw.setdefault("mountServer", {})
    if first is not None and first != current:
        kind = "Windows" if for_linux or beside else words.to_wire(
            "operating_system", first.os or "linux")
        known = look(raw, f"mountServer.{kind.lower()}") or {}
        if mount.get("mountServerSettingsType") != "Both":
            mount.clear()
            mount["mountServerSettingsType"] = kind
        mount[kind.lower()] = _shown(known, first)
    if for_linux is None:
        return
    second = _chosen(server, beside, for_linux)
    if second != beside and second is not None:
        mount["mountServerSettingsType"] = "Both"
        mount["linux"] = _shown(mount.get("linux") or {}, second)


def read_mount_servers(raw: Json) -> tuple[MountServerBlock | None, LinuxMountServerBlock | None]:
    """The mount server, and with one for each system that for Linux."""
    mount = raw.get("mountServer") or {}
    kind = str(mount.get("mountServerSettingsType"))
    # Of the settings for a system that the type does not name, examples show leftovers.
    found = {system: mount[system] for system in ("windows", "linux")
             if isinstance(mount.get(system), dict) and kind in (system.capitalize(), "Both")}
    if not found:
        return None, None
    first = next(iter(found))
    beside = LinuxMountServerBlock(**_read(found["linux"])) if len(found) == 2 else None
    return MountServerBlock(os=first, **_read(found[first])), beside


def _read(found: Json) -> dict[str, Any]:
    ports = found.get("vPowerNFSPortSettings") or {}
    return {
        "id": found["mountServerId"], "write_cache_folder": found.get("writeCacheFolder"),
        "vpower_nfs_enabled": found.get("vPowerNFSEnabled"),
        **{name: ports.get(wire) for name, wire in _PORTS.items()}}


def _shown(known: Json, block: LinuxMountServerBlock) -> Json:
    shown = {**known, "mountServerId": block.id, "writeCacheFolder": block.write_cache_folder,
             "vPowerNFSEnabled": bool(block.vpower_nfs_enabled)}
    ports = {wire: value for name, wire in _PORTS.items()
             if (value := getattr(block, name)) is not None}
    if ports:
        shown["vPowerNFSPortSettings"] = {**known.get("vPowerNFSPortSettings", {}), **ports}
    return shown


def _chosen(
    server: Server, current: Any, wanted: LinuxMountServerBlock | None,
) -> Any:
    """The settings to send: those of configuration over the present or the server's own ones."""
    if wanted is None and current is not None:
        return current
    if wanted is None or current is None or current.id != wanted.id:
        block = _resolved(server, wanted.id if wanted else None)
    else:
        block = current.copy()
    for name in ("os", *_SETTINGS):
        chosen = getattr(wanted, name, None)
        if chosen is not None and hasattr(block, name):
            setattr(block, name, chosen)
    if isinstance(wanted, LinuxMountServerBlock) and not isinstance(wanted, MountServerBlock):
        return LinuxMountServerBlock(id=block.id, **{n: getattr(block, n) for n in _SETTINGS})
    return block


def _resolved(server: Server, server_id: str | None) -> MountServerBlock:
    from vbrprov_veeam.api import Feature

    server.require(Feature.MOUNT_SERVERS)
    role = (server.default_mount_server() if server_id is None
            else server.find(f"{MOUNT_SERVERS}/{server_id}"))
    if role is None:
        raise ProviderError(
            ErrorClass.INVALID, "Not a mount server",
            f"{server.label} has no mount server with the id {server_id}.",
            attribute="mount_server",
            hint="Give the managed server that role: see veeam_mount_server.")
    kind = role.get("type") or "Windows"
    settings = role.get("settings") or {}
    return MountServerBlock(
        id=role["id"], os=words.from_wire("operating_system", kind),
        write_cache_folder=settings.get("writeCacheFolder") or _WRITE_CACHE.get(kind),
        vpower_nfs_enabled=bool(settings.get("vPowerNFSEnabled")),
        mount_port=None, vpower_nfs_port=None)
