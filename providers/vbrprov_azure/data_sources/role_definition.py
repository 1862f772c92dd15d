"""azurerm_role_definition: a role, built in or custom."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    Model,
    ProviderError,
    StepContext,
    attribute,
    block,
    computed_attribute,
)
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.resources.role_definition import PermissionsBlock, check_uuid
from vbrprov_azure.roles import DEFINITIONS, definition, definition_named, guid_of

_WIRE = {"actions": "actions", "not_actions": "notActions", "data_actions": "dataActions",
         "not_data_actions": "notDataActions"}


class RoleDefinitionDataModel(Model):
    """Arguments and attributes of ``data.azurerm_role_definition``."""

    name: str | None = attribute(doc="Name of the role; or role_definition_id.", default=None,
                                 computed=True)
    role_definition_id: str | None = attribute(doc="UUID of the role; or name.", default=None,
                                               computed=True, validators=(check_uuid,))
    scope: str | None = attribute(doc="Where to look; the subscription when left out.",
                                  default=None)
    id: str | None = computed_attribute(doc="Full id of the role.")
    description: str | None = computed_attribute(doc="What the role is for.")
    type: str | None = computed_attribute(doc="BuiltInRole or CustomRole.")
    assignable_scopes: list[str] | None = computed_attribute(doc="Where it can be assigned.")
    permissions: list[PermissionsBlock] = block(doc="What the role allows.", computed=True,
                                                default=None)


class RoleDefinitionData(DataSource[RoleDefinitionDataModel, AzureClients]):
    """Finds a role by its name or id."""

    type_name = "azurerm_role_definition"
    model = RoleDefinitionDataModel
    doc = "A role, built in or custom."
    source = "https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles"

    def read(self, client: AzureClients, config: RoleDefinitionDataModel,
             ctx: StepContext) -> RoleDefinitionDataModel:
        """Ask Azure."""
        scope = config.scope or f"/subscriptions/{client.subscription_id}"
        if (config.name is None) == (config.role_definition_id is None):
            raise ProviderError(ErrorClass.INVALID, "Role not named",
                                "Set either name or role_definition_id.", attribute="name")
        answer: dict[str, Any] | None
        if config.name is not None:
            answer = definition_named(client, scope, config.name)
        else:
            answer = definition(
                client, f"{scope.rstrip('/')}{DEFINITIONS}/{config.role_definition_id}")
        if answer is None:
            raise ProviderError(
                ErrorClass.NOT_FOUND, "Role not found",
                f'There is no role "{config.role_definition_id}" at "{scope}".',
                attribute="role_definition_id")
        properties = answer["properties"]
        return config.copy(
            name=properties["roleName"], role_definition_id=guid_of(answer["id"]),
            id=answer["id"], description=properties.get("description"),
            type=properties.get("type"),
            assignable_scopes=list(properties.get("assignableScopes") or ()),
            permissions=[PermissionsBlock(**{name: list(item.get(wire) or ())
                                             for name, wire in _WIRE.items()})
                         for item in properties.get("permissions") or ()])
