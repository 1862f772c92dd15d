"""azurerm_role_definition: a custom role."""

from __future__ import annotations

import uuid
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    block,
    computed_attribute,
)
from vbrprov.sdk.recovery import by_name, made_up_token
from vbrprov_azure.arm import AUTHORIZATION, Json
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, code_of, found
from vbrprov_azure.ids import same_id
from vbrprov_azure.roles import (
    DEFINITIONS,
    STEADY_CHANGE,
    STEADY_DELETE,
    definition,
    guid_of,
    made_up_id,
    wait_steady,
)

_SOURCE = "https://learn.microsoft.com/en-us/rest/api/authorization/role-definitions"
_LISTS: Final = ("actions", "not_actions", "data_actions", "not_data_actions")
_WIRE: Final = {"actions": "actions", "not_actions": "notActions", "data_actions": "dataActions",
                "not_data_actions": "notDataActions"}


def check_uuid(text: Any) -> str | None:
    """What is wrong with a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return "It is a UUID such as 00000000-0000-0000-0000-000000000000."
    return None


class PermissionsBlock(Model):
    """What the role allows."""

    actions: list[str] | None = attribute(doc="Allowed actions of the management plane.",
                                          default=None)
    not_actions: list[str] | None = attribute(doc="Actions that are taken off again.",
                                              default=None)
    data_actions: list[str] | None = attribute(doc="Allowed actions on data.", default=None)
    not_data_actions: list[str] | None = attribute(doc="Data actions that are taken off again.",
                                                   default=None)


class RoleDefinitionModel(Model):
    """Arguments and attributes of ``azurerm_role_definition``."""

    role_definition_id: str | None = attribute(
        doc="UUID of the role; made up of where it is defined when left out.", default=None,
        computed=True, replace_on_change=True, validators=(check_uuid,))
    name: str = attribute(doc="Name of the role, unique in the tenant.", required=True)
    scope: str = attribute(doc="Id of the subscription, group or resource where it is defined.",
                           required=True, replace_on_change=True, same=same_id)
    description: str | None = attribute(doc="What the role is for.", default=None)
    permissions: list[PermissionsBlock] = block(doc="What the role allows.", default=None)
    assignable_scopes: list[str] | None = attribute(
        doc="Where it can be assigned; at scope when left out.", default=None, computed=True)
    role_definition_resource_id: str | None = computed_attribute(doc="Full id of the role.")
    id: str | None = computed_attribute(doc="Full id of the role.")


class RoleDefinition(ResourceType[RoleDefinitionModel, AzureClients]):
    """One custom role; a change is waited for, since Azure shows it late."""

    type_name = "azurerm_role_definition"
    model = RoleDefinitionModel
    recovery = Recovery.DETERMINISTIC_ID
    doc = "A custom role."
    source = _SOURCE
    settle_seconds = 15.0

    def steps(self, client: AzureClients, prior: RoleDefinitionModel | None,
              planned: RoleDefinitionModel | None, ctx: StepContext) -> Steps:
        """Write or delete it, then wait until Azure shows that everywhere."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(id=prior.id),
                           lambda: _delete(client, prior, ctx), doc="Delete the role")
            return
        own = (prior.role_definition_id if prior is not None else planned.role_definition_id) or (
            made_up_id(ctx.stack[:8], ctx.address, planned.scope, planned.name))
        full = f"{planned.scope.rstrip('/')}{DEFINITIONS}/{own}"
        identity = Identity.of(id=full)
        wanted = planned.copy(
            role_definition_id=own, id=full, role_definition_resource_id=full,
            assignable_scopes=planned.assignable_scopes or [planned.scope])
        if prior is None:
            yield Step("create", identity, lambda: _create(client, wanted), creates=True,
                       doc="Create the role")
        elif _body(prior) != _body(wanted):
            yield Step("update", identity, lambda: _write(client, wanted), doc="Change the role")
        else:
            return
        yield Step("settle", identity, lambda: _settle(client, wanted, ctx),
                   doc="Wait until the role shows everywhere")

    def read(self, client: AzureClients, state: RoleDefinitionModel,
             ctx: StepContext) -> RoleDefinitionModel | None:
        """The role; ``None`` only when Azure says that there is none."""
        answer = definition(client, state.id or "")
        return None if answer is None else _model(answer, state)

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> RoleDefinitionModel | None:
        """The role of that full id; Terraform's ``ID|SCOPE`` is taken as well."""
        full, _, _ = import_id.partition("|")
        scope, path, _ = full.partition(DEFINITIONS)
        if not path or not scope:
            raise ProviderError(ErrorClass.INVALID, "Resource id not understood",
                                f'"{import_id}" is not of the form SCOPE{DEFINITIONS}/UUID.')
        return self.read(client, RoleDefinitionModel(name="", scope=scope, id=full), ctx)

    def find(self, client: AzureClients, planned: RoleDefinitionModel,
             ctx: StepContext) -> Probe[RoleDefinitionModel]:
        """By its id; one that was made up says that it is this stack's."""
        found = super().find(client, planned, ctx)
        return found if planned.role_definition_id else by_name(found.state, made_up_token(
            ctx.stack, ctx.address))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[RoleDefinitionModel]:
        """The id says whose it is: nobody else makes up the same one."""
        full = str(intent.identity["id"])
        answer = definition(client, full)
        if answer is None:
            return Probe(ProbeVerdict.ABSENT)
        scope = full.partition(DEFINITIONS)[0]
        return Probe(ProbeVerdict.OURS, state=_model(answer, RoleDefinitionModel(
            name="", scope=scope, id=full)))


def _body(model: RoleDefinitionModel) -> Json:
    permissions = [{_WIRE[name]: list(getattr(item, name) or ()) for name in _LISTS}
                   for item in model.permissions]
    return {"properties": {
        "roleName": model.name, "type": "CustomRole", "description": model.description or "",
        "permissions": permissions or [{wire: [] for wire in _WIRE.values()}],
        "assignableScopes": list(model.assignable_scopes or [model.scope])}}


def _model(answer: Json, state: RoleDefinitionModel) -> RoleDefinitionModel:
    properties = answer["properties"]
    live = [{name: list(item.get(wire) or ()) for name, wire in _WIRE.items()}
            for item in properties.get("permissions") or ()]
    stated = [{name: list(getattr(item, name) or ()) for name in _LISTS}
              for item in state.permissions]
    blocks = state.permissions if live == stated else [
        PermissionsBlock(**{name: values or None for name, values in item.items()})
        for item in live if any(item.values())]
    return state.copy(
        name=properties["roleName"], role_definition_id=guid_of(answer["id"]),
        description=properties.get("description") or None, permissions=blocks,
        assignable_scopes=list(properties.get("assignableScopes") or ()),
        id=state.id, role_definition_resource_id=state.id)


def _operation(name: str, model: RoleDefinitionModel, right: str) -> Operation:
    return Operation(f"RoleDefinitions.{name}", f'role "{model.name}"',
                     f"Microsoft.Authorization/roleDefinitions/{right}")


def _create(client: AzureClients, wanted: RoleDefinitionModel) -> RoleDefinitionModel:
    if definition(client, wanted.id or "") is not None:
        raise ProviderError(
            ErrorClass.EXISTS, "Role already exists",
            f'There is a role "{wanted.id}". It was not created by this run and is not taken over '
            "silently.", attribute="role_definition_id",
            hint=f"Import it (vbrprov import ADDRESS {wanted.id}), or leave role_definition_id "
                 "out.")
    return _write(client, wanted)


def _write(client: AzureClients, wanted: RoleDefinitionModel) -> RoleDefinitionModel:
    try:
        reply = client.arm.call(_operation("create_or_update", wanted, "write"), "PUT",
                                wanted.id or "", AUTHORIZATION, _body(wanted))
    except ProviderError as error:
        if code_of(error) == "RoleDefinitionWithSameNameExists":
            error.attribute = "name"
            error.hint = "Names of roles are unique in the tenant: choose another one."
        raise
    return _model(reply.body, wanted)


def _settle(client: AzureClients, wanted: RoleDefinitionModel,
            ctx: StepContext) -> RoleDefinitionModel:
    last = wanted

    def shows() -> bool:
        nonlocal last
        answer = definition(client, wanted.id or "")
        last = wanted if answer is None else _model(answer, wanted)
        return answer is not None and _body(last) == _body(wanted)

    wait_steady(shows, ctx, STEADY_CHANGE, f'role "{wanted.name}"', sandbox=client.sandbox)
    return last


def _delete(client: AzureClients, prior: RoleDefinitionModel, ctx: StepContext) -> None:
    try:
        found(lambda: client.arm.call(_operation("delete", prior, "delete"), "DELETE",
                                      prior.id or "", AUTHORIZATION))
    except ProviderError as error:
        if code_of(error) == "RoleDefinitionHasAssignments":
            error.hint = "Remove the assignments of the role that this stack does not manage."
        raise
    wait_steady(lambda: definition(client, prior.id or "") is None, ctx, STEADY_DELETE,
                f'role "{prior.name}"', sandbox=client.sandbox)
