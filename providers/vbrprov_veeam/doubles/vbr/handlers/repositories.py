"""Backup repositories: object storage of every type, and the classic ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.context import Call, Handler, State, StorageTarget
from vbrprov_veeam.doubles.vbr.errors import bad_request
from vbrprov_veeam.doubles.vbr.handlers.cloud_credentials import SUBSCRIPTIONS
from vbrprov_veeam.doubles.vbr.paging import page
from vbrprov_veeam.doubles.vbr.store import NO_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.json_types import Json

_DEFAULT_REPOSITORY_ID = "88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec"
PERMISSIONS = "accessPermissions"
BACKUPS = "backups"
VAULTS = "vaults"

# Which credentials fit which storage. One record type serves all S3 dialects.
_CREDENTIALS_TYPE = {
    "AmazonS3": "Amazon",
    "AmazonS3Glacier": "Amazon",
    "AmazonSnowballEdge": "Amazon",
    "S3Compatible": "Amazon",
    "S3Integrated": "Amazon",
    "IBMCloud": "Amazon",
    "WasabiCloud": "Amazon",
    "GoogleCloud": "Google",
    "AzureBlob": "AzureStorage",
    "AzureArchive": "AzureStorage",
    "AzureDataBox": "AzureStorage",
}
# Types that may be read and have no schema to write.
_READ_ONLY_CREATE = frozenset({"S3Integrated", "SmartObjectS3"})


class Repositories(Collection):
    """Backup repositories."""

    name = "repositories"
    path = "/api/v1/backupInfrastructure/repositories"
    model = "RepositoryModel"
    kind = "Repository"
    shared_names = ("scaleOutRepositories",)
    references: ClassVar[Mapping[str, Sequence[str]]] = {
        "gatewayServerIds": ("managedServers",),
        "mountServerId": ("managedServers",),
        "managedServerId": ("managedServers",),
        "hostId": ("managedServers",),
        "subscriptionId": (SUBSCRIPTIONS,),
        "vaultId": (VAULTS,),
    }
    # No cmdlet of the product changes these either.
    frozen = (
        "type",
        "account.servicePoint",
        "account.serviceEndpoint",
        "account.regionId",
        "account.regionType",
        "bucket.regionId",
        "bucket.bucketName",
        "bucket.folderName",
        "container.containerName",
        "container.folderName",
        "container.folder",
        "account.vault.vaultId",
    )
    saves_in_session = True

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Drop what is for the creation only, and add the server's defaults."""
        for name in ("importBackup", "importIndex"):
            spec.pop(name, None)
        stored = {"uniqueId": object_id, **spec, "id": object_id}
        return self._with_defaults(call, stored)

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Replace everything: an optional block that is missing falls back to its default."""
        stored = {**model, "id": current["id"], "uniqueId": current["uniqueId"]}
        return self._with_defaults(call, stored)

    def _with_defaults(self, call: Call, stored: Json) -> Json:
        shapes = call.validator.shapes
        has = shapes.properties(
            shapes.resolve({"$ref": "#/components/schemas/RepositoryModel"}, stored)
        )
        if "taskLimitEnabled" in has:
            stored.setdefault("taskLimitEnabled", False)
        if "mountServer" in has:
            stored.setdefault("mountServer", _default_mount_server(call.state))
        account = stored.get("account")
        account_has = shapes.properties(shapes.resolve(has.get("account", {})))
        if account is not None and "connectionSettings" in account_has:
            connection = account.setdefault("connectionSettings", {"connectionType": "Direct"})
            if connection["connectionType"] == "Direct":
                # The field's text says that the ids are null then; the examples show ids.
                connection["gatewayServerIds"] = [call.state.backup_server_id]
        for part in ("bucket", "container"):
            place_has = shapes.properties(shapes.resolve(has.get(part, {})))
            place = stored.get(part)
            if place is None:
                continue
            if "storageConsumptionLimit" in place_has:
                place.setdefault("storageConsumptionLimit", {"isEnabled": False})
            if "immutability" in place_has:
                place.setdefault("immutability", {"isEnabled": False, "daysCount": 30})
        return stored

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Refuse gateways that are missing and credentials of the wrong kind."""
        kind = candidate["type"]
        if current is None and kind in _READ_ONLY_CREATE:
            raise bad_request(f"$.type: a repository of type {kind} cannot be created")
        account = candidate.get("account", {})
        connection = account.get("connectionSettings", {})
        if connection.get("connectionType") == "SelectedGateway" and not connection.get(
            "gatewayServerIds"
        ):
            raise bad_request("$.account.connectionSettings.gatewayServerIds: no gateway server")
        wanted = _CREDENTIALS_TYPE.get(kind)
        if wanted is not None:
            credentials = call.store.find("cloudCredentials", account["credentialsId"])
            if credentials is None:
                raise bad_request(
                    f"$.account.credentialsId: no cloud credentials with ID "
                    f"{account['credentialsId']}"
                )
            if credentials["type"] != wanted:
                raise bad_request(
                    f"$.account.credentialsId: {kind} needs credentials of type {wanted}, "
                    f"not {credentials['type']}"
                )
        if kind.startswith("VeeamDataCloudVault"):
            vault = call.store.find(VAULTS, account["vault"]["vaultId"])
            if vault is None or not vault["isInitialized"]:
                raise bad_request("$.account.vault.vaultId: the vault is not initialized")

    def precheck(self, call: Call, candidate: Json) -> Callable[[], str | None] | None:
        """Return the connection to the storage that the save session makes."""
        storage = call.state.storage
        target = storage_target(call.state, candidate)
        if storage is None or target is None:
            return None
        return lambda: storage(target)

    def users(self, call: Call, current: Json) -> Iterator[tuple[str, Json]]:
        """Yield what refers to the repository; backups do not keep it from going."""
        for name, user in super().users(call, current):
            if name not in (BACKUPS, PERMISSIONS):
                yield name, user

    def deleted(self, call: Call, current: Json) -> None:
        """Take the access permissions and the records of backups along.

        With ``deleteBackups`` the backups go too, but the double keeps nothing in a storage.
        """
        call.store.forget(PERMISSIONS, current["id"])
        for backup in list(call.store.collection(BACKUPS).values()):
            if backup["repositoryId"] == current["id"]:
                call.store.forget(BACKUPS, backup["id"])

    def rescan(self, call: Call) -> Json:
        """Rescan repositories."""
        for object_id in call.body["repositoryIds"]:
            self.get(call, object_id)
        call.wrote(",".join(call.body["repositoryIds"]), None)
        return call.state.sessions.start("Rescan of repositories", "RepositoryMaintenance")

    def states(self, call: Call) -> Json:
        """List the repositories with their space and membership."""
        items = [self._state(call, stored) for stored in call.store.collection(self.name).values()]
        return page(items, call.query)

    def _state(self, call: Call, stored: Json) -> Json:
        place = stored.get("bucket") or stored.get("container") or stored.get("repository") or {}
        limit = place.get("storageConsumptionLimit", {})
        # Object storage has no size of its own: the product shows the limit, if there is one.
        capacity = float(limit.get("consumptionLimitCount", 0)) if limit.get("isEnabled") else 0.0
        capacity *= 1024.0 if limit.get("consumptionLimitKind") == "TB" else 1024.0 * 1024.0
        state: Json = {
            "id": stored["id"],
            "name": stored["name"],
            "type": stored["type"],
            "description": stored["description"],
            "path": place.get("bucketName") or place.get("containerName") or place.get("path", ""),
            "capacityGB": capacity,
            "freeGB": capacity,
            "usedSpaceGB": 0.0,
            "isOnline": stored.get("isOnline", True),
            "isOutOfDate": False,
        }
        for extent in scale_out_extents(call.state):
            if extent["repositoryId"] == stored["id"]:
                state["scaleOutRepositoryDetails"] = {
                    "membership": extent["sobrName"],
                    "scaleOutRepositoryId": extent["sobrId"],
                    "extentType": extent["tier"],
                }
                state["sobrId"] = extent["sobrId"]
        return state

    def read_permissions(self, call: Call) -> Json:
        """Answer with who may use the repository; nobody, unless it was set."""
        stored = self.get(call, call.path["id"])
        return call.store.find(PERMISSIONS, stored["id"]) or {
            "accessPolicy": "DenyAll",
            "accounts": [],
            "encryptionSettings": {"isEnabled": False},
        }

    def write_permissions(self, call: Call) -> Json:
        """Set who may use the repository."""
        stored = self.get(call, call.path["id"])
        settings = call.body["encryptionSettings"]
        if settings.get("encryptionPasswordId", NO_ID) != NO_ID and not call.store.find(
            "encryptionPasswords", settings["encryptionPasswordId"]
        ):
            raise bad_request("$.encryptionSettings.encryptionPasswordId: no such password")
        call.store.collection(PERMISSIONS)[stored["id"]] = {**call.body, "id": stored["id"]}
        call.wrote(stored["id"], stored["name"])
        return self.read_permissions(call)


def list_backups(call: Call) -> Json:
    """List the backups; jobs of the double make none, so they are seeded."""
    return page(list(call.store.collection(BACKUPS).values()), call.query)


def storage_target(state: State, repository: Json) -> StorageTarget | None:
    """Return what a repository connects to, or None if it is no object storage with a key."""
    account = repository.get("account", {})
    credentials = state.store.find("cloudCredentials", account.get("credentialsId", ""))
    if credentials is None:
        return None
    secrets = state.store.secrets("cloudCredentials", credentials["id"])
    place = repository.get("bucket") or repository.get("container") or {}
    return StorageTarget(
        repository_type=repository["type"],
        access_key=credentials.get("accessKey") or credentials.get("account", ""),
        secret_key=secrets.get("secretKey") or secrets.get("sharedKey", ""),
        endpoint=account.get("servicePoint") or account.get("serviceEndpoint"),
        region=place.get("regionId") or account.get("regionId") or account.get("regionType"),
        bucket=place.get("bucketName") or place.get("containerName"),
        folder=place.get("folderName"),
    )


def scale_out_extents(state: State) -> list[Json]:
    """Return every repository that is an extent, with its scale-out repository and tier."""
    found = []
    for sobr in state.store.collection("scaleOutRepositories").values():
        tiers = {
            "Performance": [e["id"] for e in sobr["performanceTier"]["performanceExtents"]],
            "Capacity": [e["id"] for e in sobr.get("capacityTier", {}).get("extents", ())],
            "Archive": [sobr.get("archiveTier", {}).get("extentId", NO_ID)],
        }
        for tier, ids in tiers.items():
            found += [
                {
                    "repositoryId": object_id,
                    "sobrId": sobr["id"],
                    "sobrName": sobr["name"],
                    "tier": tier,
                }
                for object_id in ids
                if object_id != NO_ID
            ]
    return found


def _default_mount_server(state: State) -> Json:
    return {
        "mountServerSettingsType": "Linux",
        "linux": {
            "mountServerId": state.backup_server_id,
            "writeCacheFolder": "/var/lib/veeam/IRCache",
            "vPowerNFSEnabled": False,
        },
    }


def seed(state: State) -> None:
    """Put the repository there that every server has, and one vault."""
    state.store.collection(Repositories.name)[_DEFAULT_REPOSITORY_ID] = {
        "id": _DEFAULT_REPOSITORY_ID,
        "uniqueId": _DEFAULT_REPOSITORY_ID,
        "name": "Default Backup Repository",
        "description": "Created by Veeam Backup",
        "type": "LinuxLocal",
        "hostId": state.backup_server_id,
        "repository": {"path": "/var/lib/veeam/backup"},
        "mountServer": _default_mount_server(state),
    }
    state.store.collection(VAULTS)["sandbox-vault"] = {
        "id": "sandbox-vault",
        "vaultId": "sandbox-vault",
        "vaultName": "Sandbox vault",
        "storageContainerName": "sandbox",
        "isInitialized": False,
        "folders": [],
    }


REPOSITORIES = Repositories()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{REPOSITORIES.path}/{{id}}"
    return {
        **REPOSITORIES.routes(),
        ("GET", "/api/v1/backups"): list_backups,
        ("POST", f"{REPOSITORIES.path}/rescan"): REPOSITORIES.rescan,
        ("GET", f"{REPOSITORIES.path}/states"): REPOSITORIES.states,
        ("GET", f"{item}/accessPermissions"): REPOSITORIES.read_permissions,
        ("PUT", f"{item}/accessPermissions"): REPOSITORIES.write_permissions,
    }
