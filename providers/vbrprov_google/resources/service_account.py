"""google_service_account: an identity for backups."""

from __future__ import annotations

import re
from collections.abc import Callable
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
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.waiting import retry
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, found
from vbrprov_google.names import email_of, fill_project

_ID: Final = re.compile(r"[a-z][-a-z0-9]{4,28}[a-z0-9]")
#: Seconds until an account that was made just now is known to all of IAM.
VISIBLE_SECONDS: Final = 60.0


def _check_id(value: Any) -> str | None:
    if not _ID.fullmatch(value):
        return ("An account id has 6 to 30 lowercase letters, digits and hyphens, begins with a "
                "letter and does not end with a hyphen.")
    return None


def _check_description(value: Any) -> str | None:
    return None if len(value.encode()) <= 256 else "A description has at most 256 bytes."


def _check_display_name(value: Any) -> str | None:
    return None if len(value.encode()) <= 100 else "A display name has at most 100 bytes."


class ServiceAccountModel(Model):
    """Arguments and attributes of ``google_service_account``."""

    account_id: str = attribute(
        doc="Id of the account; its email follows from it.", required=True, replace_on_change=True,
        validators=(_check_id,))
    display_name: str | None = attribute(doc="Name for people.", default=None,
                                         validators=(_check_display_name,))
    description: str | None = attribute(doc="Longer text.", default=None,
                                        validators=(_check_description,))
    disabled: bool | None = attribute(doc="Whether the account cannot log in.", default=False)
    project: str | None = attribute(doc="Project of the account; the provider's when left out.",
                                    default=None, computed=True, replace_on_change=True)
    create_ignore_already_exists: bool | None = attribute(
        doc="Take an account that is there already, instead of refusing.", default=False)
    id: str | None = computed_attribute(
        doc="The account as projects/PROJECT/serviceAccounts/EMAIL.")
    name: str | None = computed_attribute(doc="The same as id.")
    email: str | None = computed_attribute(doc="Email of the account.")
    member: str | None = computed_attribute(doc="The account as a member of policies.")
    unique_id: str | None = computed_attribute(doc="Id that is never used again.")


class ServiceAccount(ResourceType[ServiceAccountModel, GoogleClients]):
    """One account; its keys and grants are resources of their own.

    An account that is made again under the same email is another one: grants of the old one do
    not hold for it, and its own are planned again.
    """

    type_name = "google_service_account"
    model = ServiceAccountModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A service account."
    source = "https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what follows from id and project, so that grants can be shown and judged."""
        fill_project(plan)
        account, project = known(plan.planned, "account_id"), known(plan.planned, "project")
        if isinstance(account, str) and isinstance(project, str):
            plan.planned.update(_names(account, project))

    def steps(self, client: GoogleClients, prior: ServiceAccountModel | None,
              planned: ServiceAccountModel | None, ctx: StepContext) -> Steps:
        """Create or change, one call each; or delete."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior, ""), lambda: _delete(client, prior, ctx),
                           doc="Delete the service account")
            return
        project = planned.project or client.project
        planned = planned.copy(project=project, **_names(planned.account_id, project))
        current = prior
        if current is None:
            there = _get(client, planned, ctx)
            if there is not None:
                if not planned.create_ignore_already_exists:
                    raise _exists(planned)
                current = _project(there, planned)
                taken = current
                yield Step("take", _identity(planned, "present"), lambda: taken, creates=True,
                           doc="Take the service account that is there")
            else:
                # That it was absent is in the intent: IAM does not tell when an account was made.
                made = yield Step("create", _identity(planned, "absent"),
                                  lambda: _create(client, planned, ctx), creates=True,
                                  doc="Create the service account")
                current = made or planned.copy(disabled=False)
        yield from self._update(client, current, planned, ctx)

    def _update(self, client: GoogleClients, current: ServiceAccountModel,
                planned: ServiceAccountModel, ctx: StepContext) -> Steps:
        fields = {"display_name": "displayName", "description": "description"}
        changed = [n for n in fields if (getattr(current, n) or "") != (getattr(planned, n) or "")]
        if changed:
            after = current.copy(display_name=planned.display_name,
                                 description=planned.description)
            body = {"serviceAccount": {fields[n]: getattr(planned, n) or "" for n in changed},
                    "updateMask": ",".join(fields[n] for n in changed)}
            yield Step("describe", _identity(planned, ""), _after(lambda: call(
                ctx, "iam.serviceAccounts.update", _subject(planned),
                lambda: client.rest("PATCH", "iam", _path(planned), body=body)), after),
                doc="Set names and texts")
            current = after
        if bool(current.disabled) != bool(planned.disabled):
            after = current.copy(disabled=planned.disabled)
            verb = "disable" if planned.disabled else "enable"
            yield Step(verb, _identity(planned, ""), _after(lambda: call(
                ctx, f"iam.serviceAccounts.{verb}", _subject(planned),
                lambda: client.rest("POST", "iam", f"{_path(planned)}:{verb}", body={})), after),
                doc=f"{verb.capitalize()} the service account")
            current = after
        final = planned.copy(unique_id=current.unique_id)
        if final != current:
            yield Step("settings", _identity(planned, ""), lambda: final,
                       doc="Record the settings")

    def read(self, client: GoogleClients, state: ServiceAccountModel,
             ctx: StepContext) -> ServiceAccountModel | None:
        """The account; ``None`` only when IAM says that there is none."""
        there = _get(client, state, ctx)
        return None if there is None else _project(there, state)

    def import_state(self, client: GoogleClients, import_id: str,
                     ctx: StepContext) -> ServiceAccountModel | None:
        """``projects/PROJECT/serviceAccounts/EMAIL``, ``PROJECT/EMAIL`` or ``EMAIL``."""
        email = import_id.rpartition("/")[2]
        account, at, domain = email.partition("@")
        if not at:
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" does not end with the email of the account.')
        project = domain.partition(".")[0]
        return self.read(client, ServiceAccountModel(account_id=account, project=project), ctx)

    def find(self, client: GoogleClients, planned: ServiceAccountModel,
             ctx: StepContext) -> Probe[ServiceAccountModel]:
        """The account of that id in the project."""
        return by_name(self.read(client, planned.copy(
            project=planned.project or client.project), ctx))

    def probe(self, client: GoogleClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ServiceAccountModel]:
        """Ours is an account that was absent when the intent was written."""
        wanted = ServiceAccountModel(account_id=str(intent.identity["account_id"]),
                                     project=str(intent.identity["project"]))
        state = self.read(client, wanted, ctx)
        if state is None:
            return Probe(ProbeVerdict.ABSENT)
        if intent.identity.get("was") == "absent" or intent.step == "take":
            return Probe(ProbeVerdict.OURS, state=state)
        return Probe(ProbeVerdict.FOREIGN, detail=f"The {_subject(wanted)} was there before.")


def _names(account: str, project: str) -> dict[str, str]:
    email = email_of(account, project)
    name = f"projects/{project}/serviceAccounts/{email}"
    return {"id": name, "name": name, "email": email, "member": f"serviceAccount:{email}"}


def _identity(model: ServiceAccountModel, was: str) -> Identity:
    return Identity.of(account_id=model.account_id, project=model.project, was=was)


def _subject(model: ServiceAccountModel) -> str:
    return f'service account "{model.account_id}"'


def _path(model: ServiceAccountModel) -> str:
    return _names(model.account_id, model.project or "")["name"]


def _get(client: GoogleClients, model: ServiceAccountModel,
         ctx: StepContext) -> dict[str, Any] | None:
    return found(lambda: call(ctx, "iam.serviceAccounts.get", _subject(model),
                              lambda: client.rest("GET", "iam", _path(model))))


def _project(there: dict[str, Any], state: ServiceAccountModel) -> ServiceAccountModel:
    return state.copy(
        **_names(state.account_id, state.project or ""), unique_id=there["uniqueId"],
        display_name=there.get("displayName") or _unset(state.display_name),
        description=there.get("description") or _unset(state.description),
        disabled=bool(there.get("disabled")))


def _unset(stated: str | None) -> str | None:
    """What nothing is read as: an empty text where configuration says so, else null."""
    return "" if stated == "" else None


def _create(client: GoogleClients, planned: ServiceAccountModel,
            ctx: StepContext) -> ServiceAccountModel:
    texts = {"displayName": planned.display_name, "description": planned.description}
    body = {"accountId": planned.account_id,
            "serviceAccount": {name: text for name, text in texts.items() if text}}
    try:
        there = call(ctx, "iam.serviceAccounts.create", _subject(planned), lambda: client.rest(
            "POST", "iam", f"projects/{planned.project}/serviceAccounts", body=body), repeat=False)
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise _exists(planned) from error
        raise
    _wait_visible(client, planned, ctx)
    return planned.copy(unique_id=there["uniqueId"], disabled=False)


def _wait_visible(client: GoogleClients, planned: ServiceAccountModel, ctx: StepContext) -> None:
    """Wait until IAM shows the account; until then it answers 404, or 403, which is as good."""
    def look() -> None:
        there = None
        try:
            there = _get(client, planned, ctx)
        except ProviderError as error:
            if error.kind is not ErrorClass.DENIED:
                raise
        if there is None:
            raise ProviderError(ErrorClass.NOT_YET, "Service account not visible yet",
                                f"IAM does not show the {_subject(planned)} yet.")

    try:
        retry(look, ctx, frozenset({ErrorClass.NOT_YET}), VISIBLE_SECONDS)
    except ProviderError as error:
        # It was made: what needs it waits for it in its own turn.
        if error.kind is not ErrorClass.NOT_YET:
            raise


def _exists(planned: ServiceAccountModel) -> ProviderError:
    return ProviderError(
        ErrorClass.EXISTS, "Name already taken",
        f"A {_subject(planned)} exists in the project. It was not created by this stack and is "
        "not taken over silently.", attribute="account_id",
        hint=f"Import it (vbrprov import ADDRESS {planned.email}), choose another id, or set "
             "create_ignore_already_exists = true.")


def _delete(client: GoogleClients, prior: ServiceAccountModel, ctx: StepContext) -> None:
    found(lambda: call(ctx, "iam.serviceAccounts.delete", _subject(prior),
                       lambda: client.rest("DELETE", "iam", _path(prior))))


def _after(change: Callable[[], object],
           state: ServiceAccountModel) -> Callable[[], ServiceAccountModel]:
    def run() -> ServiceAccountModel:
        change()
        return state

    return run
