"""google_service_account_key: a key file of a service account. It is told once and never kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
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
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.views import View
from vbrprov.sdk.waiting import retry
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, found
from vbrprov_google.names import account_path

#: Keys that an account may have.
KEYS_PER_ACCOUNT: Final = 10
#: Seconds until an account that was made just now is known everywhere.
NEW_SECONDS: Final = 60.0
_QUOTAS = "https://docs.cloud.google.com/iam/quotas"


class ServiceAccountKeyModel(Model):
    """Arguments and attributes of ``google_service_account_key``."""

    service_account_id: str = attribute(
        doc="The account: its id, email or unique id.", required=True, replace_on_change=True)
    key_algorithm: str | None = attribute(
        doc="How the key is made.", default="KEY_ALG_RSA_2048", replace_on_change=True,
        choices=("KEY_ALG_RSA_1024", "KEY_ALG_RSA_2048"))
    private_key_type: str | None = attribute(
        doc="Form of the key file.", default="TYPE_GOOGLE_CREDENTIALS_FILE",
        replace_on_change=True, choices=("TYPE_GOOGLE_CREDENTIALS_FILE", "TYPE_PKCS12_FILE"))
    public_key_data: str | None = attribute(
        doc="A public key of one's own in base64 (an X.509 certificate as PEM), to be uploaded; "
            "Google then makes no key, and there is no private_key.",
        default=None, replace_on_change=True,
        source="https://docs.cloud.google.com/iam/docs/keys-upload")
    keepers: dict[str, str] | None = attribute(
        doc="Anything; a change makes a new key, and the old one goes once nothing uses it.",
        default=None, replace_on_change=True)
    id: str | None = computed_attribute(doc="The same as name.")
    name: str | None = computed_attribute(
        doc="The key as projects/PROJECT/serviceAccounts/EMAIL/keys/KEY.")
    public_key: str | None = computed_attribute(doc="The public key in base64.")
    private_key: str | None = computed_attribute(
        doc="The key file in base64. Told once: only write-only arguments may take it.",
        one_time=True)
    valid_after: str | None = computed_attribute(doc="When the key begins to hold (RFC 3339).")
    valid_before: str | None = computed_attribute(doc="When the key ends (RFC 3339).")


class ServiceAccountKey(ResourceType[ServiceAccountKeyModel, GoogleClients]):
    """One key, never made twice by mistake.

    Its creation is not repeated, and a key whose file got lost on the way is found by the list of
    names that was taken before, and deleted.
    """

    type_name = "google_service_account_key"
    model = ServiceAccountKeyModel
    recovery = Recovery.LISTED_BEFORE
    doc = "A key file of a service account."
    source = ("https://docs.cloud.google.com/iam/docs/reference/rest/v1/"
              "projects.serviceAccounts.keys")
    create_before_destroy = True
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a key for which the account has no room."""
        account = known(plan.planned, "service_account_id")
        # A replacement is planned as a creation after it was planned as a change: asked once.
        if (plan.client is None or plan.prior is not None or plan.destroy_first
                or not isinstance(account, str)):
            return
        ctx = StepContext(plan.address, "", "", timeout=10.0)
        try:
            keys = _list(plan.client, account, ctx)
        except ProviderError:
            # The plan is not refused for a look that is a courtesy; the apply tells it all.
            return
        if len(keys) >= KEYS_PER_ACCOUNT:
            plan.error(
                "No room for another key",
                f'The service account "{account}" already has {KEYS_PER_ACCOUNT} keys, the most '
                f"that Google allows ({_QUOTAS}). A rotation also needs room, since the new key is "
                "made before the old one goes. Delete keys that nothing uses.",
                "service_account_id")

    def steps(self, client: GoogleClients, prior: ServiceAccountKeyModel | None,
              planned: ServiceAccountKeyModel | None, ctx: StepContext) -> Steps:
        """Make the key, or delete it."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(name=prior.name),
                           lambda: _delete(client, prior.name or "", ctx), doc="Delete the key")
            return
        if prior is None:
            yield Step("create", Identity.of(account=planned.service_account_id),
                       lambda: _create(client, planned, ctx), creates=True, doc="Create the key")

    def read(self, client: GoogleClients, state: ServiceAccountKeyModel,
             ctx: StepContext) -> ServiceAccountKeyModel | None:
        """The key; ``None`` when the account has no such key, or is gone itself.

        The key file stays what *state* says: IAM never tells it again.
        """
        key = found(lambda: call(
            ctx, "iam.serviceAccountKeys.get", f"key {state.name}",
            lambda: client.rest("GET", "iam", state.name or "",
                                query={"publicKeyType": "TYPE_X509_PEM_FILE"})))
        if key is None:
            return None
        return state.copy(id=key["name"], name=key["name"], public_key=key.get("publicKeyData"),
                          key_algorithm=key.get("keyAlgorithm") or state.key_algorithm,
                          valid_after=key.get("validAfterTime"),
                          valid_before=key.get("validBeforeTime"))

    def list_ids(self, client: GoogleClients, planned: ServiceAccountKeyModel) -> list[str]:
        """Names of the keys that the account has already."""
        ctx = StepContext("", "", "", timeout=60.0)
        return sorted(str(key["name"]) for key in _list(client, planned.service_account_id, ctx))

    def probe(self, client: GoogleClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ServiceAccountKeyModel]:
        """A key that was not in the list is ours, and useless: its file went with the answer."""
        account = str(intent.identity["account"])
        new = [str(key["name"]) for key in _list(client, account, ctx)
               if key["name"] not in intent.listed_before and made_since(
                   datetime.fromisoformat(key["validAfterTime"]), intent.created)]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        if len(new) > 1:
            return Probe(
                ProbeVerdict.UNKNOWN,
                detail=f'The service account "{account}" got several keys since the interrupted '
                       f"run began ({', '.join(sorted(new))}); at most one of them is from it. "
                       "Delete the one that nothing uses.")
        return Probe(ProbeVerdict.ORPHAN,
                     state=ServiceAccountKeyModel(service_account_id=account, name=new[0]),
                     detail=f"Key {new[0]} was made by the interrupted run and its file is lost.",
                     discard=lambda: _delete(client, new[0], ctx))

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The key as guardrails see it."""
        from vbrprov_google.access_views import account_key_view

        return account_key_view(facts)


def _list(client: GoogleClients, account: str, ctx: StepContext) -> list[dict[str, Any]]:
    """Keys that were made by people; Google's own rotate by themselves."""
    answer = found(lambda: call(
        ctx, "iam.serviceAccountKeys.list", f'service account "{account}"',
        lambda: client.rest("GET", "iam", f"{account_path(account)}/keys",
                            query={"keyTypes": "USER_MANAGED"})))
    keys: list[dict[str, Any]] = (answer or {}).get("keys", [])
    return keys


def _create(client: GoogleClients, planned: ServiceAccountKeyModel,
            ctx: StepContext) -> ServiceAccountKeyModel:
    account = planned.service_account_id
    path = f"{account_path(account)}/keys"
    body = {"keyAlgorithm": planned.key_algorithm, "privateKeyType": planned.private_key_type}
    if planned.public_key_data:
        path, body = f"{path}:upload", {"publicKeyData": planned.public_key_data}
    # "No such account" may pass when it was made a moment ago, and no key was made then.
    key = retry(
        lambda: call(ctx, "iam.serviceAccountKeys.create", f'service account "{account}"',
                     lambda: client.rest("POST", "iam", path, body=body), repeat=False),
        ctx, frozenset({ErrorClass.NOT_FOUND}), 0.0 if client.sandbox else NEW_SECONDS)
    secret = key.get("privateKeyData")
    if secret:
        client.learn_secret(secret)
    return planned.copy(
        id=key["name"], name=key["name"], private_key=secret,
        public_key=_public(client, key["name"], ctx), valid_after=key.get("validAfterTime"),
        valid_before=key.get("validBeforeTime"))


def _public(client: GoogleClients, name: str, ctx: StepContext) -> str | None:
    try:
        key = call(ctx, "iam.serviceAccountKeys.get", f"key {name}", lambda: client.rest(
            "GET", "iam", name, query={"publicKeyType": "TYPE_X509_PEM_FILE"}))
    except ProviderError:
        # The key itself must not be lost for a look; the next refresh fills this in.
        return None
    return str(key.get("publicKeyData") or "") or None


def _delete(client: GoogleClients, name: str, ctx: StepContext) -> None:
    found(lambda: call(ctx, "iam.serviceAccountKeys.delete", f"key {name}",
                       lambda: client.rest("DELETE", "iam", name)))
