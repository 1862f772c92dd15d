"""What data sources tell of a repository of any type."""

from __future__ import annotations

from vbrprov.sdk import Model, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.links import look
from vbrprov_veeam.repositories.mounts import read_mount_servers
from vbrprov_veeam.server import REPOSITORIES, Json, Server


class RepositoryFacts(Model):
    """Attributes of a repository, whatever its type."""

    type: str | None = computed_attribute(
        doc="Type in the words of the server, such as AmazonS3 or LinuxLocal.")
    description: str | None = computed_attribute(doc="Description.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    connection_mode: str | None = computed_attribute(
        doc="direct or selected_gateway; nothing for other than object storage.")
    gateway_server_ids: list[str] = computed_attribute(doc="Ids of the gateway servers.")
    credentials_id: str | None = computed_attribute(doc="Id of the cloud credentials.")
    service_point: str | None = computed_attribute(
        doc="Address of the storage, where it has one of its own.")
    storage: str | None = computed_attribute(doc="Name of the bucket or container.")
    folder: str | None = computed_attribute(doc="Folder in it.")
    immutability_enabled: bool | None = computed_attribute(doc="Whether backups are immutable.")
    immutability_days: int | None = computed_attribute(doc="For how long.")
    mount_server_id: str | None = computed_attribute(doc="Id of its mount server.")
    task_limit: int | None = computed_attribute(
        doc="How many tasks may run at a time; nothing for no limit.")
    scale_out_repository_id: str | None = computed_attribute(
        doc="Id of the scale-out repository that it is an extent of.")
    is_online: bool | None = computed_attribute(doc="Whether the server reaches it.")
    capacity_gb: float | None = computed_attribute(doc="Capacity; for object storage its limit.")
    used_gb: float | None = computed_attribute(doc="Space that is used.")


def states(server: Server) -> dict[str, Json]:
    """Space and membership of all repositories, by id."""
    return {state["id"]: state for state in server.objects(f"{REPOSITORIES}/states")}


def facts(raw: Json, state: Json | None) -> dict[str, object]:
    """The attributes of one repository."""
    mode = words.from_wire("connection", look(raw, "account.connectionSettings.connectionType"))
    ids = look(raw, "account.connectionSettings.gatewayServerIds") or []
    immutability = look(raw, "bucket.immutability") or look(raw, "container.immutability") or {}
    shown = state or {}
    mount, _ = read_mount_servers(raw)
    details = shown.get("scaleOutRepositoryDetails") or {}
    return {
        "type": raw.get("type"), "description": raw.get("description"),
        "unique_id": raw.get("uniqueId"), "connection_mode": mode,
        "gateway_server_ids": sorted(ids) if mode == "selected_gateway" else [],
        "credentials_id": look(raw, "account.credentialsId"),
        "service_point": look(raw, "account.servicePoint"),
        "mount_server_id": mount.id if mount is not None else None,
        "task_limit": raw.get("maxTaskCount") if raw.get("taskLimitEnabled") else None,
        "storage": look(raw, "bucket.bucketName") or look(raw, "container.containerName")
        or look(raw, "account.vault.vaultId"),
        "folder": look(raw, "bucket.folderName") or look(raw, "container.folderName")
        or look(raw, "container.folder"),
        "immutability_enabled": immutability.get("isEnabled"),
        "immutability_days": immutability.get("daysCount")
        if immutability.get("isEnabled") else None,
        "scale_out_repository_id": details.get("scaleOutRepositoryId"),
        "is_online": shown.get("isOnline"), "capacity_gb": shown.get("capacityGB"),
        "used_gb": shown.get("usedSpaceGB"),
    }
