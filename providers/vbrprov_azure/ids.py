"""Resource ids of Azure: reading and writing them.

Ids are compared without regard to case; names in them keep the case that Azure gave.
https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from vbrprov.sdk import ErrorClass, ProviderError

_GROUP: Final = r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
_ACCOUNT: Final = _GROUP + r"/providers/Microsoft\.Storage/storageAccounts/(?P<account>[^/]+)"
_CONTAINER: Final = _ACCOUNT + r"/blobServices/default/containers/(?P<container>[^/]+)"
_IDENTITY: Final = (
    _GROUP + r"/providers/Microsoft\.ManagedIdentity/userAssignedIdentities/(?P<name>[^/]+)")


def _parse(pattern: str, text: str, form: str) -> dict[str, str]:
    match = re.fullmatch(pattern, text.rstrip("/"), re.IGNORECASE)
    if match is None:
        raise ProviderError(ErrorClass.INVALID, "Resource id not understood",
                            f'"{text}" is not of the form {form}.')
    return match.groupdict()


def same_id(left: Any, right: Any) -> bool:
    """Whether two ids or names that ignore case are the same."""
    return str(left).rstrip("/").lower() == str(right).rstrip("/").lower()


def same_location(left: Any, right: Any) -> bool:
    """Whether two ways of writing a region mean the same ("West Europe", "westeurope")."""
    return location(left) == location(right)


def location(text: Any) -> str:
    """A region as Azure Resource Manager writes it."""
    return str(text).replace(" ", "").lower()


@dataclass(frozen=True, slots=True)
class GroupId:
    """A resource group."""

    subscription: str
    group: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id."""
        return cls(**_parse(_GROUP, text, "/subscriptions/ID/resourceGroups/NAME"))

    def __str__(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"


@dataclass(frozen=True, slots=True)
class AccountId:
    """A storage account."""

    subscription: str
    group: str
    account: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id."""
        return cls(**_parse(
            _ACCOUNT, text, "/subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Storage/"
                            "storageAccounts/NAME"))

    def __str__(self) -> str:
        return (f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
                f"/providers/Microsoft.Storage/storageAccounts/{self.account}")

    @property
    def shown(self) -> str:
        """For messages."""
        return f'storage account "{self.account}"'


@dataclass(frozen=True, slots=True)
class ContainerId:
    """A container of a storage account."""

    account: AccountId
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id."""
        parts = _parse(_CONTAINER, text, "/subscriptions/ID/resourceGroups/NAME/providers/"
                       "Microsoft.Storage/storageAccounts/NAME/blobServices/default/containers/NAME")
        name = parts.pop("container")
        return cls(AccountId(**parts), name)

    def __str__(self) -> str:
        return f"{self.account}/blobServices/default/containers/{self.name}"

    @property
    def shown(self) -> str:
        """For messages."""
        return f'container "{self.name}" of {self.account.shown}'


@dataclass(frozen=True, slots=True)
class IdentityId:
    """A user-assigned identity."""

    subscription: str
    group: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id."""
        return cls(**_parse(
            _IDENTITY, text, "/subscriptions/ID/resourceGroups/NAME/providers/"
                             "Microsoft.ManagedIdentity/userAssignedIdentities/NAME"))

    def __str__(self) -> str:
        return (f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
                f"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{self.name}")


def account_name(text: str) -> str | None:
    """The name of the storage account in an id, or ``None``."""
    match = re.match(_ACCOUNT, text, re.IGNORECASE)
    return match["account"] if match else None
