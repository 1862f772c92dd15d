"""azurerm_resource_group: a resource group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
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
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.waiting import retry
from vbrprov_azure.account.model import check_tags
from vbrprov_azure.arm import RESOURCES, Json
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, found
from vbrprov_azure.ids import GroupId, same_location
from vbrprov_azure.marks import tag_token, tags_with, tags_without

_SOURCE = "https://learn.microsoft.com/en-us/rest/api/resources/resource-groups/create-or-update"
_READ: Final = "Microsoft.Resources/subscriptions/resourceGroups/read"
_WRITE: Final = "Microsoft.Resources/subscriptions/resourceGroups/write"
_DELETE: Final = "Microsoft.Resources/subscriptions/resourceGroups/delete"
_NAMED = 5
_BUSY_SECONDS: Final = 300.0


def check_name(name: Any) -> str | None:
    """What is wrong with the name of a resource group.

    https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules
    """
    if not re.fullmatch(r"[\w.()-]{1,90}", name) or name.endswith("."):
        return ("The name of a resource group has 1 to 90 letters, digits, and characters of "
                "_ - . ( ), and does not end with a dot.")
    return None


class ResourceGroupModel(Model):
    """Arguments and attributes of ``azurerm_resource_group``."""

    name: str = attribute(doc="Name of the group.", required=True, replace_on_change=True,
                          validators=(check_name,))
    location: str = attribute(doc="Region of the group's own data.", required=True,
                              replace_on_change=True, same=same_location)
    managed_by: str | None = attribute(doc="Id of the resource that manages the group.",
                                       default=None)
    tags: dict[str, str] | None = attribute(doc="Tags.", default=None, validators=(check_tags,))
    id: str | None = computed_attribute(doc="Id of the group.")


class ResourceGroup(ResourceType[ResourceGroupModel, AzureClients]):
    """One resource group. It is deleted only when nothing is in it."""

    type_name = "azurerm_resource_group"
    model = ResourceGroupModel
    recovery = Recovery.TAGGED
    doc = "A resource group."
    source = _SOURCE
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """The id follows from the name."""
        name = known(plan.planned, "name")
        if plan.prior is None and plan.client is not None and isinstance(name, str):
            plan.planned["id"] = str(GroupId(plan.client.subscription_id, name))

    def steps(self, client: AzureClients, prior: ResourceGroupModel | None,
              planned: ResourceGroupModel | None, ctx: StepContext) -> Steps:
        """One call to create, change or delete."""
        if planned is None:
            if prior is not None:
                group = _id(client, prior)
                yield Step("delete", Identity.of(id=str(group)),
                           lambda: _delete(client, group, ctx), doc="Delete the resource group")
            return
        group = _id(client, planned.copy(id=prior.id if prior is not None else None))
        identity = Identity.of(id=str(group))
        if prior is None:
            yield Step("create", identity, lambda: _create(client, group, planned, ctx),
                       creates=True, doc="Create the resource group")
        elif (prior.tags or {}) != (planned.tags or {}) or prior.managed_by != planned.managed_by:
            yield Step("update", identity, lambda: _update(client, group, planned),
                       doc="Change the resource group")

    def read(self, client: AzureClients, state: ResourceGroupModel,
             ctx: StepContext) -> ResourceGroupModel | None:
        """The group; ``None`` only when Azure says that there is none."""
        answer = get_group(client, _id(client, state))
        return None if answer is None else _model(answer, state)

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> ResourceGroupModel | None:
        """The group of that resource id."""
        group = GroupId.parse(import_id)
        return self.read(client, ResourceGroupModel(name=group.group, location="", id=str(group)),
                         ctx)

    def read_token(self, client: AzureClients, identity: Mapping[str, Any],
                   ctx: StepContext) -> str:
        """The token in its tags."""
        answer = get_group(client, GroupId.parse(str(identity["id"])))
        return tag_token((answer or {}).get("tags"))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ResourceGroupModel]:
        """Ours is a group with the token of the interrupted run."""
        group = GroupId.parse(str(intent.identity["id"]))
        answer = get_group(client, group)
        if answer is None:
            return Probe(ProbeVerdict.ABSENT)
        if tag_token(answer.get("tags")) != intent.token:
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The resource group "{group.group}" was there before.')
        return Probe(ProbeVerdict.OURS, state=_model(answer, ResourceGroupModel(
            name=group.group, location="")))


def _id(client: AzureClients, model: ResourceGroupModel) -> GroupId:
    return GroupId.parse(model.id) if model.id else GroupId(client.subscription_id, model.name)


def _model(answer: Json, state: ResourceGroupModel) -> ResourceGroupModel:
    return state.copy(name=answer["name"], location=answer["location"], id=answer["id"],
                      managed_by=answer.get("managedBy"),
                      tags=tags_without(answer.get("tags"), state.tags))


def _operation(name: str, group: GroupId, permission: str, *, reads: bool = False) -> Operation:
    return Operation(f"ResourceGroups.{name}", f'resource group "{group.group}"', permission, reads)


def get_group(client: AzureClients, group: GroupId) -> Json | None:
    """What Azure says of a resource group, or ``None``."""
    operation = _operation("get", group, _READ, reads=True)
    return found(lambda: client.arm.get(operation, str(group), RESOURCES))


def _create(client: AzureClients, group: GroupId, planned: ResourceGroupModel,
            ctx: StepContext) -> ResourceGroupModel:
    def look() -> None:
        there = get_group(client, group)
        if there is None:
            return
        if (there.get("properties") or {}).get("provisioningState") == "Deleting":
            raise ProviderError(
                ErrorClass.CONFLICT, "Resource group is being deleted",
                f'The resource group "{group.group}" is still being deleted.',
                hint="Apply again in a few minutes.")
        raise ProviderError(
            ErrorClass.EXISTS, "Resource group already exists",
            f'A resource group "{group.group}" exists in the subscription. It was not created by '
            "this stack and is not taken over silently.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {group}), or choose another name.")

    retry(look, ctx, frozenset({ErrorClass.CONFLICT}), _BUSY_SECONDS)
    body: Json = {"location": planned.location, "tags": tags_with(planned.tags, ctx.token)}
    if planned.managed_by:
        body["managedBy"] = planned.managed_by
    reply = client.arm.call(_operation("create_or_update", group, _WRITE), "PUT", str(group),
                            RESOURCES, body)
    return _model(reply.body, planned)


def _update(client: AzureClients, group: GroupId,
            planned: ResourceGroupModel) -> ResourceGroupModel:
    before = client.arm.get(_operation("get", group, _READ, reads=True), str(group), RESOURCES)
    body: Json = {"tags": tags_with(planned.tags, tag_token(before.get("tags"))),
                  "managedBy": planned.managed_by}
    reply = client.arm.call(_operation("update", group, _WRITE), "PATCH", str(group), RESOURCES,
                            body)
    return _model(reply.body, planned)


def _delete(client: AzureClients, group: GroupId, ctx: StepContext) -> None:
    if get_group(client, group) is None:
        return
    operation = Operation("Resources.list_by_resource_group", f'resource group "{group.group}"',
                          "Microsoft.Resources/subscriptions/resourceGroups/resources/read", True)
    # Azure would delete everything in the group, whoever made it.
    inside = [str(item["id"]) for item in client.arm.pages(operation, f"{group}/resources",
                                                           RESOURCES)]
    if inside:
        shown = "".join(f"\n    {item}" for item in sorted(inside)[:_NAMED])
        more = f"\n    and {len(inside) - _NAMED} more" if len(inside) > _NAMED else ""
        raise ProviderError(
            ErrorClass.INVALID, "Resource group is not empty",
            f'The resource group "{group.group}" holds {len(inside)} resources that this stack '
            f"does not destroy with it:{shown}{more}", hint="Remove them first.")
    reply = found(lambda: client.arm.call(_operation("delete", group, _DELETE), "DELETE",
                                          str(group), RESOURCES))
    if reply is not None:
        client.arm.finish(_operation("delete", group, _DELETE), reply, ctx)
