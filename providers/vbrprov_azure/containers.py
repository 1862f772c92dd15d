"""Containers by Azure Resource Manager: the calls, and what an answer means.

https://learn.microsoft.com/en-us/rest/api/storagerp/blob-containers
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from vbrprov.sdk import ErrorClass, OpenIntent, ProviderError, StepContext
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.waiting import retry
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, code_of, found, invoke
from vbrprov_azure.ids import ContainerId

if TYPE_CHECKING:
    from vbrprov_azure.resources.storage_container import StorageContainerModel

Json = dict[str, Any]

READ: Final = "Microsoft.Storage/storageAccounts/blobServices/containers/read"
WRITE: Final = "Microsoft.Storage/storageAccounts/blobServices/containers/write"
DELETE: Final = "Microsoft.Storage/storageAccounts/blobServices/containers/delete"
#: Seconds that Azure may take to free the name of a container that was deleted.
BUSY_SECONDS: Final = 300.0
#: A container that names no encryption scope has this one.
ACCOUNT_SCOPE: Final = "$account-encryption-key"
_BUSY: Final = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
_ACCESS: Final = {"private": "None", "blob": "Blob", "container": "Container"}
_SHOWN: Final = {wire: name for name, wire in _ACCESS.items()}


def get_container(client: AzureClients, container: ContainerId) -> Json | None:
    """What Azure says of a container, or ``None``."""
    operation = Operation("BlobContainers.get", container.shown, READ, reads=True)
    account = container.account
    return found(lambda: invoke(operation, lambda: client.storage(
        account.subscription).blob_containers.get(
            account.group, account.account, container.name).as_dict()))


def read_container(container: ContainerId, answer: Mapping[str, Any],
                   stated: Mapping[str, str] | None) -> Json:
    """The attributes that an answer says."""
    properties = answer.get("properties") or {}
    worm = properties.get("immutableStorageWithVersioning") or {}
    policy = properties.get("immutabilityPolicy") or {}
    inner = policy.get("properties") or {}
    metadata = dict(properties.get("metadata") or {})
    return {
        "id": str(container),
        "url": f"https://{container.account.account}.blob.core.windows.net/{container.name}",
        "container_access_type": _SHOWN.get(properties.get("publicAccess") or "None", "private"),
        "immutable_storage_with_versioning_enabled": bool(worm.get("enabled")),
        "immutability_migration_state": worm.get("migrationState"),
        "has_immutability_policy": bool(properties.get("hasImmutabilityPolicy")),
        "immutability_policy_state": inner.get("state"),
        "immutability_period_in_days": inner.get("immutabilityPeriodSinceCreationInDays"),
        "has_legal_hold": bool(properties.get("hasLegalHold")),
        "metadata": metadata if metadata or stated is not None else None,
        "default_encryption_scope": properties.get("defaultEncryptionScope") or ACCOUNT_SCOPE,
        "encryption_scope_override_enabled": not properties.get("denyEncryptionScopeOverride"),
    }


def write_container(client: AzureClients, container: ContainerId,
                    planned: StorageContainerModel, ctx: StepContext, *,
                    create: bool) -> StorageContainerModel:
    """Create a container where there is none, or change one.

    Raises:
        ProviderError: There is one already, or Azure refused.
    """
    if create and get_container(client, container) is not None:
        # Azure would take the creation for a change, and data of others for ours.
        raise _exists(container)
    account = container.account
    where = (account.group, account.account, container.name)
    containers = client.storage(account.subscription).blob_containers
    properties: Json = {"publicAccess": _ACCESS[planned.container_access_type or "private"],
                        "metadata": dict(planned.metadata or {})}
    if create:
        properties |= _create_only(planned)
    call = containers.create if create else containers.update
    operation = Operation(f"BlobContainers.{'create' if create else 'update'}", container.shown,
                          WRITE)
    try:
        retry(lambda: invoke(operation, lambda: call(*where, {"properties": properties})), ctx,
              _BUSY, BUSY_SECONDS)
    except ProviderError as error:
        if create and code_of(error) == "ContainerAlreadyExists":
            raise _exists(container) from error
        if error.kind is ErrorClass.CONFLICT:
            error.hint = ("Azure keeps the name of a container that was deleted busy for a while. "
                          "Apply again in a few minutes.")
        raise

    def look() -> StorageContainerModel:
        answer = get_container(client, container)
        if answer is None:
            raise ProviderError(ErrorClass.NOT_YET, "Container not visible yet",
                                f"Azure does not show the {container.shown} after writing it.")
        return planned.copy(**read_container(container, answer, planned.metadata))

    return retry(look, ctx, frozenset({ErrorClass.NOT_YET}), BUSY_SECONDS)


def _create_only(planned: StorageContainerModel) -> Json:
    out: Json = {}
    if planned.immutable_storage_with_versioning_enabled:
        out["immutableStorageWithVersioning"] = {"enabled": True}
    if planned.default_encryption_scope:
        out["defaultEncryptionScope"] = planned.default_encryption_scope
    if planned.encryption_scope_override_enabled is False:
        out["denyEncryptionScopeOverride"] = True
    return out


def _exists(container: ContainerId) -> ProviderError:
    return ProviderError(
        ErrorClass.EXISTS, "Container already exists",
        f"There is a {container.shown}. It was not created by this stack and is not taken over "
        "silently, since it may hold data of others.", attribute="name",
        hint=f"Import it (vbrprov import ADDRESS {container}), or choose another name.")


def delete_container(client: AzureClients, container: ContainerId, ctx: StepContext) -> None:
    """Delete a container with what it holds; immutability is never bypassed."""
    account = container.account
    operation = Operation("BlobContainers.delete", container.shown, DELETE)
    containers = client.storage(account.subscription).blob_containers
    found(lambda: retry(
        lambda: invoke(operation, lambda: containers.delete(
            account.group, account.account, container.name)), ctx, _BUSY, BUSY_SECONDS))

    def gone() -> None:
        answer = get_container(client, container)
        if answer is not None and not (answer.get("properties") or {}).get("deleted"):
            raise ProviderError(ErrorClass.NOT_YET, "Container still visible",
                                f"Azure still shows the {container.shown} after deleting it.")

    retry(gone, ctx, frozenset({ErrorClass.NOT_YET}), BUSY_SECONDS)


def created_by(answer: Mapping[str, Any], intent: OpenIntent) -> str:
    """Why a container cannot come from *intent*; empty when it can."""
    properties = answer.get("properties") or {}
    changed = datetime.fromisoformat(str(properties["lastModifiedTime"]))
    if not made_since(changed, intent.created):
        return f"was there before: it was last changed on {changed:%Y-%m-%d %H:%M:%S} UTC."
    worm = bool((properties.get("immutableStorageWithVersioning") or {}).get("enabled"))
    if worm != bool(intent.identity.get("immutable")):
        return "is not as it was meant to be made: its version-level immutability differs."
    return ""
