"""azurerm_storage_container_immutability_policy: read and removed, never made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    PlanDraft,
    Probe,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.values import Value
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, found, invoke
from vbrprov_azure.ids import ContainerId, same_id

_TYPE = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"


class ImmutabilityPolicyModel(Model):
    """Arguments and attributes of ``azurerm_storage_container_immutability_policy``."""

    storage_container_resource_manager_id: str = attribute(
        doc="Id of the container.", required=True, replace_on_change=True, same=same_id)
    immutability_period_in_days: int = attribute(doc="How long each blob is immutable.",
                                                 required=True, unit="days")
    locked: bool | None = attribute(doc="Whether it can only be made longer.", default=False)
    protected_append_writes_enabled: bool | None = attribute(
        doc="Allow to append to append blobs.", default=False)
    protected_append_writes_all_enabled: bool | None = attribute(
        doc="Allow to append to append and block blobs.", default=False)
    id: str | None = computed_attribute(doc="Id of the policy.")


class StorageContainerImmutabilityPolicy(ResourceType[ImmutabilityPolicyModel, AzureClients]):
    """A policy by which Azure sets the retention of every blob.

    Veeam sets the retention itself, blob by blob, and cannot work on a container that has such a
    policy (VBR051). So a plan that has one is refused, for a container of whatever use. One that
    is there can be imported, which makes it known, and destroyed, unless it is locked.
    """

    type_name = "azurerm_storage_container_immutability_policy"
    model = ImmutabilityPolicyModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An immutability policy of a container; read and removed, never made."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/azure_limitations.html"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse it."""
        there = ("To remove the policy, delete this block and apply." if plan.prior is not None
                 else "Delete this block.")
        plan.error(
            "Immutability policy on a container",
            "A container with an immutability policy of its own cannot hold backups: Veeam sets "
            "the retention of each blob itself. Version-level immutability without a policy is "
            "what it needs: immutable_storage_with_versioning_enabled of "
            f"azurerm_storage_container. {there}", "immutability_period_in_days")

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """A locked policy stays."""
        if known(prior, "locked") is True:
            return ("The immutability policy is locked, and Azure removes a locked policy only "
                    "with its container, once no blob in it is protected any more.")
        return None

    def find(self, client: AzureClients, planned: ImmutabilityPolicyModel,
             ctx: StepContext) -> Probe[ImmutabilityPolicyModel]:
        """The policy of the container."""
        return by_name(self.read(client, planned, ctx))

    def steps(self, client: AzureClients, prior: ImmutabilityPolicyModel | None,
              planned: ImmutabilityPolicyModel | None, ctx: StepContext) -> Steps:
        """Remove it; nothing else."""
        if planned is not None:
            raise ProviderError(ErrorClass.UNSUPPORTED, "Immutability policy on a container",
                                "Immutability policies are read and removed, never made.")
        if prior is not None:
            yield Step("delete", Identity.of(id=prior.id), lambda: _delete(client, prior),
                       doc="Remove the immutability policy")

    def read(self, client: AzureClients, state: ImmutabilityPolicyModel,
             ctx: StepContext) -> ImmutabilityPolicyModel | None:
        """The policy; ``None`` when the container has none."""
        container = ContainerId.parse(state.storage_container_resource_manager_id)
        answer = _get(client, container)
        if answer is None:
            return None
        properties = answer["properties"]
        return state.copy(
            id=f"{container}/immutabilityPolicies/default",
            immutability_period_in_days=properties["immutabilityPeriodSinceCreationInDays"],
            locked=properties.get("state") == "Locked",
            protected_append_writes_enabled=bool(properties.get("allowProtectedAppendWrites")),
            protected_append_writes_all_enabled=bool(
                properties.get("allowProtectedAppendWritesAll")))

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> ImmutabilityPolicyModel | None:
        """The policy of a container, by the id of either."""
        container = ContainerId.parse(import_id.removesuffix("/immutabilityPolicies/default"))
        return self.read(client, ImmutabilityPolicyModel(
            storage_container_resource_manager_id=str(container), immutability_period_in_days=0),
            ctx)


def _get(client: AzureClients, container: ContainerId) -> dict[str, Any] | None:
    operation = Operation("BlobContainers.get_immutability_policy", container.shown,
                          f"{_TYPE}/read", reads=True)
    account = container.account
    answer = found(lambda: invoke(operation, lambda: client.storage(
        account.subscription).blob_containers.get_immutability_policy(
            account.group, account.account, container.name).as_dict()))
    # A container without a policy answers one of no days.
    days = ((answer or {}).get("properties") or {}).get("immutabilityPeriodSinceCreationInDays")
    return answer if days else None


def _delete(client: AzureClients, prior: ImmutabilityPolicyModel) -> None:
    from azure.core import MatchConditions

    container = ContainerId.parse(prior.storage_container_resource_manager_id)
    answer = _get(client, container)
    if answer is None:
        return
    operation = Operation("BlobContainers.delete_immutability_policy", container.shown,
                          f"{_TYPE}/delete")
    account = container.account
    invoke(operation, lambda: client.storage(
        account.subscription).blob_containers.delete_immutability_policy(
            account.group, account.account, container.name, etag=str(answer["etag"]),
            match_condition=MatchConditions.IfNotModified))
