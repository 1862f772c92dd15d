"""Revisions of the API: which exist, what each can do, and how each spells things.

The code above this package uses the words of 1.3-rev2 in every revision. `Wire` turns them into
those of the revision in use, and back. The tables come from comparing the vendor's documents.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vbrprov_veeam.api.values import Json, JsonValue

# Newest first: negotiation takes the first one that the server has.
KNOWN_REVISIONS = ("1.3-rev2", "1.3-rev1", "1.3-rev0", "1.2-rev1")


class Feature(Enum):
    """What only some revisions have."""

    VAULT_REPOSITORY = "Veeam Data Cloud Vault repositories"
    MOUNT_SERVERS = "mount servers"
    PROTECTION_GROUPS = "protection groups"
    AGENT_JOBS = "agent backup jobs"
    BACKUP_COPY_JOBS = "backup copy jobs"
    AZURE_AND_GOOGLE_IMMUTABILITY = "immutability on Azure Blob and Google Cloud"
    IMMUTABILITY_MODE = "the immutability mode of repositories"
    VERIFY_ENCRYPTION_PASSWORD = "checks of encryption passwords"  # noqa: S105  # no password
    AGENT_POLICIES = "agent backup policies"
    COMPUTER_TRUST = "trusted computers of protection groups"
    OBJECT_STORAGE_JOBS = "object storage backup jobs"
    AUTO_PROVISIONED_BUCKETS = "automatic creation of buckets"
    ACCESS_PERMISSIONS = "access permissions of repositories"
    VAULT_ARCHIVE_REPOSITORY = "Veeam Data Cloud Vault archive repositories"
    CLOUD_MACHINE_GROUPS = "protection groups of cloud machines"
    FAILOVER_CLUSTER_JOBS = "agent backup jobs of failover clusters"


_FIRST_REVISION: dict[Feature, str] = {
    Feature.VAULT_REPOSITORY: "1.3-rev0",
    Feature.MOUNT_SERVERS: "1.3-rev0",
    Feature.PROTECTION_GROUPS: "1.3-rev0",
    Feature.AGENT_JOBS: "1.3-rev0",
    Feature.BACKUP_COPY_JOBS: "1.3-rev0",
    Feature.AZURE_AND_GOOGLE_IMMUTABILITY: "1.3-rev0",
    Feature.IMMUTABILITY_MODE: "1.3-rev0",
    Feature.VERIFY_ENCRYPTION_PASSWORD: "1.3-rev0",
    Feature.AGENT_POLICIES: "1.3-rev1",
    Feature.COMPUTER_TRUST: "1.3-rev1",
    Feature.OBJECT_STORAGE_JOBS: "1.3-rev1",
    Feature.AUTO_PROVISIONED_BUCKETS: "1.3-rev1",
    Feature.ACCESS_PERMISSIONS: "1.3-rev2",
    Feature.VAULT_ARCHIVE_REPOSITORY: "1.3-rev2",
    Feature.CLOUD_MACHINE_GROUPS: "1.3-rev1",
    Feature.FAILOVER_CLUSTER_JOBS: "1.3-rev2",
}


def at_least(revision: str, other: str) -> bool:
    """Tell whether *revision* is *other* or newer."""
    return KNOWN_REVISIONS.index(revision) <= KNOWN_REVISIONS.index(other)


def supports(revision: str, feature: Feature) -> bool:
    """Tell whether *revision* has *feature*."""
    return at_least(revision, _FIRST_REVISION[feature])


def first_revision(feature: Feature) -> str:
    """Return the oldest revision that has *feature*."""
    return _FIRST_REVISION[feature]


# 1.3-rev2 spelling -> that of every older revision.
_OLD_PROPERTIES = {"syntheticFulls": "synthenticFulls", "removeData": "RemoveData"}
_OLD_REPOSITORY_TYPES = {
    "DellDataDomain": "DDBoost",
    "HPEStoreOnce": "HPStoreOnceIntegration",
    "QuantumDXi": "Quantum",
    "S3Integrated": "SmartObjectS3",
}


class Wire:
    """Turns bodies into the words of one revision, and back."""

    def __init__(self, revision: str) -> None:
        """Use the tables of *revision*."""
        self.revision = revision
        renamed = not at_least(revision, "1.3-rev2")
        self._properties = _OLD_PROPERTIES if renamed else {}
        self._types = _OLD_REPOSITORY_TYPES if renamed else {}

    def encode(self, body: JsonValue) -> JsonValue:
        """Return *body* as this revision wants it."""
        return self._mapped(body, self._properties, self._types, self._encode_mount)

    def decode(self, body: JsonValue) -> JsonValue:
        """Return *body*, as this revision sent it, in the words of 1.3-rev2."""
        properties = {old: new for new, old in self._properties.items()}
        types = {old: new for new, old in self._types.items()}
        return self._mapped(body, properties, types, self._decode_mount)

    def _mapped(
        self,
        node: JsonValue,
        properties: Mapping[str, str],
        types: Mapping[str, str],
        mount: JsonValue,
    ) -> JsonValue:
        if isinstance(node, list):
            return [self._mapped(item, properties, types, mount) for item in node]
        if not isinstance(node, dict):
            return node
        result = {}
        for key, value in node.items():
            if key == "type" and isinstance(value, str):
                changed: JsonValue = types.get(value, value)
            elif key == "mountServer" and isinstance(value, dict):
                changed = mount(value)
            else:
                changed = self._mapped(value, properties, types, mount)
            result[properties.get(key, key)] = changed
        return result

    def _encode_mount(self, mount: Json) -> Json:
        kind = str(mount.get("mountServerSettingsType", "Windows"))
        if self.revision == "1.2-rev1":
            # One flat block: there is no way to name a second operating system.
            flat: Json = mount.get("linux" if kind == "Linux" else "windows", mount)
            return flat
        if self.revision == "1.3-rev0":
            return {**mount, "mountServerSettingsType": kind.lower()}
        return mount

    def _decode_mount(self, mount: Json) -> Json:
        # The flat block is read in every revision: the documents' examples still show it.
        if "mountServerId" in mount:
            return {"mountServerSettingsType": "Windows", "windows": mount}
        kind = mount.get("mountServerSettingsType")
        if isinstance(kind, str) and kind.islower():
            return {**mount, "mountServerSettingsType": kind.capitalize()}
        return mount
