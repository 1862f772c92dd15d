"""veeam_object_storage_backup_job: backups of buckets and containers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from vbrprov.sdk import Model, attribute, block
from vbrprov.sdk.values import Value
from vbrprov_veeam import words
from vbrprov_veeam.api import Feature
from vbrprov_veeam.api.revisions import at_least
from vbrprov_veeam.jobs import schedule as times
from vbrprov_veeam.jobs import storage as stores
from vbrprov_veeam.jobs.base import Job, JobModel
from vbrprov_veeam.jobs.checks import own, own_word, positive, word
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Items, Leaf, Part, Shape

_KIND = "object_storage"


class TagBlock(Model):
    """A tag of objects or of their container."""

    name: str = attribute(doc="Name of the tag.", required=True)
    value: str = attribute(doc="Value of the tag.", required=True)
    of_object: bool = attribute(doc="A tag of objects, not of their container.", default=True)


class ObjectBlock(Model):
    """``object``: what is backed up."""

    server_id: str = attribute(doc="Id of the veeam_unstructured_data_server.", required=True)
    container: str | None = attribute(
        doc="Bucket or container; all of the storage when left out.")
    path: str | None = attribute(doc="Prefix in the container.")
    excluded_paths: list[str] = attribute(doc="Paths to leave out, such as tmp/*.", default=[])
    include_tag: list[TagBlock] = block(doc="Only objects with this tag.")
    exclude_tag: list[TagBlock] = block(doc="No objects with this tag.")


class StorageBlock(Model):
    """``storage``: where the backups go."""

    repository_id: str = attribute(doc="Id of the repository or scale-out repository.",
                                   required=True)
    source_backup_id: str | None = own("Id of an earlier backup to go on with.")


class RetentionBlock(Model):
    """``retention``: how long versions are kept."""

    type: str = word("What quantity counts.", "data_retention", default="days")
    quantity: int = attribute(doc="How many.", required=True, validators=(positive,))


class VersionsBlock(Model):
    """``versions``: how many versions of an object are kept."""

    limit: str = word("Where the limits count.", "version_retention", default="none")
    active: int | None = own("Versions of objects that are there.", validators=(positive,))
    deleted: int | None = own("Versions of objects that are deleted.", validators=(positive,))


class ArchiveBlock(Model):
    """``archive``: a second repository for old versions."""

    repository_id: str = attribute(doc="Id of the repository.", required=True)
    recent_versions: bool = attribute(doc="Archive the latest version too.", default=False)
    previous_versions: bool = attribute(doc="Archive older versions.", default=True)
    retention_unit: str | None = own_word("Unit of retention_quantity.", "archive_retention")
    retention_quantity: int | None = own("How long versions are kept.", validators=(positive,))
    scope: str | None = own_word("Which files.", "archive_scope")
    inclusion_masks: list[str] = attribute(doc="Masks of scope inclusion_mask.", default=[])
    exclusion_masks: list[str] = attribute(doc="Masks of scope exclusion_mask.", default=[])


class DataNotificationsBlock(stores.NotificationsBlock):
    """``notifications`` of a job for unstructured data."""

    email: stores.JobEmailBlock | None = block(doc="By e-mail; off when left out.")
    warn_of_skipped: bool | None = own("End with a warning when objects were skipped.")
    warn_of_attributes: bool | None = own("End with a warning when attributes were skipped.")


class ObjectStorageBackupJobModel(JobModel):
    """Arguments and attributes of ``veeam_object_storage_backup_job``."""

    high_priority: bool = attribute(doc="Serve it before other jobs.", default=False)
    compression: str | None = own_word("Compression.", "compression")
    encryption_password_id: str | None = attribute(
        doc="Id of the encryption password; no encryption when left out.")
    encryption_kms_server_id: str | None = attribute(
        doc="Id of the KMS server that holds the key, instead of a password.")
    object: list[ObjectBlock] = block(doc="What is backed up.", min_items=1)
    storage: StorageBlock | None = block(doc="Where the backups go.", min_items=1, max_items=1)
    retention: RetentionBlock | None = block(doc="How long versions are kept.", computed=True)
    gfs: stores.GfsBlock | None = block(
        doc="Backups that are kept for longer; from revision 1.3-rev2.")
    versions: VersionsBlock | None = block(
        doc="How many versions of an object are kept.", computed=True)
    archive: ArchiveBlock | None = block(doc="A second repository for old versions.")
    health_check: stores.HealthCheckBlock | None = block(
        doc="Checks that find damaged blocks; none when left out.")
    notifications: DataNotificationsBlock | None = block(doc="Who is told.", computed=True)
    scripts: stores.ScriptsBlock | None = block(
        doc="Commands on the backup server, before and after the job.")
    schedule: times.JobScheduleBlock | None = block(
        doc="When the job runs by itself; never when left out.")


@dataclass(frozen=True, slots=True)
class _Kind(Entry):
    """What an object of the job is, which the wire asks for from 1.3-rev2 on."""

    argument: str = "server_id"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the server, and the kind that container and path say."""
        raw["objectStorageServerId"] = model.server_id
        if at_least(server.revision, "1.3-rev2"):
            kind = "prefix" if model.path else "bucket" if model.container else "all"
            raw.setdefault("type", words.to_wire("data_object", kind))

    def read(self, raw: Json, model: type[Model]) -> str:
        """The server."""
        return str(raw.get("objectStorageServerId"))


@dataclass(frozen=True, slots=True)
class _Excluded(Entry):
    """Paths to leave out: texts, and from 1.3-rev2 on objects with a type."""

    argument: str = "excluded_paths"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the paths; the type of one that stays stays too."""
        current = raw.get("exclusionPathMask") or []
        if model.excluded_paths == [_path(mask) for mask in current]:
            return
        known = {_path(mask): mask for mask in current}
        newer = at_least(server.revision, "1.3-rev2")
        raw["exclusionPathMask"] = [
            known.get(path) or ({"path": path} if newer else path)
            for path in model.excluded_paths]

    def read(self, raw: Json, model: type[Model]) -> list[str]:
        """The paths."""
        return [_path(mask) for mask in raw.get("exclusionPathMask") or []]


def _path(mask: Any) -> str:
    return str(mask.get("path")) if isinstance(mask, dict) else str(mask)


_TAG = Shape(TagBlock, (Leaf("name", "name"), Leaf("value", "value"),
                        Leaf("of_object", "isObjectTag", always=True)))
_TAG_KEY = ("name", "value", "of_object")
_PRIMARY = "backupRepository"
_ADVANCED = f"{_PRIMARY}.advancedSettings"
_SHAPE = Shape(ObjectStorageBackupJobModel, (
    Leaf("high_priority", "isHighPriority"),
    Items("object", "objects", Shape(ObjectBlock, (
        _Kind(), Leaf("container", "container"), Leaf("path", "path"), _Excluded(),
        Items("include_tag", "inclusionTagMask", _TAG, _TAG_KEY),
        Items("exclude_tag", "exclusionTagMask", _TAG, _TAG_KEY),
    )), ("server_id", "container", "path")),
    Part("storage", _PRIMARY, Shape(StorageBlock, (
        Leaf("repository_id", "backupRepositoryId"),
        Leaf("source_backup_id", "sourceBackupId"))), switch=""),
    Part("retention", f"{_PRIMARY}.retentionPolicy", Shape(RetentionBlock, (
        Leaf("type", "type", "data_retention"), Leaf("quantity", "quantity"))), switch=""),
    Part("gfs", f"{_PRIMARY}.gfsPolicy", stores.GFS, since="1.3-rev2"),
    Part("versions", f"{_ADVANCED}.objectVersions", Shape(VersionsBlock, (
        Leaf("limit", "versionRetentionType", "version_retention"),
        Leaf("active", "activeVersionRetention"),
        Leaf("deleted", "deletedVersionRetention"))), switch=""),
    Leaf("compression", f"{_ADVANCED}.storageData.compressionLevel", "compression"),
    *stores.encryption(f"{_ADVANCED}.storageData.encryption"),
    Part("health_check", f"{_ADVANCED}.backupHealth", stores.HEALTH),
    Part("scripts", f"{_ADVANCED}.scripts", stores.SCRIPTS, switch="",
         told_by=("before", "after")),
    Part("notifications", f"{_ADVANCED}.notifications", Shape(DataNotificationsBlock, (
        stores.SNMP,
        Part("email", "emailNotifications", Shape(stores.JobEmailBlock, stores.JOB_EMAIL)),
        Leaf("warn_of_skipped", "triggerIssueJobWarning", always=True),
        Leaf("warn_of_attributes", "triggerAttributeIssueJobWarning", always=True))), switch=""),
    Part("archive", "archiveRepository", Shape(ArchiveBlock, (
        Leaf("repository_id", "archiveRepositoryId"),
        Leaf("recent_versions", "archiveRecentFileVersions", always=True),
        Leaf("previous_versions", "archivePreviousFileVersions", always=True),
        Leaf("retention_unit", "archiveRetentionPolicy.type", "archive_retention"),
        Leaf("retention_quantity", "archiveRetentionPolicy.quantity"),
        Leaf("scope", "fileArchiveSettings.archivalType", "archive_scope"),
        Leaf("inclusion_masks", "fileArchiveSettings.inclusionMask"),
        Leaf("exclusion_masks", "fileArchiveSettings.exclusionMask"))), switch="",
        drops=True),
    times.scheduled(times.FULL),
))


class ObjectStorageBackupJob(Job[ObjectStorageBackupJobModel]):
    """A job that backs up buckets and containers."""

    type_name = "veeam_object_storage_backup_job"
    model = ObjectStorageBackupJobModel
    doc = "Backups of what lies in buckets and containers."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/object_storage_backup_job.html"
    noun = "object storage backup job"
    feature = Feature.OBJECT_STORAGE_JOBS
    shapes: ClassVar[Mapping[str, Shape]] = {_KIND: _SHAPE}

    def kind_of(self, values: Mapping[str, Value]) -> str | None:
        """There is one kind."""
        return _KIND

    def kind_on_wire(self, raw: Json) -> str | None:
        """Object storage backup jobs only; the collection holds every kind of job."""
        return _KIND if raw.get("type") == "ObjectStorageBackup" else None

    def type_on_wire(self, server: Server, planned: ObjectStorageBackupJobModel) -> str:
        """One type."""
        return "ObjectStorageBackup"
