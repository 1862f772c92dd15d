"""google_storage_hmac_key: what VBR logs in with. Its secret is told once and never kept."""

from __future__ import annotations

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
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.views import View
from vbrprov.sdk.waiting import retry
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, cause_of, found
from vbrprov_google.names import fill_project

#: Seconds until a change of state is known everywhere; only then the key can be deleted.
#: https://docs.cloud.google.com/storage/docs/authentication/managing-hmackeys
STATE_SECONDS: Final = 240.0
#: Seconds until an account that was made just now is known everywhere.
NEW_SECONDS: Final = 60.0


class StorageHmacKeyModel(Model):
    """Arguments and attributes of ``google_storage_hmac_key``."""

    service_account_email: str = attribute(doc="Email of the service account.", required=True,
                                           replace_on_change=True)
    state: str | None = attribute(doc="Whether the key works.", default="ACTIVE",
                                  choices=("ACTIVE", "INACTIVE"))
    project: str | None = attribute(doc="Project of the key; the provider's when left out.",
                                    default=None, computed=True, replace_on_change=True)
    keepers: dict[str, str] | None = attribute(
        doc="Anything; a change makes a new key, and the old one goes once nothing uses it.",
        default=None, replace_on_change=True)
    id: str | None = computed_attribute(doc="The key as projects/PROJECT/hmacKeys/ACCESS_ID.")
    access_id: str | None = computed_attribute(
        doc="Access id; the access key of VBR's credentials.")
    secret: str | None = computed_attribute(
        doc="Secret. Told once: only write-only arguments may take it.", one_time=True)
    time_created: str | None = computed_attribute(doc="When the key was made (RFC 3339).")


class StorageHmacKey(ResourceType[StorageHmacKeyModel, GoogleClients]):
    """One key, never made twice by mistake.

    Its creation is not repeated, and a key whose secret got lost on the way is found by the list
    of ids that was taken before, and deleted.
    """

    type_name = "google_storage_hmac_key"
    model = StorageHmacKeyModel
    recovery = Recovery.LISTED_BEFORE
    doc = "An HMAC key of a service account, for Cloud Storage."
    source = "https://docs.cloud.google.com/storage/docs/json_api/v1/projects/hmacKeys"
    create_before_destroy = True
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the project."""
        fill_project(plan)

    def steps(self, client: GoogleClients, prior: StorageHmacKeyModel | None,
              planned: StorageHmacKeyModel | None, ctx: StepContext) -> Steps:
        """Make the key and set its state; or switch it off and delete it, as Google asks for."""
        if planned is None:
            if prior is not None:
                yield Step("deactivate", _identity(prior),
                           lambda: _switch(client, prior, "INACTIVE", ctx),
                           doc="Switch the key off")
                yield Step("delete", _identity(prior), lambda: _delete(client, prior, ctx),
                           doc="Delete the key")
            return
        current = prior
        if current is None:
            planned = planned.copy(project=planned.project or client.project)
            wanted = planned
            made = yield Step(
                "create", Identity.of(email=planned.service_account_email,
                                      project=planned.project),
                lambda: _create(client, wanted, ctx), creates=True, doc="Create the key")
            current = made if isinstance(made, StorageHmacKeyModel) else planned
        state = planned.state or "ACTIVE"
        if state != (current.state or "ACTIVE"):
            key = current

            def switch() -> StorageHmacKeyModel:
                _switch(client, key, state, ctx)
                return key.copy(state=state)

            yield Step("state", _identity(key), switch, doc="Set the state")

    def read(self, client: GoogleClients, state: StorageHmacKeyModel,
             ctx: StepContext) -> StorageHmacKeyModel | None:
        """The key; ``None`` when there is none, which includes one in state DELETED.

        The secret stays what *state* says: Google never tells it again.
        """
        key = _get(client, state, ctx)
        if key is None:
            return None
        return state.copy(state=key.state, service_account_email=key.service_account_email,
                          id=_name(state), time_created=_moment(key))

    def import_state(self, client: GoogleClients, import_id: str,
                     ctx: StepContext) -> StorageHmacKeyModel | None:
        """``projects/PROJECT/hmacKeys/ID``, ``PROJECT/ID`` or ``ID``; the secret is not known."""
        parts = import_id.removeprefix("projects/").replace("/hmacKeys/", "/").split("/")
        if len(parts) > 2 or not parts[-1]:
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form PROJECT/ACCESS_ID.')
        project = parts[0] if len(parts) == 2 else client.project
        return self.read(client, StorageHmacKeyModel(
            service_account_email="", project=project, access_id=parts[-1]), ctx)

    def list_ids(self, client: GoogleClients, planned: StorageHmacKeyModel) -> list[str]:
        """Ids of the keys that the account has already."""
        ctx = StepContext("", "", "", timeout=60.0)
        keys = _list(client, planned.service_account_email, planned.project or client.project, ctx)
        return sorted(str(key.access_id) for key in keys)

    def probe(self, client: GoogleClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[StorageHmacKeyModel]:
        """A key that was not in the list is ours, and useless: its secret went with the answer."""
        email, project = str(intent.identity["email"]), str(intent.identity["project"])
        new = [key for key in _list(client, email, project, ctx)
               if key.access_id not in intent.listed_before
               and made_since(key.time_created, intent.created)]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        ids = ", ".join(sorted(str(key.access_id) for key in new))
        if len(new) > 1:
            return Probe(
                ProbeVerdict.UNKNOWN,
                detail=f'The service account "{email}" got several HMAC keys since the '
                       f"interrupted run began ({ids}); at most one of them is from it. Delete "
                       "the one that nothing uses.")
        orphan = StorageHmacKeyModel(service_account_email=email, project=project,
                                     access_id=str(new[0].access_id), state=str(new[0].state))

        def discard() -> None:
            _switch(client, orphan, "INACTIVE", ctx)
            _delete(client, orphan, ctx)

        return Probe(ProbeVerdict.ORPHAN, state=orphan, discard=discard,
                     detail=f"HMAC key {ids} was made by the interrupted run and its secret is "
                            "lost.")

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The key as guardrails see it."""
        from vbrprov_google.access_views import hmac_key_view

        return hmac_key_view(facts)


def _identity(model: StorageHmacKeyModel) -> Identity:
    return Identity.of(email=model.service_account_email, project=model.project,
                       access_id=model.access_id)


def _name(model: StorageHmacKeyModel) -> str:
    return f"projects/{model.project}/hmacKeys/{model.access_id}"


def _subject(model: StorageHmacKeyModel) -> str:
    return f"HMAC key {model.access_id}"


def _moment(key: Any) -> str:
    return str(key.time_created.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def _get(client: GoogleClients, model: StorageHmacKeyModel, ctx: StepContext) -> Any:
    """The SDK's key, or ``None`` when there is none any more."""
    from google.cloud.storage.hmac_key import HMACKeyMetadata

    key = HMACKeyMetadata(client.storage(), model.access_id, model.project or client.project)

    def load() -> bool:
        key.reload(retry=None)
        return True

    there = found(lambda: call(ctx, "storage.hmacKeys.get", _subject(model), load))
    return key if there and key.state != "DELETED" else None


def _list(client: GoogleClients, email: str, project: str, ctx: StepContext) -> list[Any]:
    return found(lambda: call(
        ctx, "storage.hmacKeys.list", f'service account "{email}"',
        lambda: list(client.storage().list_hmac_keys(
            service_account_email=email, project_id=project, retry=None)))) or []


def _create(client: GoogleClients, planned: StorageHmacKeyModel,
            ctx: StepContext) -> StorageHmacKeyModel:
    email, project = planned.service_account_email, planned.project or client.project
    # "No such account" may pass when it was made a moment ago, and no key was made then.
    key, secret = retry(
        lambda: call(ctx, "storage.hmacKeys.create", f'service account "{email}"',
                     lambda: client.storage().create_hmac_key(email, project_id=project,
                                                              retry=None), repeat=False),
        ctx, frozenset({ErrorClass.NOT_FOUND}), 0.0 if client.sandbox else NEW_SECONDS)
    client.learn_secret(secret)
    made = planned.copy(access_id=key.access_id, secret=secret, state=key.state,
                        time_created=_moment(key))
    return made.copy(id=_name(made))


def _switch(client: GoogleClients, model: StorageHmacKeyModel, state: str,
            ctx: StepContext) -> None:
    """Set the state. Google refuses to set the one that a key has, so it is asked first."""
    key = _get(client, model, ctx)
    if key is None or key.state == state:
        return
    key.state = state
    call(ctx, "storage.hmacKeys.update", _subject(model), lambda: key.update(retry=None))


def _delete(client: GoogleClients, model: StorageHmacKeyModel, ctx: StepContext) -> None:
    def attempt() -> None:
        key = _get(client, model, ctx)
        if key is None:
            return
        try:
            call(ctx, "storage.hmacKeys.delete", _subject(model), lambda: key.delete(retry=None))
        except ProviderError as error:
            if cause_of(error).status == 400 and key.state == "INACTIVE":
                raise ProviderError(ErrorClass.NOT_YET, "Key still in use",
                                    error.detail) from error
            raise

    retry(attempt, ctx, frozenset({ErrorClass.NOT_YET}), STATE_SECONDS)
