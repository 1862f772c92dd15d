"""What the resource types use of the configured provider, as protocols."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol


class StorageClient(Protocol):
    """A ``google.cloud.storage.Client``, as far as it is used here; the SDK ships no types."""

    def bucket(self, name: str) -> Any:
        """A bucket that was not read yet."""
        ...

    def get_bucket(self, name: str, *, retry: None) -> Any:
        """A bucket with all its settings."""
        ...

    def create_bucket(self, bucket: Any, *, project: str, location: str,
                      enable_object_retention: bool, data_locations: list[str] | None,
                      retry: None) -> Any:
        """Make a bucket with the settings that were set on it."""
        ...

    def list_buckets(self, *, prefix: str, project: str, retry: None) -> Any:
        """Buckets of a project."""
        ...

    def list_blobs(self, bucket: str, *, versions: bool, max_results: int | None = None,
                   retry: None) -> Any:
        """Object versions of a bucket."""
        ...

    def create_hmac_key(self, email: str, *, project_id: str, retry: None) -> tuple[Any, str]:
        """Metadata and secret of a new key."""
        ...

    def list_hmac_keys(self, *, service_account_email: str, project_id: str, retry: None) -> Any:
        """Keys of an account, without deleted ones."""
        ...


class GoogleClients(Protocol):
    """The client object of the provider: configured once, shared by all threads."""

    sandbox: bool
    region: str | None
    zone: str | None
    default_labels: Mapping[str, str]

    @property
    def project(self) -> str:
        """The provider's project.

        Raises:
            ProviderError: None is set, and the credentials name none.
        """
        ...

    @property
    def stated_project(self) -> str | None:
        """The project as far as it is known without looking for credentials."""
        ...

    def storage(self) -> StorageClient:
        """The client of Cloud Storage."""
        ...

    def rest(self, verb: str, service: str, path: str, *, query: Mapping[str, Any] | None = None,
             body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call a REST method; *service* is storage, iam, resourcemanager or cloudkms.

        Raises:
            GoogleAPICallError: It was refused; ``errors.call`` translates that.
        """
        ...

    def turn(self, what: str) -> AbstractContextManager[object]:
        """One at a time: grants of one run do not race for the etag of the policy *what*."""
        ...

    def access_token(self) -> str:
        """A token of the provider's own identity."""
        ...

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
