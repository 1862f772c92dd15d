"""Reading an account with every facet that a rule looks at, whoever set it."""

from __future__ import annotations

from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_azure.account.blob_model import BlobPropertiesBlock
from vbrprov_azure.account.blob_wire import live_rules, read_service, stated_rules
from vbrprov_azure.account.kinds import KINDS
from vbrprov_azure.account.model import StorageAccountModel
from vbrprov_azure.account.wire import read_settings
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, found, invoke
from vbrprov_azure.ids import AccountId

Json = dict[str, Any]

#: Facets, and the permission that reads each.
READS: Final = {
    "account": "Microsoft.Storage/storageAccounts/read",
    "blob_service": "Microsoft.Storage/storageAccounts/blobServices/read",
    "lifecycle": "Microsoft.Storage/storageAccounts/managementPolicies/read",
    "keys": "Microsoft.Storage/storageAccounts/listKeys/action",
}
#: The one management policy that an account can have.
POLICY: Final = "default"
_UNREADABLE = (ErrorClass.DENIED, ErrorClass.UNSUPPORTED, ErrorClass.LOCKED)


def id_of(client: AzureClients, model: StorageAccountModel) -> AccountId:
    """The id of the account; its own when it is known, so that it may lie elsewhere."""
    if model.id:
        return AccountId.parse(model.id)
    return AccountId(client.subscription_id, model.resource_group_name, model.name)


def get_account(client: AzureClients, account: AccountId) -> Json | None:
    """What Azure says of the account, or ``None``."""
    operation = Operation("StorageAccounts.get_properties", account.shown, READS["account"],
                          reads=True)
    return found(lambda: invoke(operation, lambda: client.storage(
        account.subscription).storage_accounts.get_properties(
            account.group, account.account).as_dict()))


def get_service(client: AzureClients, account: AccountId) -> Json:
    """The settings of the blob service."""
    operation = Operation("BlobServices.get_service_properties", account.shown,
                          READS["blob_service"], reads=True)
    answer = invoke(operation, lambda: client.storage(
        account.subscription).blob_services.get_service_properties(
            account.group, account.account).as_dict())
    return dict(answer.get("properties") or {})


def get_policy(client: AzureClients, account: AccountId) -> Json:
    """The management policy; empty when there is none."""
    operation = Operation("ManagementPolicies.get", account.shown, READS["lifecycle"], reads=True)
    answer = found(lambda: invoke(operation, lambda: client.storage(
        account.subscription).management_policies.get(
            account.group, account.account, POLICY).as_dict()))
    return dict((answer or {}).get("properties") or {})


def get_keys(client: AzureClients, account: AccountId) -> dict[str, str]:
    """The access keys by name."""
    operation = Operation("StorageAccounts.list_keys", account.shown, READS["keys"], reads=True)
    answer = invoke(operation, lambda: client.storage(
        account.subscription).storage_accounts.list_keys(
            account.group, account.account).as_dict())
    return learn_keys(client, answer)


def learn_keys(client: AzureClients, answer: Json) -> dict[str, str]:
    """The keys in an answer, hidden from all output at once."""
    keys = {key["keyName"]: key["value"] for key in answer.get("keys") or () if key.get("value")}
    for value in keys.values():
        client.learn_secret(value)
    return keys


def key_values(model: StorageAccountModel, keys: dict[str, str]) -> Json:
    """The attributes that hold keys."""
    first = keys.get("key1")
    active = keys.get(model.key_rotation.key) if model.key_rotation is not None else first
    connection = None
    if first is not None and model.primary_blob_endpoint:
        connection = (f"DefaultEndpointsProtocol=https;BlobEndpoint={model.primary_blob_endpoint};"
                      f"AccountName={model.name};AccountKey={first}")
    return {"primary_access_key": first, "secondary_access_key": keys.get("key2"),
            "active_access_key": active, "primary_blob_connection_string": connection}


class AccountReader:
    """Reads one account facet by facet; what may not be read is noted, not guessed."""

    def __init__(self, client: AzureClients, state: StorageAccountModel) -> None:
        self._client = client
        self._state = state
        self._unreadable: list[str] = []

    def read(self) -> StorageAccountModel | None:
        """The account, or ``None`` when Azure says that there is none."""
        account = id_of(self._client, self._state)
        answer = get_account(self._client, account)
        if answer is None:
            return None
        group = self._state.resource_group_name or account.group
        model = self._state.copy(resource_group_name=group,
                                 **read_settings(answer, self._state))
        blobs = KINDS[model.account_kind or "StorageV2"].blobs
        service = self._try("blob_service", lambda: get_service(self._client, account)) \
            if blobs else None
        policy = self._try("lifecycle", lambda: get_policy(self._client, account)) \
            if blobs else {}
        keys = self._try("keys", lambda: get_keys(self._client, account)) or {}
        model = model.copy(
            blob_properties=self._service(service, blobs),
            live_lifecycle_rules=None if policy is None else live_rules(policy),
            lifecycle_rule=self._state.lifecycle_rule if policy is None
            else stated_rules(policy, self._state.lifecycle_rule)
            if self._state.lifecycle_rule else [],
            unreadable_facets=self._unreadable)
        return model.copy(**key_values(model, keys))

    def _service(self, properties: Json | None, blobs: bool) -> BlobPropertiesBlock | None:
        if properties is not None:
            return read_service(properties)
        return self._state.blob_properties if blobs else None

    def _try(self, facet: str, read: Any) -> Any:
        try:
            return read()
        except ProviderError as error:
            if error.kind not in _UNREADABLE:
                raise
            self._unreadable.append(facet)
            return None


def read_account(client: AzureClients, state: StorageAccountModel) -> StorageAccountModel | None:
    """The account as it is now; ``None`` only when Azure says that there is none."""
    return AccountReader(client, state).read()
