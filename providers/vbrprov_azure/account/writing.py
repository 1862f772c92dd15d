"""The writing calls on one account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vbrprov.sdk import ErrorClass, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_azure.account.blob_wire import policy_of, service_of
from vbrprov_azure.account.kinds import KINDS
from vbrprov_azure.account.model import StorageAccountModel
from vbrprov_azure.account.reading import POLICY, get_account, get_keys, get_service, learn_keys
from vbrprov_azure.clients import AzureClients, StorageClient
from vbrprov_azure.errors import Operation, found, invoke
from vbrprov_azure.ids import AccountId

Account = StorageAccountModel
#: Seconds that another change of the same account may take.
CONFLICT_SECONDS: Final = 1200.0
#: Parts of the firewall that a change would take away when it left them out.
FOREIGN_RULES: Final = ("ipv6Rules", "resourceAccessRules")
_BUSY: Final = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
_WRITE: Final = "Microsoft.Storage/storageAccounts/write"


class Writer:
    """Writes to an account; waits while another change of it runs."""

    def __init__(self, client: AzureClients, account: AccountId, ctx: StepContext) -> None:
        self._client = client
        self._account = account
        self._ctx = ctx

    def _call(self, name: str, permission: str, call: Callable[[StorageClient], Any]) -> Any:
        operation = Operation(name, self._account.shown, permission)
        storage = self._client.storage(self._account.subscription)
        return retry(lambda: invoke(operation, lambda: call(storage)), self._ctx, _BUSY,
                     CONFLICT_SECONDS)

    def patch(self, body: dict[str, Any]) -> None:
        """Change the account in part."""
        self._call("StorageAccounts.update", _WRITE, lambda s: s.storage_accounts.update(
            self._account.group, self._account.account, body))

    def settings(self, changes: dict[str, Any]) -> None:
        """Change settings; rules of the firewall that are not ours stay as they are."""
        if "networkAcls" in changes:
            now = get_account(self._client, self._account) or {}
            current = (now.get("properties") or {}).get("networkAcls") or {}
            foreign = {name: current[name] for name in FOREIGN_RULES if current.get(name)}
            changes = {**changes, "networkAcls": {**foreign, **changes["networkAcls"]}}
        self.patch({"properties": changes})

    def service(self, planned: Account) -> None:
        """Set the blob service; what is not ours in it stays as it is."""
        block = planned.blob_properties
        if block is None:
            return
        current = get_service(self._client, self._account)
        versions = KINDS[planned.account_kind or "StorageV2"].versions
        body = {"properties": service_of(block, current, versions=versions)}
        self._call(
            "BlobServices.set_service_properties",
            "Microsoft.Storage/storageAccounts/blobServices/write",
            lambda s: s.blob_services.set_service_properties(
                self._account.group, self._account.account, body))

    def lifecycle(self, planned: Account) -> None:
        """Replace the lifecycle rules."""
        where = (self._account.group, self._account.account, POLICY)
        if planned.lifecycle_rule:
            body = {"properties": policy_of(planned.lifecycle_rule)}
            self._call(
                "ManagementPolicies.create_or_update",
                "Microsoft.Storage/storageAccounts/managementPolicies/write",
                lambda s: s.management_policies.create_or_update(*where, body))
            return
        found(lambda: self._call(
            "ManagementPolicies.delete",
            "Microsoft.Storage/storageAccounts/managementPolicies/delete",
            lambda s: s.management_policies.delete(*where)))

    def rotate(self, key: str) -> dict[str, str]:
        """Make a key anew; all keys."""
        answer = self._call(
            "StorageAccounts.regenerate_key",
            "Microsoft.Storage/storageAccounts/regeneratekey/action",
            lambda s: s.storage_accounts.regenerate_key(
                self._account.group, self._account.account, {"keyName": key}).as_dict())
        return learn_keys(self._client, answer) or get_keys(self._client, self._account)

    def delete(self) -> None:
        """Delete the account."""
        self._call("StorageAccounts.delete", "Microsoft.Storage/storageAccounts/delete",
                   lambda s: s.storage_accounts.delete(
                       self._account.group, self._account.account))

    def containers(self) -> list[str]:
        """The names of all containers."""
        operation = Operation("BlobContainers.list", self._account.shown, reads=True,
                              permission="Microsoft.Storage/storageAccounts/blobServices/"
                                         "containers/read")
        storage = self._client.storage(self._account.subscription)
        return invoke(operation, lambda: [item.as_dict()["name"] for item in
                                          storage.blob_containers.list(
                                              self._account.group, self._account.account)])
