"""azurerm_user_assigned_identity: an identity that roles can be assigned to."""

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
from vbrprov_azure.account.model import check_tags
from vbrprov_azure.arm import IDENTITIES, Json
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, found
from vbrprov_azure.ids import IdentityId, same_id, same_location
from vbrprov_azure.marks import tag_token, tags_with, tags_without

_SOURCE = ("https://learn.microsoft.com/en-us/rest/api/managedidentity/"
           "user-assigned-identities/create-or-update")
_TYPE: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"


def _name(name: Any) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9][\w-]{2,127}", name):
        return ("The name of an identity has 3 to 128 letters, digits, hyphens and underscores, "
                "and begins with a letter or digit.")
    return None


class UserAssignedIdentityModel(Model):
    """Arguments and attributes of ``azurerm_user_assigned_identity``."""

    name: str = attribute(doc="Name of the identity.", required=True, replace_on_change=True,
                          validators=(_name,))
    resource_group_name: str = attribute(doc="Resource group of the identity.", required=True,
                                         replace_on_change=True, same=same_id)
    location: str = attribute(doc="Region.", required=True, replace_on_change=True,
                              same=same_location)
    tags: dict[str, str] | None = attribute(doc="Tags.", default=None, validators=(check_tags,))
    id: str | None = computed_attribute(doc="Id of the identity.")
    principal_id: str | None = computed_attribute(doc="Id by which roles are assigned to it.")
    client_id: str | None = computed_attribute(doc="Id by which it logs in.")
    tenant_id: str | None = computed_attribute(doc="Its tenant.")


class UserAssignedIdentity(ResourceType[UserAssignedIdentityModel, AzureClients]):
    """One identity."""

    type_name = "azurerm_user_assigned_identity"
    model = UserAssignedIdentityModel
    recovery = Recovery.TAGGED
    doc = "A user-assigned managed identity."
    source = _SOURCE
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """The id follows from the names."""
        name, group = known(plan.planned, "name"), known(plan.planned, "resource_group_name")
        if (plan.prior is None and plan.client is not None and isinstance(name, str)
                and isinstance(group, str)):
            plan.planned["id"] = str(IdentityId(plan.client.subscription_id, group, name))

    def steps(self, client: AzureClients, prior: UserAssignedIdentityModel | None,
              planned: UserAssignedIdentityModel | None, ctx: StepContext) -> Steps:
        """One call to create, change or delete."""
        if planned is None:
            if prior is not None:
                gone = _id(client, prior)
                yield Step("delete", Identity.of(id=str(gone)), lambda: _delete(client, gone),
                           doc="Delete the identity")
            return
        own = _id(client, planned.copy(id=prior.id if prior is not None else None))
        identity = Identity.of(id=str(own))
        if prior is None:
            yield Step("create", identity, lambda: _create(client, own, planned, ctx),
                       creates=True, doc="Create the identity")
        elif (prior.tags or {}) != (planned.tags or {}):
            yield Step("tags", identity, lambda: _tag(client, own, planned), doc="Set tags")

    def read(self, client: AzureClients, state: UserAssignedIdentityModel,
             ctx: StepContext) -> UserAssignedIdentityModel | None:
        """The identity; ``None`` only when Azure says that there is none."""
        answer = _get(client, _id(client, state))
        return None if answer is None else _model(answer, state)

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> UserAssignedIdentityModel | None:
        """The identity of that resource id."""
        own = IdentityId.parse(import_id)
        return self.read(client, UserAssignedIdentityModel(
            name=own.name, resource_group_name=own.group, location="", id=str(own)), ctx)

    def read_token(self, client: AzureClients, identity: Mapping[str, Any],
                   ctx: StepContext) -> str:
        """The token in its tags."""
        answer = _get(client, IdentityId.parse(str(identity["id"])))
        return tag_token((answer or {}).get("tags"))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[UserAssignedIdentityModel]:
        """Ours is an identity with the token of the interrupted run."""
        own = IdentityId.parse(str(intent.identity["id"]))
        answer = _get(client, own)
        if answer is None:
            return Probe(ProbeVerdict.ABSENT)
        if tag_token(answer.get("tags")) != intent.token:
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The identity "{own.name}" was there before.')
        return Probe(ProbeVerdict.OURS, state=_model(answer, UserAssignedIdentityModel(
            name=own.name, resource_group_name=own.group, location="")))


def _id(client: AzureClients, model: UserAssignedIdentityModel) -> IdentityId:
    if model.id:
        return IdentityId.parse(model.id)
    return IdentityId(client.subscription_id, model.resource_group_name, model.name)


def _model(answer: Json, state: UserAssignedIdentityModel) -> UserAssignedIdentityModel:
    properties = answer.get("properties") or {}
    return state.copy(
        name=answer["name"], location=answer["location"], id=answer["id"],
        tags=tags_without(answer.get("tags"), state.tags),
        principal_id=properties.get("principalId"), client_id=properties.get("clientId"),
        tenant_id=properties.get("tenantId"))


def _operation(name: str, own: IdentityId, right: str, *, reads: bool = False) -> Operation:
    return Operation(f"UserAssignedIdentities.{name}", f'identity "{own.name}"',
                     f"{_TYPE}/{right}", reads)


def _get(client: AzureClients, own: IdentityId) -> Json | None:
    return found(lambda: client.arm.get(_operation("get", own, "read", reads=True), str(own),
                                        IDENTITIES))


def _create(client: AzureClients, own: IdentityId, planned: UserAssignedIdentityModel,
            ctx: StepContext) -> UserAssignedIdentityModel:
    if _get(client, own) is not None:
        raise ProviderError(
            ErrorClass.EXISTS, "Identity already exists",
            f'An identity "{own.name}" is in resource group "{own.group}". It was not created by '
            "this stack and is not taken over silently.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {own}), or choose another name.")
    body = {"location": planned.location, "tags": tags_with(planned.tags, ctx.token)}
    reply = client.arm.call(_operation("create_or_update", own, "write"), "PUT", str(own),
                            IDENTITIES, body)
    return _model(reply.body, planned)


def _tag(client: AzureClients, own: IdentityId,
         planned: UserAssignedIdentityModel) -> UserAssignedIdentityModel:
    before = client.arm.get(_operation("get", own, "read", reads=True), str(own), IDENTITIES)
    body = {"tags": tags_with(planned.tags, tag_token(before.get("tags")))}
    reply = client.arm.call(_operation("update", own, "write"), "PATCH", str(own), IDENTITIES,
                            body)
    return _model(reply.body, planned)


def _delete(client: AzureClients, own: IdentityId) -> None:
    found(lambda: client.arm.call(_operation("delete", own, "delete"), "DELETE", str(own),
                                  IDENTITIES))
