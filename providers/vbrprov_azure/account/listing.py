"""Finding accounts by name alone."""

from __future__ import annotations

import threading
from typing import Final
from weakref import WeakKeyDictionary

from vbrprov_azure.account.reading import READS
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, invoke
from vbrprov_azure.ids import AccountId

_LOCK: Final = threading.Lock()
_SEEN: Final[WeakKeyDictionary[AzureClients, list[AccountId]]] = WeakKeyDictionary()


def accounts_named(client: AzureClients, name: str) -> list[AccountId]:
    """The accounts of that name in the subscription, one or none; the list is read once a client.

    https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/list

    Raises:
        ProviderError: The list cannot be read.
    """
    if not name:
        return []
    with _LOCK:
        if client not in _SEEN:
            operation = Operation("StorageAccounts.list", f"subscription {client.subscription_id}",
                                  READS["account"], reads=True)
            _SEEN[client] = invoke(operation, lambda: [
                AccountId.parse(str(found.as_dict()["id"]))
                for found in client.storage().storage_accounts.list()])
        return [own for own in _SEEN[client] if own.account.lower() == name.lower()]
