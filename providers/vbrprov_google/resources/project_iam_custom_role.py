"""google_project_iam_custom_role: a role with exactly the permissions that backups need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    InstanceFacts,
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
from vbrprov.sdk.planning import is_known, known
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.views import View
from vbrprov.sdk.waiting import retry
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, cause_of, found
from vbrprov_google.names import fill_project

_ID: Final = re.compile(r"[a-zA-Z0-9_.]{3,64}")
_PERMISSION: Final = re.compile(r"[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+")
_ROLES = "https://docs.cloud.google.com/iam/docs/creating-custom-roles"
#: Seconds for which others may go on changing the same role.
BUSY_SECONDS: Final = 120.0
_FIELDS: Final = {"title": "title", "description": "description", "stage": "stage",
                  "permissions": "includedPermissions"}


def _check_id(value: Any) -> str | None:
    if not _ID.fullmatch(value):
        return "A role id has 3 to 64 letters, digits, underscores and dots; no hyphens."
    return None


def _check_permissions(values: Any) -> str | None:
    for value in values:
        if value is not None and not _PERMISSION.fullmatch(value):
            return f'"{value}" is no permission; they are written as SERVICE.RESOURCE.VERB.'
    return None


class ProjectIamCustomRoleModel(Model):
    """Arguments and attributes of ``google_project_iam_custom_role``."""

    role_id: str = attribute(
        doc="Id of the role. That of a deleted role is blocked for weeks, so it should not be "
            "changed lightly.", required=True, replace_on_change=True, validators=(_check_id,),
        source=_ROLES)
    title: str = attribute(doc="Name for people.", required=True)
    permissions: set[str] = attribute(doc="What the role allows.", required=True,
                                      validators=(_check_permissions,))
    stage: str | None = attribute(
        doc="How far the role has come.", default="GA",
        choices=("ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP"))
    description: str | None = attribute(doc="Longer text.", default=None)
    project: str | None = attribute(doc="Project of the role; the provider's when left out.",
                                    default=None, computed=True, replace_on_change=True)
    id: str | None = computed_attribute(doc="The role as projects/PROJECT/roles/ROLE_ID.")
    name: str | None = computed_attribute(doc="The same as id.")
    deleted: bool | None = computed_attribute(doc="Whether the role is deleted.")


class ProjectIamCustomRole(ResourceType[ProjectIamCustomRoleModel, GoogleClients]):
    """One role. A deleted role of the same id is brought back, since Google blocks the id."""

    type_name = "google_project_iam_custom_role"
    model = ProjectIamCustomRoleModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A custom role of a project."
    source = "https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.roles"
    settle_seconds = 10.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the name, and warn of ids that stay blocked."""
        fill_project(plan)
        role, project = known(plan.planned, "role_id"), known(plan.planned, "project")
        if isinstance(role, str) and isinstance(project, str):
            name = f"projects/{project}/roles/{role}"
            plan.planned.update({"id": name, "name": name, "deleted": False})
        before = known(plan.prior, "role_id") if plan.prior is not None else None
        if isinstance(before, str) and is_known(role) and role != before:
            plan.warn("The old role id stays blocked",
                      f'The role "{before}" is deleted for another one. Google keeps a deleted '
                      "role for 7 days and blocks its id for up to 37.", "role_id")

    def steps(self, client: GoogleClients, prior: ProjectIamCustomRoleModel | None,
              planned: ProjectIamCustomRoleModel | None, ctx: StepContext) -> Steps:
        """Create or bring back, and change; or delete."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior, ""), lambda: _delete(client, prior, ctx),
                           doc="Delete the role")
            return
        project = planned.project or client.project
        name = f"projects/{project}/roles/{planned.role_id}"
        wanted = planned.copy(project=project, id=name, name=name, deleted=False)
        current = prior
        if current is None:
            there = _get(client, wanted, ctx)
            if there is not None and not there.get("deleted"):
                raise _exists(wanted)
            if there is None:
                # That it was absent is in the intent: IAM does not tell when a role was made.
                yield Step("create", _identity(wanted, "absent"),
                           lambda: _create(client, wanted, ctx), creates=True,
                           doc="Create the role")
                return
            old = _project(there, wanted).copy(deleted=False)
            current = (yield Step("undelete", _identity(wanted, "deleted"),
                                  lambda: _undelete(client, old, ctx), creates=True,
                                  doc="Bring back the deleted role")) or old
        changed = [n for n in _FIELDS if (getattr(current, n) or None) != (
            getattr(wanted, n) or None) and not _same(n, current, wanted)]
        if changed:
            yield Step("update", _identity(wanted, ""),
                       lambda: _update(client, wanted, changed, ctx), doc="Change the role")
        elif wanted != current:
            yield Step("settings", _identity(wanted, ""), lambda: wanted,
                       doc="Record the settings")

    def read(self, client: GoogleClients, state: ProjectIamCustomRoleModel,
             ctx: StepContext) -> ProjectIamCustomRoleModel | None:
        """The role; ``None`` when there is none, or only a deleted one."""
        there = _get(client, state, ctx)
        return None if there is None or there.get("deleted") else _project(there, state)

    def import_state(self, client: GoogleClients, import_id: str,
                     ctx: StepContext) -> ProjectIamCustomRoleModel | None:
        """``projects/PROJECT/roles/ID``, ``PROJECT/ID`` or ``ID``."""
        parts = import_id.removeprefix("projects/").replace("/roles/", "/").split("/")
        if len(parts) > 2 or not parts[-1]:
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form PROJECT/ROLE_ID.')
        project = parts[0] if len(parts) == 2 else client.project
        return self.read(client, ProjectIamCustomRoleModel(
            role_id=parts[-1], project=project, title="", permissions=set()), ctx)

    def find(self, client: GoogleClients, planned: ProjectIamCustomRoleModel,
             ctx: StepContext) -> Probe[ProjectIamCustomRoleModel]:
        """The role of that id in the project."""
        return by_name(self.read(client, planned.copy(
            project=planned.project or client.project), ctx))

    def probe(self, client: GoogleClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ProjectIamCustomRoleModel]:
        """Ours is a role that was absent or deleted when the intent was written."""
        wanted = ProjectIamCustomRoleModel(
            role_id=str(intent.identity["role_id"]), project=str(intent.identity["project"]),
            title="", permissions=set())
        state = self.read(client, wanted, ctx)
        return Probe(ProbeVerdict.OURS if state else ProbeVerdict.ABSENT, state=state)

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The role as guardrails see it."""
        from vbrprov_google.access_views import role_view

        return role_view(facts)


def _same(name: str, one: ProjectIamCustomRoleModel, other: ProjectIamCustomRoleModel) -> bool:
    """Whether permissions are the same ones, in whatever order."""
    return name == "permissions" and set(one.permissions) == set(other.permissions)


def _identity(model: ProjectIamCustomRoleModel, was: str) -> Identity:
    return Identity.of(role_id=model.role_id, project=model.project, was=was)


def _subject(model: ProjectIamCustomRoleModel) -> str:
    return f'role "{model.role_id}"'


def _path(model: ProjectIamCustomRoleModel) -> str:
    return f"projects/{model.project}/roles/{model.role_id}"


def _get(client: GoogleClients, model: ProjectIamCustomRoleModel,
         ctx: StepContext) -> dict[str, Any] | None:
    return found(lambda: call(ctx, "iam.roles.get", _subject(model),
                              lambda: client.rest("GET", "iam", _path(model))))


def _project(there: dict[str, Any],
             state: ProjectIamCustomRoleModel) -> ProjectIamCustomRoleModel:
    name = _path(state)
    return state.copy(
        id=name, name=name, deleted=bool(there.get("deleted")), title=there.get("title", ""),
        description=there.get("description") or ("" if state.description == "" else None),
        # Google leaves the stage out when it is the first of the list.
        stage=there.get("stage") or "ALPHA",
        permissions=sorted(there.get("includedPermissions", [])))


def _body(model: ProjectIamCustomRoleModel) -> dict[str, Any]:
    return {"title": model.title, "description": model.description or "",
            "stage": model.stage or "GA", "includedPermissions": sorted(model.permissions)}


def _create(client: GoogleClients, wanted: ProjectIamCustomRoleModel,
            ctx: StepContext) -> ProjectIamCustomRoleModel:
    body = {"roleId": wanted.role_id, "role": _body(wanted)}
    try:
        call(ctx, "iam.roles.create", _subject(wanted), lambda: client.rest(
            "POST", "iam", f"projects/{wanted.project}/roles", body=body), repeat=False)
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise _exists(wanted) from error
        if "deleted state" in cause_of(error).message:
            raise ProviderError(
                ErrorClass.EXISTS, "Role id blocked",
                f"A {_subject(wanted)} was deleted for good a short time ago. Google blocks its id "
                "for 30 days.", attribute="role_id", hint="Choose another role_id.") from error
        raise
    return wanted


def _exists(wanted: ProjectIamCustomRoleModel) -> ProviderError:
    return ProviderError(
        ErrorClass.EXISTS, "Name already taken",
        f"A {_subject(wanted)} exists in the project. It was not created by this stack and is not "
        "taken over silently.", attribute="role_id",
        hint=f"Import it (vbrprov import ADDRESS {wanted.name}), or choose another role_id.")


def _undelete(client: GoogleClients, old: ProjectIamCustomRoleModel,
              ctx: StepContext) -> ProjectIamCustomRoleModel:
    def attempt() -> None:
        there = _get(client, old, ctx)
        if there is not None and there.get("deleted"):
            call(ctx, "iam.roles.undelete", _subject(old), lambda: client.rest(
                "POST", "iam", f"{_path(old)}:undelete", body={"etag": there.get("etag")}))

    retry(attempt, ctx, frozenset({ErrorClass.CONFLICT}), BUSY_SECONDS)
    return old


def _update(client: GoogleClients, wanted: ProjectIamCustomRoleModel, changed: list[str],
            ctx: StepContext) -> ProjectIamCustomRoleModel:
    mask = ",".join(_FIELDS[name] for name in changed)

    def attempt() -> None:
        there = _get(client, wanted, ctx) or {}
        body = {k: v for k, v in _body(wanted).items() if k in mask.split(",")}
        call(ctx, "iam.roles.update", _subject(wanted), lambda: client.rest(
            "PATCH", "iam", _path(wanted), query={"updateMask": mask},
            body={**body, "etag": there.get("etag")}))

    retry(attempt, ctx, frozenset({ErrorClass.CONFLICT}), BUSY_SECONDS)
    return wanted


def _delete(client: GoogleClients, prior: ProjectIamCustomRoleModel, ctx: StepContext) -> None:
    there = _get(client, prior, ctx)
    if there is None or there.get("deleted"):
        return
    found(lambda: call(ctx, "iam.roles.delete", _subject(prior),
                       lambda: client.rest("DELETE", "iam", _path(prior))))
