"""Arguments that all object storage repositories have in common."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.objects import ObjectModel

DEFAULT_IMMUTABLE_DAYS = 30
_IMMUTABILITY_SOURCE = (
    "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html")


def positive(value: Any) -> str | None:
    """Validator: a number above zero."""
    return None if value is None or value > 0 else "It must be greater than zero."


class ConnectionBlock(Model):
    """``connection``: who moves the data."""

    mode: str = attribute(
        doc="direct: the computers talk to the storage themselves. selected_gateway: data passes "
            "the gateway servers.", default="direct", choices=words.choices("connection"))
    gateway_server_ids: set[str] = attribute(
        doc="Ids of the gateway servers; with mode selected_gateway only.", default=[])


class ImmutabilityBlock(Model):
    """``immutability``: for how long nobody can delete backups."""

    enabled: bool = attribute(doc="Whether backups are immutable.", default=True)
    days: int = attribute(
        doc="For how long; the server allows 1 to 999.", default=DEFAULT_IMMUTABLE_DAYS,
        unit="days", source=_IMMUTABILITY_SOURCE)
    mode: str = attribute(
        doc="repository_settings: exactly the days above, and later as long as the blocks live on. "
            "retention_settings: as long as the job's retention, and at least those days.",
        default="repository_settings", choices=words.choices("immutability"))


class StorageLimitBlock(Model):
    """``storage_limit``: a soft limit of the space that backups take."""

    size: int = attribute(doc="How much.", required=True, validators=(positive,))
    unit: str = attribute(doc="tb or pb.", default="tb", choices=words.choices("limit_unit"))


class MountServerBlock(Model):
    """``mount_server``: the server that restores mount backups on."""

    id: str = attribute(doc="Id of the managed server with that role.", required=True)
    os: str | None = attribute(
        doc="Operating system of the server; asked for when left out.", computed=True,
        choices=words.choices("operating_system"))
    write_cache_folder: str | None = attribute(
        doc="Folder of the write cache; the server's own setting when left out.", computed=True)
    vpower_nfs_enabled: bool | None = attribute(
        doc="Whether the vPower NFS service runs there; the server's own setting when left out.",
        computed=True)


class RepositoryModel(ObjectModel):
    """Arguments that every repository has."""

    name: str = attribute(doc="Name of the repository; unique on the server.", required=True)
    description: str = attribute(doc="Description.", default="")
    overwrite_owner: bool = attribute(
        doc="At creation, take the folder over from another backup server that owns it. That "
            "server loses the backups.", default=False)
    delete_backups_on_destroy: bool = attribute(
        doc="When the repository is destroyed, delete the backups in it too.", default=False)
    deletion_policy: str = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE removes the repository from the "
            "server, ABANDON only forgets it.", default="PREVENT",
        choices=("PREVENT", "DELETE", "ABANDON"))
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")


class OnlineRepositoryModel(RepositoryModel):
    """Arguments of the repositories that jobs can write to."""

    task_limit: int | None = attribute(
        doc="How many tasks may run at a time; no limit when left out.", validators=(positive,))
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)
    immutability: ImmutabilityBlock | None = block(
        doc="Immutability of backups; off when left out.", computed=True)
    storage_limit: StorageLimitBlock | None = block(
        doc="Soft limit of the space; none when left out.")
    mount_server: MountServerBlock | None = block(
        doc="Mount server; the default mount server when left out.", computed=True)
