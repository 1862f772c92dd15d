"""azurerm_role_assignment: a role for somebody, at a scope."""

from __future__ import annotations

from typing import Final

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
from vbrprov.sdk.planning import silent
from vbrprov.sdk.recovery import by_name, made_up_token
from vbrprov.sdk.waiting import retry
from vbrprov_azure.arm import AUTHORIZATION, Json
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, code_of, found
from vbrprov_azure.ids import same_id
from vbrprov_azure.resources.role_definition import check_uuid
from vbrprov_azure.roles import (
    ASSIGNMENTS,
    definition,
    definition_named,
    guid_of,
    made_up_id,
    same_role,
)

_SOURCE = "https://learn.microsoft.com/en-us/rest/api/authorization/role-assignments/create"
#: Seconds until a principal or role that was made just now is known everywhere.
NEW_SECONDS: Final = 600.0
_WAITED: Final = frozenset({ErrorClass.NOT_YET, ErrorClass.NOT_FOUND})


class RoleAssignmentModel(Model):
    """Arguments and attributes of ``azurerm_role_assignment``."""

    name: str | None = attribute(
        doc="UUID of the assignment; made up of the rest when left out.", default=None,
        computed=True, replace_on_change=True, validators=(check_uuid,))
    scope: str = attribute(doc="Id of the subscription, group or resource.", required=True,
                           replace_on_change=True, same=same_id)
    role_definition_id: str | None = attribute(
        doc="Full id of the role; or role_definition_name.", default=None, computed=True,
        replace_on_change=True, same=same_role)
    role_definition_name: str | None = attribute(
        doc="Name of the role, such as Storage Blob Data Owner; or role_definition_id.",
        default=None, computed=True, replace_on_change=True)
    principal_id: str = attribute(
        doc="Object id of the user, group, application or identity (not its client id).",
        required=True, replace_on_change=True, validators=(check_uuid,), same=same_id)
    principal_type: str | None = attribute(
        doc="What it is. Say it for what was made just now: Azure then does not look it up.",
        default=None, computed=True, replace_on_change=True,
        choices=("User", "Group", "ServicePrincipal"))
    condition: str | None = attribute(doc="Condition under which the role counts.", default=None,
                                      replace_on_change=True)
    condition_version: str | None = attribute(doc="Version of the condition's language.",
                                              default=None, replace_on_change=True,
                                              choices=("1.0", "2.0"))
    description: str | None = attribute(doc="Why it is assigned.", default=None,
                                        replace_on_change=True)
    skip_service_principal_aad_check: bool | None = attribute(
        doc="The same as principal_type ServicePrincipal.", default=False)
    id: str | None = computed_attribute(doc="Id of the assignment.")


class RoleAssignment(ResourceType[RoleAssignmentModel, AzureClients]):
    """One assignment; nothing of it can be changed.

    Azure lets it count up to ten minutes after it was made.
    """

    type_name = "azurerm_role_assignment"
    model = RoleAssignmentModel
    recovery = Recovery.DETERMINISTIC_ID
    doc = "A role for a principal, at a scope."
    source = _SOURCE
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Exactly one of the two ways to name the role; a condition has a version."""
        by_id = not silent(plan.config, "role_definition_id")
        by_name = not silent(plan.config, "role_definition_name")
        if by_id == by_name:
            plan.error("Role named twice" if by_id else "Role not named",
                       "Set either role_definition_id or role_definition_name.",
                       "role_definition_name")
        if silent(plan.config, "condition") != silent(plan.config, "condition_version"):
            plan.error("Incomplete condition",
                       "condition and condition_version go together.", "condition")

    def steps(self, client: AzureClients, prior: RoleAssignmentModel | None,
              planned: RoleAssignmentModel | None, ctx: StepContext) -> Steps:
        """One call to create or delete."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(id=prior.id), lambda: _delete(client, prior),
                           doc="Remove the assignment")
            return
        if prior is not None:
            final = prior.copy(
                skip_service_principal_aad_check=planned.skip_service_principal_aad_check)
            if final != prior:
                yield Step("record", Identity.of(id=prior.id), lambda: final,
                           doc="Record the settings")
            return
        role = planned.role_definition_name or guid_of(planned.role_definition_id)
        name = planned.name or made_up_id(ctx.stack[:8], ctx.address, planned.scope,
                                          planned.principal_id, role)
        full = f"{planned.scope.rstrip('/')}{ASSIGNMENTS}/{name}"
        yield Step("create", Identity.of(id=full),
                   lambda: _create(client, planned.copy(name=name, id=full), ctx), creates=True,
                   doc="Assign the role")

    def read(self, client: AzureClients, state: RoleAssignmentModel,
             ctx: StepContext) -> RoleAssignmentModel | None:
        """The assignment; ``None`` only when Azure says that there is none."""
        answer = _get(client, state.id or "")
        return None if answer is None else _model(client, answer, state)

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> RoleAssignmentModel | None:
        """The assignment of that full id."""
        scope, path, name = import_id.partition(ASSIGNMENTS + "/")
        if not path or not scope or not name:
            raise ProviderError(ErrorClass.INVALID, "Resource id not understood",
                                f'"{import_id}" is not of the form SCOPE{ASSIGNMENTS}/UUID.')
        return self.read(client, RoleAssignmentModel(
            scope=scope, principal_id="", name=name, id=import_id), ctx)

    def find(self, client: AzureClients, planned: RoleAssignmentModel,
             ctx: StepContext) -> Probe[RoleAssignmentModel]:
        """By its id; one that was made up says that it is this stack's."""
        found = super().find(client, planned, ctx)
        return found if planned.name else by_name(found.state, made_up_token(
            ctx.stack, ctx.address))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[RoleAssignmentModel]:
        """The id says whose it is: nobody else makes up the same one."""
        full = str(intent.identity["id"])
        answer = _get(client, full)
        if answer is None:
            return Probe(ProbeVerdict.ABSENT)
        scope, _, name = full.partition(ASSIGNMENTS + "/")
        return Probe(ProbeVerdict.OURS, state=_model(client, answer, RoleAssignmentModel(
            scope=scope, principal_id="", name=name, id=full)))


def _operation(name: str, about: str, right: str, *, reads: bool = False) -> Operation:
    return Operation(f"RoleAssignments.{name}", f'role assignment "{about}"',
                     f"Microsoft.Authorization/roleAssignments/{right}", reads)


def _get(client: AzureClients, full: str) -> Json | None:
    return found(lambda: client.arm.get(_operation("get_by_id", full, "read", reads=True), full,
                                        AUTHORIZATION))


def _model(client: AzureClients, answer: Json, state: RoleAssignmentModel) -> RoleAssignmentModel:
    properties = answer["properties"]
    role = properties["roleDefinitionId"]
    if state.role_definition_id and same_role(state.role_definition_id, role):
        role = state.role_definition_id
    name = state.role_definition_name
    if not name:
        there = definition(client, role)
        name = there["properties"]["roleName"] if there is not None else None
    return state.copy(
        role_definition_id=role, role_definition_name=name,
        principal_id=properties["principalId"], principal_type=properties.get("principalType"),
        condition=properties.get("condition") or None,
        condition_version=properties.get("conditionVersion") or None,
        description=properties.get("description") or None)


def _create(client: AzureClients, planned: RoleAssignmentModel,
            ctx: StepContext) -> RoleAssignmentModel:
    full = planned.id or ""
    if _get(client, full) is not None:
        raise _exists(planned, full)
    role = planned.role_definition_id or str(definition_named(
        client, planned.scope, planned.role_definition_name or "")["id"])
    properties: Json = {"roleDefinitionId": role, "principalId": planned.principal_id}
    kind = planned.principal_type or (
        "ServicePrincipal" if planned.skip_service_principal_aad_check else None)
    for name, value in (("principalType", kind), ("condition", planned.condition),
                        ("conditionVersion", planned.condition_version),
                        ("description", planned.description)):
        if value:
            properties[name] = value
    operation = _operation("create", full, "write")
    try:
        reply = retry(
            lambda: client.arm.call(operation, "PUT", full, AUTHORIZATION,
                                    {"properties": properties}),
            ctx, _WAITED, 1.0 if client.sandbox else NEW_SECONDS)
    except ProviderError as error:
        if code_of(error) == "RoleAssignmentExists":
            raise _exists(planned, "") from error
        if code_of(error) == "PrincipalNotFound":
            error.attribute = "principal_id"
            error.hint = ("principal_id is an object id, not a client id. For an identity that was "
                          'made just now set principal_type = "ServicePrincipal".')
        raise
    return _model(client, reply.body, planned.copy(role_definition_id=role))


def _exists(planned: RoleAssignmentModel, full: str) -> ProviderError:
    there = f" as {full}" if full else ""
    return ProviderError(
        ErrorClass.EXISTS, "Role already assigned",
        f'The principal "{planned.principal_id}" has the role at "{planned.scope}" already{there}. '
        "The assignment was not made by this run and is not taken over silently.",
        attribute="principal_id",
        hint="Import it: az role assignment list shows its id.")


def _delete(client: AzureClients, prior: RoleAssignmentModel) -> None:
    full = prior.id or ""
    found(lambda: client.arm.call(_operation("delete_by_id", full, "delete"), "DELETE", full,
                                  AUTHORIZATION))
