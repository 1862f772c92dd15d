"""The calls that this provider uses, as typed protocols, so that fakes are typed too.

Bodies go as the JSON of the wire: the models of the SDK are mappings of just that, and a test
checks every body against the SDK's own tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from vbrprov_azure.arm import Arm
from vbrprov_azure.login import Claims


class Answer(Protocol):
    """A model of the SDK."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON of the wire."""
        ...


class Poller(Protocol):
    """A long-running operation."""

    def result(self, timeout: float | None = None) -> Answer:
        """Wait for the end."""
        ...

    def done(self) -> bool:
        """Whether it has ended."""
        ...


class StorageAccounts(Protocol):
    """``storage_accounts`` of the storage client."""

    def list(self) -> Iterator[Answer]:
        """All accounts of the subscription."""
        ...

    def get_properties(self, resource_group_name: str, account_name: str) -> Answer:
        """The account."""
        ...

    def check_name_availability(self, account_name: Mapping[str, Any]) -> Answer:
        """Whether a name is free in the world."""
        ...

    def begin_create(self, resource_group_name: str, account_name: str,
                     parameters: Mapping[str, Any]) -> Poller:
        """Create, or change as a whole."""
        ...

    def update(self, resource_group_name: str, account_name: str,
               parameters: Mapping[str, Any]) -> Answer:
        """Change in part."""
        ...

    def delete(self, resource_group_name: str, account_name: str) -> None:
        """Delete with everything in it."""
        ...

    def list_keys(self, resource_group_name: str, account_name: str) -> Answer:
        """The two access keys."""
        ...

    def regenerate_key(self, resource_group_name: str, account_name: str,
                       regenerate_key: Mapping[str, Any]) -> Answer:
        """Make one key anew."""
        ...


class BlobServices(Protocol):
    """``blob_services`` of the storage client."""

    def get_service_properties(self, resource_group_name: str, account_name: str) -> Answer:
        """Settings of the blob service."""
        ...

    def set_service_properties(self, resource_group_name: str, account_name: str,
                               parameters: Mapping[str, Any]) -> Answer:
        """Replace the settings."""
        ...


class BlobContainers(Protocol):
    """``blob_containers`` of the storage client."""

    def get(self, resource_group_name: str, account_name: str, container_name: str) -> Answer:
        """The container."""
        ...

    def list(self, resource_group_name: str, account_name: str) -> Iterator[Answer]:
        """All containers."""
        ...

    def create(self, resource_group_name: str, account_name: str, container_name: str,
               blob_container: Mapping[str, Any]) -> Answer:
        """Create."""
        ...

    def update(self, resource_group_name: str, account_name: str, container_name: str,
               blob_container: Mapping[str, Any]) -> Answer:
        """Change in part."""
        ...

    def delete(self, resource_group_name: str, account_name: str, container_name: str) -> None:
        """Delete."""
        ...

    def get_immutability_policy(self, resource_group_name: str, account_name: str,
                                container_name: str) -> Answer:
        """The immutability policy."""
        ...

    def delete_immutability_policy(self, resource_group_name: str, account_name: str,
                                   container_name: str, **condition: Any) -> Answer:
        """Delete a policy that is not locked; needs its etag."""
        ...


class ManagementPolicies(Protocol):
    """``management_policies`` of the storage client: lifecycle rules."""

    def get(self, resource_group_name: str, account_name: str,
            management_policy_name: str) -> Answer:
        """The policy."""
        ...

    def create_or_update(self, resource_group_name: str, account_name: str,
                         management_policy_name: str, properties: Mapping[str, Any]) -> Answer:
        """Replace the policy."""
        ...

    def delete(self, resource_group_name: str, account_name: str,
               management_policy_name: str) -> None:
        """Delete the policy."""
        ...


class StorageClient(Protocol):
    """The storage management client."""

    storage_accounts: StorageAccounts
    blob_services: BlobServices
    blob_containers: BlobContainers
    management_policies: ManagementPolicies

    def close(self) -> None:
        """Close its connections."""
        ...


class AzureClients(Protocol):
    """The client object of the provider: configured once, shared by all threads."""

    subscription_id: str
    sandbox: bool

    def storage(self, subscription_id: str | None = None) -> StorageClient:
        """The storage client of a subscription, the provider's own by default."""
        ...

    @property
    def arm(self) -> Arm:
        """The thin client for everything else."""
        ...

    def claims(self) -> Claims:
        """Who the provider is."""
        ...

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
