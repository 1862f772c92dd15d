"""azurerm_management_lock: a lock that keeps anybody from deleting or changing something."""

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
from vbrprov_azure.arm import LOCKS, Json
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation, found
from vbrprov_azure.ids import account_name, same_id
from vbrprov_azure.marks import notes_token, notes_with, notes_without

_SOURCE = ("https://learn.microsoft.com/en-us/rest/api/resources/management-locks/"
           "create-or-update-by-scope")
_PATH: Final = "/providers/Microsoft.Authorization/locks/"
#: What notes may have on the wire, and what the mark takes of it.
MAX_NOTES: Final = 512
_MARK: Final = 64


def _notes(text: Any) -> str | None:
    if len(text) > MAX_NOTES - _MARK:
        return f"Notes have {MAX_NOTES - _MARK} characters at most; the mark of vbrprov follows."
    return None


class ManagementLockModel(Model):
    """Arguments and attributes of ``azurerm_management_lock``."""

    name: str = attribute(doc="Name of the lock.", required=True, replace_on_change=True)
    scope: str = attribute(doc="Id of the subscription, group or resource.", required=True,
                           replace_on_change=True, same=same_id)
    lock_level: str = attribute(
        doc="CanNotDelete, or ReadOnly, which also keeps account keys from being listed.",
        required=True, replace_on_change=True, choices=("CanNotDelete", "ReadOnly"))
    notes: str | None = attribute(doc="Why it is locked.", default=None, replace_on_change=True,
                                  validators=(_notes,))
    id: str | None = computed_attribute(doc="Id of the lock.")


class ManagementLock(ResourceType[ManagementLockModel, AzureClients]):
    """One lock; nothing of it can be changed."""

    type_name = "azurerm_management_lock"
    model = ManagementLockModel
    recovery = Recovery.SUFFIX
    doc = "A lock against deleting or changing."
    source = _SOURCE
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """The id follows; a ReadOnly lock on an account gets a warning."""
        name, scope = known(plan.planned, "name"), known(plan.planned, "scope")
        if not isinstance(name, str) or not isinstance(scope, str):
            return
        if plan.prior is None:
            plan.planned["id"] = f"{scope.rstrip('/')}{_PATH}{name}"
        if account_name(scope) and known(plan.planned, "lock_level") == "ReadOnly":
            plan.warn("ReadOnly lock on a storage account",
                      "Azure lists no account keys under a ReadOnly lock, so a backup server that "
                      "uses one cannot be given it any more. CanNotDelete does not do that.",
                      "lock_level")

    def steps(self, client: AzureClients, prior: ManagementLockModel | None,
              planned: ManagementLockModel | None, ctx: StepContext) -> Steps:
        """One call to create or delete."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(id=_id(prior)), lambda: _delete(client, prior),
                           doc="Remove the lock")
        elif prior is None:
            yield Step("create", Identity.of(id=_id(planned)),
                       lambda: _create(client, planned, ctx), creates=True, doc="Lock")

    def read(self, client: AzureClients, state: ManagementLockModel,
             ctx: StepContext) -> ManagementLockModel | None:
        """The lock; ``None`` only when Azure says that there is none."""
        answer = _get(client, _id(state))
        return None if answer is None else _model(answer, state)

    def import_state(self, client: AzureClients, import_id: str,
                     ctx: StepContext) -> ManagementLockModel | None:
        """The lock of that resource id."""
        scope, path, name = _split(import_id)
        if not path or not name or "/" in name:
            raise ProviderError(ErrorClass.INVALID, "Resource id not understood",
                                f'"{import_id}" is not of the form SCOPE{_PATH}NAME.')
        return self.read(client, ManagementLockModel(name=name, scope=scope, lock_level=""), ctx)

    def read_token(self, client: AzureClients, identity: Mapping[str, Any],
                   ctx: StepContext) -> str:
        """The token at the end of its notes."""
        answer = _get(client, str(identity["id"])) or {}
        return notes_token((answer.get("properties") or {}).get("notes"))

    def probe(self, client: AzureClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ManagementLockModel]:
        """Ours is a lock whose notes end with the token of the interrupted run."""
        own = str(intent.identity["id"])
        answer = _get(client, own)
        if answer is None:
            return Probe(ProbeVerdict.ABSENT)
        if notes_token((answer.get("properties") or {}).get("notes")) != intent.token:
            return Probe(ProbeVerdict.FOREIGN, detail=f'The lock "{own}" was there before.')
        scope, _, name = _split(own)
        return Probe(ProbeVerdict.OURS, state=_model(answer, ManagementLockModel(
            name=name, scope=scope, lock_level="")))


def _split(text: str) -> tuple[str, str, str]:
    match = re.fullmatch(f"(.+)({re.escape(_PATH)})(.+)", text, re.IGNORECASE)
    return (match[1], match[2], match[3]) if match else (text, "", "")


def _id(model: ManagementLockModel) -> str:
    return f"{model.scope.rstrip('/')}{_PATH}{model.name}"


def _model(answer: Json, state: ManagementLockModel) -> ManagementLockModel:
    properties = answer["properties"]
    return state.copy(id=_id(state), lock_level=properties["level"],
                      notes=notes_without(properties.get("notes")))


def _operation(name: str, own: str, right: str, *, reads: bool = False) -> Operation:
    return Operation(f"ManagementLocks.{name}", f'lock "{own}"',
                     f"Microsoft.Authorization/locks/{right}", reads)


def _get(client: AzureClients, own: str) -> Json | None:
    return found(lambda: client.arm.get(
        _operation("get_by_scope", own, "read", reads=True), own, LOCKS))


def _create(client: AzureClients, planned: ManagementLockModel,
            ctx: StepContext) -> ManagementLockModel:
    own = _id(planned)
    if _get(client, own) is not None:
        raise ProviderError(
            ErrorClass.EXISTS, "Lock already exists",
            f'There is a lock "{own}". It was not created by this stack and is not taken over '
            "silently.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {own}), or choose another name.")
    body = {"properties": {"level": planned.lock_level,
                           "notes": notes_with(planned.notes, ctx.token)}}
    reply = client.arm.call(_operation("create_or_update_by_scope", own, "write"), "PUT", own,
                            LOCKS, body)
    return _model(reply.body, planned)


def _delete(client: AzureClients, prior: ManagementLockModel) -> None:
    own = _id(prior)
    found(lambda: client.arm.call(_operation("delete_by_scope", own, "delete"), "DELETE", own,
                                  LOCKS))
