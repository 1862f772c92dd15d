"""azurerm_storage_account: a storage account with all its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vbrprov.sdk import (
    InstanceFacts,
    OpenIntent,
    PlanDraft,
    Probe,
    Recovery,
    ResourceType,
    StepContext,
    Steps,
    StorageBelow,
    View,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.values import Value
from vbrprov_azure.account.changes import PREVENTED, change, destroy
from vbrprov_azure.account.creating import probe_account
from vbrprov_azure.account.listing import accounts_named
from vbrprov_azure.account.model import StorageAccountModel
from vbrprov_azure.account.planning import AccountPlan
from vbrprov_azure.account.reading import read_account
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.ids import AccountId


class StorageAccount(ResourceType[StorageAccountModel, AzureClients]):
    """One account with its blob service, lifecycle rules and keys, written one after the other.

    Only Azure Resource Manager is asked, never the blob endpoint: that one is often behind a
    firewall, and refuses keys where they are switched off. Containers are resources of their own.
    """

    type_name = "azurerm_storage_account"
    model = StorageAccountModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A storage account with all its settings."
    source = "https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/create"
    settle_seconds = 15.0
    holds = "azure"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in defaults that depend on each other, and refuse what Azure never takes."""
        AccountPlan(plan).run()

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses."""
        policy = known(prior, "deletion_policy")
        return None if policy in ("DELETE", "ABANDON") else PREVENTED

    def steps(self, client: AzureClients, prior: StorageAccountModel | None,
              planned: StorageAccountModel | None, ctx: StepContext) -> Steps:
        """Create, then each facet that differs, then a look; or delete."""
        if planned is not None:
            yield from change(client, prior, planned, ctx)
        elif prior is not None:
            yield from destroy(client, prior, ctx)

    def read(self, client: AzureClients, state: StorageAccountModel,
             ctx: StepContext) -> StorageAccountModel | None:
        """The account with every facet; ``None`` only when Azure says that there is none."""
        return read_account(client, state)

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> StorageAccountModel | None:
        """The account of that resource id."""
        account = AccountId.parse(import_id)
        return read_account(client, StorageAccountModel(
            name=account.account, resource_group_name=account.group, location="",
            account_replication_type="", id=str(account)))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[StorageAccountModel]:
        """Ours is an account of that id that is not older than the intent."""
        return probe_account(client, intent, ctx)

    def storage_ids(self, client: AzureClients, storage: StorageBelow) -> Iterator[str]:
        """The account of that name in the subscription."""
        return map(str, accounts_named(client, storage.account))

    def storage_known(self, storage: StorageBelow) -> Mapping[str, Value]:
        """The name."""
        return {"name": storage.account} if storage.account else {}

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The account as guardrails see it."""
        from vbrprov_azure.views import account_view

        return account_view(facts)
