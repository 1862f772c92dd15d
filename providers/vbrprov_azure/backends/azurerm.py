"""State in a blob container; versions are ETags. Needs the extra ``azblob``.

Conditions: https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from vbrprov.sdk import BackendType, ObjectStore, Setting, StoreConflictError, Stored, StoreError


class AzureStore(ObjectStore):
    """Blobs below a key of a container.

    Args:
        settings: As ``AzureBackend.settings`` lists them.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._root = settings["key"].strip("/") + "/"
        self._made: Any = None
        self._making = threading.Lock()

    @property
    def _account_url(self) -> str:
        account = self._settings["storage_account_name"]
        return (self._settings["blob_endpoint"].rstrip("/")
                or f"https://{account}.blob.core.windows.net")

    @property
    def description(self) -> str:
        """The address of the folder."""
        return (f"{self._account_url}/{self._settings['container_name']}/"
                f"{self._root.rstrip('/')}")

    @property
    def _container(self) -> Any:
        with self._making:
            if self._made is None:
                self._made = _make_container(self._account_url, self._settings)
            return self._made

    def get(self, name: str) -> Stored | None:
        """Get Blob."""
        with _errors():
            found = self._container.download_blob(self._root + name)
            return Stored(found.readall(), str(found.properties.etag))
        return None

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """Put Blob with If-None-Match or If-Match."""
        from azure.core import MatchConditions

        condition: dict[str, Any] = {"match_condition": MatchConditions.IfMissing}
        if expected is not None:
            condition = {"match_condition": MatchConditions.IfNotModified, "etag": expected}
        with _errors():
            answer = self._container.get_blob_client(self._root + name).upload_blob(
                data, overwrite=True, max_concurrency=1, **condition)
            return str(answer["etag"])
        raise StoreConflictError(f"{name} is gone.")

    def delete(self, names: Sequence[str]) -> None:
        """Delete Blob, one after the other."""
        for name in names:
            with _errors():
                self._container.delete_blob(self._root + name, delete_snapshots="include")

    def names(self, prefix: str) -> list[str]:
        """List Blobs, all pages."""
        with _errors():
            return sorted(name.removeprefix(self._root) for name in
                          self._container.list_blob_names(
                              name_starts_with=self._root + prefix))
        raise StoreError("there is no such container.")


@contextmanager
def _errors() -> Iterator[None]:
    """Turn the SDK's errors into the store's; a missing blob ends the block, quietly."""
    from azure.core import exceptions as known

    try:
        yield
    except known.ClientAuthenticationError as error:
        raise StoreError("no credentials that are good for it.",
                         hint="Set ARM_ACCESS_KEY or ARM_SAS_TOKEN, or log in with: az login"
                         ) from error
    except known.HttpResponseError as error:
        code = str(getattr(error, "error_code", None) or "")
        status = int(error.status_code or 0)
        if status == 412 or code in ("BlobAlreadyExists", "ConditionNotMet"):
            raise StoreConflictError("it has changed.") from error
        if code == "BlobNotFound":
            return
        hint = ""
        if status in (401, 403):
            hint = "The identity needs the role Storage Blob Data Contributor on the container."
        elif code == "ContainerNotFound":
            hint = "Make the container first."
        said = (str(error.message).splitlines() or [""])[0][:300]
        raise StoreError(f"{code or status}: {said}", hint=hint,
                         passing=status >= 500 or status in (408, 429)) from error
    except known.AzureError as error:
        raise StoreError(f"no answer ({type(error).__name__}).",
                         hint="Check the network, the proxy and the name of the account.",
                         passing=True) from error


def _make_container(url: str, settings: Mapping[str, str]) -> Any:
    from azure.storage.blob import ContainerClient

    credential: Any = settings["sas_token"] or None
    if settings["access_key"]:
        from azure.core.credentials import AzureNamedKeyCredential

        credential = AzureNamedKeyCredential(settings["storage_account_name"],
                                             settings["access_key"])
    elif credential is None:
        from azure.identity import DefaultAzureCredential

        credential = DefaultAzureCredential()
    version = settings["api_version"]
    options: dict[str, Any] = {"api_version": version} if version else {}
    return ContainerClient(url, settings["container_name"], credential=credential,
                           connection_timeout=10, read_timeout=60, retry_total=2,
                           # One request a blob: blocks would be put without the condition.
                           max_single_put_size=256 * 1024 * 1024, **options)


class AzureBackend(BackendType):
    """A blob container."""

    name: ClassVar[str] = "azurerm"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("storage_account_name", "The storage account.", required=True),
        Setting("container_name", "The container.", required=True),
        Setting("key", "What all names begin with.", required=True),
        Setting("access_key", "A key of the account.", environ=("ARM_ACCESS_KEY",), secret=True),
        Setting("sas_token", "A shared access signature.", environ=("ARM_SAS_TOKEN",),
                secret=True),
        Setting("blob_endpoint", "The URL of the blob service, where it is not the usual one."),
        Setting("api_version", "The version of the blob service to ask for."),
        Setting("use_azuread_auth", "", unused="without key and signature, the login of Microsoft "
                "Entra ID is used."),
        Setting("resource_group_name", "", unused="the account is addressed directly."),
        Setting("subscription_id", "", unused="the account is addressed directly."),
        Setting("tenant_id", "", unused="set AZURE_TENANT_ID."),
    )

    def open(self, settings: Mapping[str, str]) -> ObjectStore:
        """Check the key, and that the SDK is installed."""
        if not settings["key"].strip("/"):
            raise StoreError('"key" must not be empty.')
        try:
            import azure.storage.blob  # noqa: F401 - only whether it is there
        except ImportError as error:
            raise StoreError("the SDK for blobs is not installed.",
                             hint="Install it with:\n\n    pip install 'vbrprov[azblob]'"
                             ) from error
        return AzureStore(settings)


BACKEND = AzureBackend()
