"""Creating an account: only where there is none, and waiting until it is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from vbrprov.sdk import ErrorClass, OpenIntent, Probe, ProbeVerdict, ProviderError, StepContext
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.waiting import retry
from vbrprov_azure.account.model import StorageAccountModel
from vbrprov_azure.account.reading import get_account, read_account
from vbrprov_azure.account.wire import creation_of
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, code_of, invoke
from vbrprov_azure.ids import AccountId

#: Seconds that a creation may take before it is given up.
CREATE_SECONDS: Final = 1800.0
TYPE: Final = "Microsoft.Storage/storageAccounts"
_UNDER_WAY: Final = frozenset({"StorageAccountOperationInProgress", "StorageAccountBeingCreated",
                               "StorageAccountIsNotProvisioned"})
_BUSY: Final = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED, ErrorClass.NOT_YET})


def create_account(client: AzureClients, account: AccountId, planned: StorageAccountModel,
                   ctx: StepContext) -> StorageAccountModel:
    """Create the account and wait for it.

    Raises:
        ProviderError: The name is taken, or Azure refused or failed.
    """
    if get_account(client, account) is not None:
        raise exists_error(account, "StorageAccountAlreadyExists", "")
    _check_name(client, account)
    storage = client.storage(account.subscription)
    operation = Operation("StorageAccounts.create", account.shown,
                          "Microsoft.Storage/storageAccounts/write")

    def call() -> None:
        def run() -> None:
            poller = storage.storage_accounts.begin_create(
                account.group, account.account, creation_of(planned))
            poller.result(min(CREATE_SECONDS, ctx.timeout))
            if not poller.done():
                raise ProviderError(
                    ErrorClass.LOST, "Still under way",
                    f"Azure is still making the {account.shown}. The next run looks again.")

        invoke(operation, run)

    try:
        retry(call, ctx, frozenset({ErrorClass.THROTTLED}), CREATE_SECONDS)
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise exists_error(account, code_of(error), error.detail) from error
        if code_of(error) in _UNDER_WAY:
            # The library repeats a creation whose answer got lost, and meets it under way.
            raise ProviderError(
                ErrorClass.LOST, "Still under way",
                f"The {account.shown} was not there a moment ago and is being made now: the answer "
                "to its creation got lost.") from error
        raise
    return _made(client, planned)


def _made(client: AzureClients, planned: StorageAccountModel) -> StorageAccountModel:
    try:
        return read_account(client, planned) or planned
    except ProviderError:
        # It is made, which must be recorded; the look at the end tells what is wrong.
        return planned.copy(blob_properties=None, lifecycle_rule=[], live_lifecycle_rules=[])


def _check_name(client: AzureClients, account: AccountId) -> None:
    operation = Operation("StorageAccounts.check_name_availability", account.shown,
                          "Microsoft.Storage/checkNameAvailability/read", reads=True)
    try:
        answer = invoke(operation, lambda: client.storage(
            account.subscription).storage_accounts.check_name_availability(
                {"name": account.account, "type": TYPE}).as_dict())
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            # The look is a courtesy: Azure itself refuses a name that is taken.
            return
        raise
    if answer.get("nameAvailable") is False:
        raise exists_error(account, "StorageAccountAlreadyTaken", str(answer.get("message") or ""))


def exists_error(account: AccountId, code: str, said: str) -> ProviderError:
    """Why a name cannot be had, and what to do."""
    if code == "StorageAccountAlreadyExists":
        return ProviderError(
            ErrorClass.EXISTS, "Storage account already exists",
            f'A storage account "{account.account}" is in resource group "{account.group}". It was '
            "not created by this stack and is not taken over silently, since it may hold data of "
            "others.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {account}), or choose another name.")
    if code in ("StorageAccountInAnotherResourceGroup", "InvalidResourceLocation"):
        return ProviderError(
            ErrorClass.EXISTS, "Storage account lies elsewhere",
            f'The subscription has a storage account "{account.account}" in another resource group '
            f"or region. {said}".rstrip(), attribute="name",
            hint="Import that account, or choose another name.")
    return ProviderError(
        ErrorClass.EXISTS, "Storage account name taken",
        f'The name "{account.account}" cannot be had: names of storage accounts are unique in the '
        "world, and it is in use by another subscription, or was freed a short time ago and is "
        f"still kept for whoever had it. {said}".rstrip(), attribute="name",
        hint="Choose another name. Whoever deleted the account can recover it for 14 days.")


def probe_account(client: AzureClients, intent: OpenIntent,
                  ctx: StepContext) -> Probe[StorageAccountModel]:
    """Ours is an account of that id that is not older than the intent."""
    account = AccountId.parse(str(intent.identity["id"]))
    empty = StorageAccountModel(name=account.account, resource_group_name=account.group,
                                location="", account_replication_type="", id=str(account))

    def ready() -> dict[str, Any] | None:
        answer = get_account(client, account)
        state = (answer or {}).get("properties", {}).get("provisioningState", "Succeeded")
        if state in ("Creating", "ResolvingDNS"):
            raise ProviderError(ErrorClass.NOT_YET, "Still under way",
                                f"Azure is still making the {account.shown}.")
        return answer

    try:
        answer = retry(ready, ctx, _BUSY, CREATE_SECONDS)
    except ProviderError as error:
        if error.kind in (ErrorClass.DENIED, ErrorClass.NOT_YET):
            return Probe(ProbeVerdict.UNKNOWN, detail=error.detail)
        raise
    if answer is None:
        return Probe(ProbeVerdict.ABSENT)
    created = datetime.fromisoformat(str(answer["properties"]["creationTime"]))
    if not made_since(created, intent.created):
        return Probe(ProbeVerdict.FOREIGN,
                     detail=f"The {account.shown} was there before: it was created on "
                            f"{created:%Y-%m-%d %H:%M:%S} UTC.")
    state = read_account(client, empty)
    if state is None:
        return Probe(ProbeVerdict.ABSENT)
    return Probe(ProbeVerdict.OURS, state=state,
                 detail=f"The {account.shown} was created at {created:%H:%M:%S} UTC by the "
                        "interrupted run.")
