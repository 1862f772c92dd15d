"""Arguments that all object storage repositories have in common."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.objects import TimedModel

DEFAULT_IMMUTABLE_DAYS = 30
MOST_IMMUTABLE_DAYS = 999
_IMMUTABILITY_SOURCE = (
    "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html")
_CMDLET = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
           "add-vbramazons3compatiblerepository.html")


def positive(value: Any) -> str | None:
    """Validator: a number above zero."""
    return None if value is None or value > 0 else "It must be greater than zero."


def port(value: Any) -> str | None:
    """Validator: a TCP port."""
    return None if value is None or 0 < value < 65536 else "It must be a port: 1 to 65535."


def _immutable_days(value: Any) -> str | None:
    if value is None or 1 <= value <= MOST_IMMUTABLE_DAYS:
        return None
    return f"It must be 1 to {MOST_IMMUTABLE_DAYS}."


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
        unit="days", source=_IMMUTABILITY_SOURCE, validators=(_immutable_days,))
    mode: str = attribute(
        doc="repository_settings: exactly the days above, and later as long as the blocks live on. "
            "retention_settings: as long as the job's retention, and at least those days.",
        default="repository_settings", choices=words.choices("immutability"))


class StorageLimitBlock(Model):
    """``storage_limit``: a soft limit of the space that backups take."""

    size: int = attribute(doc="How much.", required=True, validators=(positive,), source=_CMDLET)
    unit: str = attribute(doc="tb or pb.", default="tb", choices=words.choices("limit_unit"))


class LinuxMountServerBlock(Model):
    """``linux_mount_server``: a second mount server, for what needs Linux."""

    id: str = attribute(doc="Id of the managed server with that role.", required=True)
    write_cache_folder: str | None = attribute(
        doc="Folder of the write cache; the server's own setting when left out.", computed=True)
    vpower_nfs_enabled: bool | None = attribute(
        doc="Whether the vPower NFS service runs there; the server's own setting when left out.",
        computed=True)
    mount_port: int | None = attribute(
        doc="Mount port of the vPower NFS service.", computed=True, validators=(port,))
    vpower_nfs_port: int | None = attribute(
        doc="Port of the vPower NFS service.", computed=True, validators=(port,))


class MountServerBlock(LinuxMountServerBlock):
    """``mount_server``: the server that restores mount backups on."""

    os: str | None = attribute(
        doc="Operating system of the server; asked for when left out.", computed=True,
        choices=words.choices("operating_system"))


class RepositoryModel(TimedModel):
    """Arguments that every repository has."""

    name: str = attribute(doc="Name of the repository; unique on the server.", required=True)
    description: str = attribute(doc="Description.", default="")
    overwrite_owner: bool = attribute(
        doc="At creation, take the folder over from another backup server that owns it. That "
            "server loses the backups.", default=False)
    import_backups: bool = attribute(
        doc="At creation, look for backups in the folder and take them over.", default=False)
    import_index: bool = attribute(
        doc="At creation, with import_backups: take the index of guest files over too.",
        default=False)
    mode: str | None = attribute(
        doc="normal. A repository is sealed or put into maintenance only as an extent, in the "
            "performance_extent block of its scale-out repository (VBR092).",
        choices=("normal", "sealed", "maintenance"))
    delete_backups_on_destroy: bool = attribute(
        doc="When the repository is destroyed, delete the backups in it too.", default=False)
    deletion_policy: str = attribute(
        doc="What destroying does: PREVENT refuses it while the server knows backups in the "
            "repository, DELETE removes the repository from the server and leaves the backups in "
            "the storage, ABANDON only forgets it.", default="PREVENT",
        choices=("PREVENT", "DELETE", "ABANDON"))
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")


class LimitedRepositoryModel(RepositoryModel):
    """Arguments of repositories with a limit of tasks."""

    task_limit: int | None = attribute(
        doc="How many tasks may run at a time; no limit when left out.", validators=(positive,))


class OnlineRepositoryModel(LimitedRepositoryModel):
    """Arguments of the repositories that jobs can write to."""

    connection: ConnectionBlock | None = block(
        doc="Who moves the data; direct when left out.", computed=True)
    immutability: ImmutabilityBlock | None = block(
        doc="Immutability of backups; off when left out.", computed=True)
    storage_limit: StorageLimitBlock | None = block(
        doc="Soft limit of the space; none when left out.")
    mount_server: MountServerBlock | None = block(
        doc="Mount server; the default mount server when left out.", computed=True)
    linux_mount_server: LinuxMountServerBlock | None = block(
        doc="A second mount server, for Linux; mount_server is then the one for Windows.",
        computed=True)
