"""The blocks of ``azurerm_storage_account`` about blobs: blob service, lifecycle, retention."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Model, attribute, block
from vbrprov.sdk.values import BOOL, NUMBER, STRING, ListT, ObjectT

_SOFT = "https://learn.microsoft.com/en-us/azure/storage/blobs/soft-delete-blob-overview"
_LIFECYCLE = "https://learn.microsoft.com/en-us/azure/storage/blobs/lifecycle-management-overview"

LIFECYCLE_TYPE = ListT(ObjectT({"name": STRING, "enabled": BOOL, "prefix_match": ListT(STRING)}))
IMMUTABILITY_TYPE = ObjectT({
    "state": STRING, "period_since_creation_in_days": NUMBER,
    "allow_protected_append_writes": BOOL})


def _days(value: Any) -> str | None:
    return None if 1 <= value <= 365 else "A number of days is 1 to 365."


def _feed_days(value: Any) -> str | None:
    return None if 1 <= value <= 146000 else "A number of days is 1 to 146000."


def _not_negative(value: Any) -> str | None:
    return None if value >= 0 else "A number of days is not negative."


class DeleteRetentionBlock(Model):
    """Soft delete of blobs. Refused on storage that holds backups (VBR025)."""

    enabled: bool | None = attribute(
        doc="Whether deleted blobs are kept; on by itself when days is set.", default=None)
    days: int | None = attribute(doc="How long they are kept.", default=None, unit="days",
                                 validators=(_days,), source=_SOFT)
    permanent_delete_enabled: bool | None = attribute(
        doc="Allow to delete them for good before.", default=False)


class ContainerDeleteRetentionBlock(Model):
    """Soft delete of containers (VBR097)."""

    enabled: bool | None = attribute(
        doc="Whether deleted containers are kept; on by itself when days is set.", default=None)
    days: int | None = attribute(doc="How long they are kept.", default=None, unit="days",
                                 validators=(_days,))


class RestorePolicyBlock(Model):
    """Point-in-time restore."""

    days: int = attribute(doc="How far back; less than soft delete keeps blobs.", required=True,
                          unit="days", validators=(_days,))


class BlobPropertiesBlock(Model):
    """The blob service. All of it is always sent: what is left out is off."""

    versioning_enabled: bool | None = attribute(
        doc="Blob versioning, which immutable backups need. Off on new accounts and left as it is "
            "on others.", default=None)
    change_feed_enabled: bool | None = attribute(doc="Log all changes of blobs.", default=False)
    change_feed_retention_in_days: int | None = attribute(
        doc="How long that log is kept; for ever when left out.", default=None, unit="days",
        validators=(_feed_days,))
    last_access_time_enabled: bool | None = attribute(
        doc="Note when blobs are read, for lifecycle rules.", default=False)
    delete_retention_policy: DeleteRetentionBlock | None = block(
        doc="Soft delete of blobs; off when left out.", default=None, source=_SOFT)
    container_delete_retention_policy: ContainerDeleteRetentionBlock | None = block(
        doc="Soft delete of containers; off when left out.", default=None)
    restore_policy: RestorePolicyBlock | None = block(
        doc="Point-in-time restore; off when left out.", default=None)


class LifecycleRuleBlock(Model):
    """A lifecycle rule. Refused on storage that holds backups (VBR014)."""

    name: str = attribute(doc="Name of the rule, unique in the account.", required=True)
    enabled: bool | None = attribute(doc="Whether the rule is in force.", default=True)
    prefix_match: list[str] | None = attribute(
        doc="Blobs whose path (container/name) begins so; all when left out.", default=None)
    blob_types: list[str] | None = attribute(doc="Types of blobs.", default=None)
    tier_to_cool_after_days_since_modification_greater_than: int | None = attribute(
        doc="Age at which blobs are moved to cool.", default=None, unit="days",
        validators=(_not_negative,))
    tier_to_archive_after_days_since_modification_greater_than: int | None = attribute(
        doc="Age at which blobs are moved to archive.", default=None, unit="days",
        validators=(_not_negative,))
    delete_after_days_since_modification_greater_than: int | None = attribute(
        doc="Age at which blobs are deleted.", default=None, unit="days",
        validators=(_not_negative,), source=_LIFECYCLE)


class AccountImmutabilityBlock(Model):
    """Immutability of the whole account. Refused on storage that holds backups (VBR053)."""

    state: str = attribute(doc="Locked policies can only be made longer.", required=True,
                           choices=("Disabled", "Unlocked", "Locked"))
    period_since_creation_in_days: int = attribute(
        doc="How long each blob is immutable.", required=True, unit="days",
        validators=(_feed_days,))
    allow_protected_append_writes: bool | None = attribute(
        doc="Allow to append to blobs.", default=False)
