"""azurerm_storage_container: a container, version-level immutability included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    InstanceFacts,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    StorageBelow,
    View,
)
from vbrprov.sdk.model import Model, attribute, computed_attribute
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.resource import Identity
from vbrprov.sdk.values import Value
from vbrprov_azure.account.listing import accounts_named
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.containers import (
    created_by,
    delete_container,
    get_container,
    read_container,
    write_container,
)
from vbrprov_azure.ids import AccountId, ContainerId, same_id

_RULES = ("https://learn.microsoft.com/en-us/rest/api/storageservices/"
          "naming-and-referencing-containers--blobs--and-metadata")
_WORM = ("https://learn.microsoft.com/en-us/azure/storage/blobs/"
         "immutable-policy-configure-version-scope")
_PREVENTED = (
    'The container has deletion_policy = "PREVENT", the default, because backups may be in it. To '
    'delete it with all that it holds, set deletion_policy = "DELETE" and apply, then destroy. To '
    'leave it and forget it, set deletion_policy = "ABANDON" and apply, then destroy.'
)


def _name(name: Any) -> str | None:
    if name in ("$root", "$web", "$logs"):
        return None
    if not re.fullmatch(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*", name):
        return ("The name of a container has 3 to 63 lower-case letters, digits and single hyphens "
                "between them.")
    return None


def _account(text: Any) -> str | None:
    try:
        AccountId.parse(text)
    except ProviderError as error:
        return error.detail
    return None


def _metadata(data: Any) -> str | None:
    for key in data:
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", key):
            return f'"{key}" is no key of metadata: lower-case letters, digits and _ only.'
    return None


class StorageContainerModel(Model):
    """Arguments and attributes of ``azurerm_storage_container``."""

    name: str = attribute(doc="Name of the container, unique in the account.", required=True,
                          replace_on_change=True, validators=(_name,), source=_RULES)
    storage_account_id: str = attribute(doc="Id of the storage account.", required=True,
                                        replace_on_change=True, validators=(_account,),
                                        same=same_id)
    container_access_type: str | None = attribute(
        doc="Who may read without logging in: nobody (private), blobs or all of it.",
        default="private", choices=("private", "blob", "container"))
    immutable_storage_with_versioning_enabled: bool | None = attribute(
        doc="Version-level immutability, which immutable backups need. It is set when the "
            "container is made and never again; the account must have versioning.", default=False,
        replace_on_change=True, source=_WORM)
    metadata: dict[str, str] | None = attribute(doc="Metadata of the container.", default=None,
                                                validators=(_metadata,))
    default_encryption_scope: str | None = attribute(
        doc="Encryption scope of blobs that do not name one.", default=None, computed=True,
        replace_on_change=True)
    encryption_scope_override_enabled: bool | None = attribute(
        doc="Allow blobs to name another encryption scope.", default=True, replace_on_change=True)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE deletes the container with all that "
            "it holds, ABANDON leaves it and forgets it.", default="PREVENT",
        choices=("PREVENT", "DELETE", "ABANDON"))

    id: str | None = computed_attribute(doc="Id of the container.")
    url: str | None = computed_attribute(doc="URL of the container.")
    has_immutability_policy: bool | None = computed_attribute(
        doc="Whether the container has an immutability policy of its own (VBR051).")
    immutability_policy_state: str | None = computed_attribute(
        doc="Locked or Unlocked, where there is a policy.")
    immutability_period_in_days: int | None = computed_attribute(
        doc="Length of that policy in days.")
    has_legal_hold: bool | None = computed_attribute(doc="Whether there is a legal hold.")
    immutability_migration_state: str | None = computed_attribute(
        doc="Where a migration to version-level immutability stands.")


class StorageContainer(ResourceType[StorageContainerModel, AzureClients]):
    """One container, made and read by Azure Resource Manager."""

    type_name = "azurerm_storage_container"
    model = StorageContainerModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A container of a storage account."
    source = "https://learn.microsoft.com/en-us/rest/api/storagerp/blob-containers/create"
    settle_seconds = 15.0
    holds = "azure"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what follows from the arguments."""
        name, account = known(plan.planned, "name"), known(plan.planned, "storage_account_id")
        if plan.prior is not None:
            return
        if isinstance(name, str) and isinstance(account, str):
            plan.planned["id"] = f"{account.rstrip('/')}/blobServices/default/containers/{name}"
        plan.planned["has_immutability_policy"] = False
        plan.planned["has_legal_hold"] = False

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses."""
        policy = known(prior, "deletion_policy")
        return None if policy in ("DELETE", "ABANDON") else _PREVENTED

    def steps(self, client: AzureClients, prior: StorageContainerModel | None,
              planned: StorageContainerModel | None, ctx: StepContext) -> Steps:
        """One call to create, change or delete."""
        if planned is None:
            if prior is not None:
                yield from self._destroy(client, prior, ctx)
            return
        container = ContainerId(AccountId.parse(planned.storage_account_id), planned.name)
        identity = Identity.of(id=str(container),
                               immutable=bool(planned.immutable_storage_with_versioning_enabled))
        if prior is None:
            yield Step("create", identity,
                       lambda: write_container(client, container, planned, ctx, create=True),
                       creates=True, doc="Create the container")
        elif (prior.metadata or {}) != (planned.metadata or {}) or (
                prior.container_access_type != planned.container_access_type):
            yield Step("update", identity,
                       lambda: write_container(client, container, planned, ctx, create=False),
                       doc="Change the container")
        else:
            final = prior.copy(deletion_policy=planned.deletion_policy,
                               storage_account_id=planned.storage_account_id)
            if final != prior:
                yield Step("record", identity, lambda: final, doc="Record the settings")

    def _destroy(self, client: AzureClients, prior: StorageContainerModel,
                 ctx: StepContext) -> Steps:
        if prior.deletion_policy == "ABANDON":
            return
        if prior.deletion_policy != "DELETE":
            raise ProviderError(ErrorClass.INVALID, "Destroying is prevented", _PREVENTED,
                                attribute="deletion_policy")
        container = ContainerId(AccountId.parse(prior.storage_account_id), prior.name)
        yield Step("delete", Identity.of(id=str(container)),
                   lambda: delete_container(client, container, ctx), doc="Delete the container")

    def read(self, client: AzureClients, state: StorageContainerModel,
             ctx: StepContext) -> StorageContainerModel | None:
        """The container; ``None`` only when Azure says that there is none."""
        container = ContainerId(AccountId.parse(state.storage_account_id), state.name)
        answer = get_container(client, container)
        return None if answer is None else state.copy(
            **read_container(container, answer, state.metadata))

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> StorageContainerModel | None:
        """The container of that resource id."""
        container = ContainerId.parse(import_id)
        return self.read(client, StorageContainerModel(
            name=container.name, storage_account_id=str(container.account)), ctx)

    def find(self, client: AzureClients, planned: StorageContainerModel,
             ctx: StepContext) -> Probe[StorageContainerModel]:
        """The container of that name, whatever it looks like by now."""
        return by_name(self.read(client, planned, ctx))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[StorageContainerModel]:
        """Ours is a container as it was meant to be that is not older than the intent."""
        container = ContainerId.parse(str(intent.identity["id"]))
        answer = get_container(client, container)
        if answer is None:
            return Probe(ProbeVerdict.ABSENT)
        wrong = created_by(answer, intent)
        if wrong:
            return Probe(ProbeVerdict.FOREIGN, detail=f"The {container.shown} {wrong}")
        state = StorageContainerModel(name=container.name,
                                      storage_account_id=str(container.account))
        return Probe(ProbeVerdict.OURS, detail=f"The {container.shown} was made by the interrupted "
                                               "run.",
                     state=state.copy(**read_container(container, answer, None)))

    def storage_ids(self, client: AzureClients, storage: StorageBelow) -> Iterator[str]:
        """The container in the account of that name."""
        for account in accounts_named(client, storage.account):
            yield str(ContainerId(account, storage.name))

    def storage_known(self, storage: StorageBelow) -> Mapping[str, Value]:
        """The name, and the account by its name."""
        return {"name": storage.name} | (
            {"storage_account_id": storage.account} if storage.account else {})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The container as guardrails see it."""
        from vbrprov_azure.views import container_view

        return container_view(facts)
