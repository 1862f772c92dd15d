"""data veeam_mount_server: the mount server role of a managed server."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.links import look
from vbrprov_veeam.lookups import one
from vbrprov_veeam.server import MANAGED_SERVERS, MOUNT_SERVERS, Json, Server
from vbrprov_veeam.sources import Lookup, LookupModel


class MountServerData(LookupModel):
    """Arguments and attributes of ``data.veeam_mount_server``; id and name are its host's."""

    os: str | None = computed_attribute(doc="windows or linux.")
    write_cache_folder: str | None = computed_attribute(doc="Folder of the write cache.")
    vpower_nfs_enabled: bool | None = computed_attribute(
        doc="Whether the vPower NFS service runs there.")
    default: bool | None = computed_attribute(
        doc="Whether repositories use it when they name none.")


class MountServerSource(Lookup[MountServerData]):
    """One mount server, by its host."""

    type_name = "veeam_mount_server"
    model = MountServerData
    doc = "The mount server role of a managed server."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/mount_server.html"
    path = MOUNT_SERVERS
    noun = "mount server"

    def found(self, client: Server, config: MountServerData) -> Json:
        """The role: it has no name of its own, so a name is looked for among the hosts."""
        if config.id is not None or config.name is None:
            return super().found(client, config)
        host = one(client, MANAGED_SERVERS, "managed server", object_id=None, name=config.name,
                   names=self.names, describe=lambda raw: str(raw.get("type")))
        return super().found(client, config.copy(id=host["id"], name=None))

    def fields_of(self, server: Server, raw: Json) -> dict[str, Any]:
        """The settings."""
        host = server.find(f"{MANAGED_SERVERS}/{raw['id']}") or {}
        return {
            "name": host.get("name"),
            "os": words.from_wire("operating_system", raw.get("type")),
            "write_cache_folder": look(raw, "settings.writeCacheFolder"),
            "vpower_nfs_enabled": bool(look(raw, "settings.vPowerNFSEnabled")),
            "default": bool(raw.get("isDefault")),
        }
