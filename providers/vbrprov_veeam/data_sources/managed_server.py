"""data veeam_managed_server: a server that somebody else added."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.server import MANAGED_SERVERS, Json, Server
from vbrprov_veeam.sources import DescribedModel, Lookup


class ManagedServerData(DescribedModel):
    """Arguments and attributes of ``data.veeam_managed_server``."""

    type: str | None = computed_attribute(doc="windows, linux or another kind of host.")
    status: str | None = computed_attribute(doc="Whether it answers: available or unavailable.")
    credentials_storage: str | None = computed_attribute(doc="How the backup server logs in.")
    credentials_id: str | None = computed_attribute(doc="Id of the stored credentials.")
    is_backup_server: bool | None = computed_attribute(doc="Whether it is the backup server.")
    is_default_mount_server: bool | None = computed_attribute(
        doc="Whether it is a default mount server.")


class ManagedServerSource(Lookup[ManagedServerData]):
    """One managed server."""

    type_name = "veeam_managed_server"
    model = ManagedServerData
    doc = "A managed server: a gateway, mount or distribution server."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/managed_servers.html"
    path = MANAGED_SERVERS
    noun = "managed server"

    def fields_of(self, server: Server, raw: Json) -> dict[str, Any]:
        """What a server is."""
        storage = words.from_wire("credentials_storage", raw.get("credentialsStorageType"))
        return super().fields_of(server, raw) | {
            "type": words.from_wire("server_type", raw.get("type")),
            "status": words.from_wire("status", raw.get("status")),
            "credentials_storage": storage,
            "credentials_id": raw.get("credentialsId") if storage == "permanent" else None,
            "is_backup_server": bool(raw.get("isBackupServer")),
            "is_default_mount_server": bool(raw.get("isDefaultMountServer")),
        }
