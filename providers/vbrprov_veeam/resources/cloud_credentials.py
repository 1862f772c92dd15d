"""veeam_cloud_credentials: the key with which VBR reaches an object storage."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import (
    Identity,
    OpenIntent,
    PlanDraft,
    Recovery,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.values import bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.objects import ObjectModel, VbrObject
from vbrprov_veeam.server import CLOUD_CREDENTIALS, Json, Server

_VERSION = "secret_key_version"


class CloudCredentialsModel(ObjectModel):
    """Arguments and attributes of ``veeam_cloud_credentials``."""

    type: str = attribute(
        doc="Kind of key: amazon (every S3 dialect, IBM, Wasabi and S3 compatible included), "
            "google (an HMAC key) or azure_storage (an account key).",
        required=True, choices=words.choices("cloud_credentials_type"), replace_on_change=True)
    description: str = attribute(doc="Description.", default="")
    access_key: str | None = attribute(
        doc="Access key id; types amazon and google. Not a secret.")
    account: str | None = attribute(doc="Storage account name; type azure_storage.")
    secret_key: str | None = attribute(
        doc="Secret key, or the account key for azure_storage. Sent and forgotten.",
        sensitive=True, write_only=True)
    secret_key_version: int | None = attribute(doc="Raise it to send the secret key again.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    last_modified: str | None = computed_attribute(
        doc="When the record was last changed (RFC 3339); moves when somebody rotates the key.",
        recompute=True)


class CloudCredentials(VbrObject[CloudCredentialsModel]):
    """One cloud credentials record."""

    type_name = "veeam_cloud_credentials"
    model = CloudCredentialsModel
    recovery = Recovery.UNIQUE_ID
    doc = "The access key with which Veeam Backup & Replication reaches an object storage."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbramazonaccount.html"
    path = CLOUD_CREDENTIALS
    noun = "cloud credentials record"
    secrets = (("secret_key",),)

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that the name of the key is the one that goes with the type."""
        kind = bare(plan.planned.get("type"))
        if not isinstance(kind, str):
            return
        wanted, other = ("account", "access_key") if kind == "azure_storage" else (
            "access_key", "account")
        plans.require(plan, wanted, f"type {kind} needs it")
        plans.forbid(plan, other, f"does not go with type {kind}")
        if plan.prior is None:
            plans.require(plan, "secret_key", "a new record needs it")
        elif (plans.differs(plan, wanted) and not plans.is_unset(plan.config.get(_VERSION))
                and not plans.differs(plan, _VERSION)):
            plan.warn(
                "Key changes without its secret",
                f"{wanted} changes and {_VERSION} does not, so the secret of the old key stays "
                f"with the new one. Raise {_VERSION} unless that is what you mean.", wanted)

    def fits(self, raw: Json) -> bool:
        """The types whose keys this resource can hold."""
        return raw.get("type") in words.table("cloud_credentials_type").values()

    def names(self, raw: Json) -> set[str]:
        """A record has no name: its key id, account or description may stand for it."""
        return {str(v) for k in ("accessKey", "account", "description") if (v := raw.get(k))}

    def describe(self, raw: Json) -> str:
        """Key id or account, type and description."""
        key = raw.get("accessKey") or raw.get("account") or raw.get("connectionName") or ""
        return f"{key}  {raw.get('type')}  {raw.get('description') or ''}".rstrip()

    def identity(self, planned: CloudCredentialsModel, ctx: StepContext) -> Identity:
        """The unique id that the record will have."""
        return Identity.of(unique_id=marks.unique_id(ctx.token, ctx.address))

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the record has our unique id."""
        return bool(raw.get("uniqueId") == intent.identity["unique_id"])

    def spec(self, server: Server, planned: CloudCredentialsModel, ctx: StepContext) -> Json:
        """The body of the creation, with the secret."""
        body: Json = {"type": words.to_wire("cloud_credentials_type", planned.type),
                      "uniqueId": marks.unique_id(ctx.token, ctx.address)}
        self.change(server, body, planned)
        secret = "sharedKey" if planned.type == "azure_storage" else "secretKey"
        return body | {secret: planned.secret_key}

    def change(self, server: Server, raw: Json, planned: CloudCredentialsModel) -> None:
        """Set all that is no secret."""
        raw["description"] = planned.description or ""
        if planned.type == "azure_storage":
            raw["account"] = planned.account
        else:
            raw["accessKey"] = planned.access_key

    def rotate(
        self, server: Server, state: CloudCredentialsModel, values: Mapping[str, str],
        ctx: StepContext,
    ) -> None:
        """Send the secret key."""
        server.post(f"{self.path}/{state.id}/changeSecretKey",
                    {"newSecretKey": values["secret_key"]})

    def model_of(
        self, server: Server, raw: Json, state: CloudCredentialsModel | None,
    ) -> CloudCredentialsModel:
        """The record; the version comes from the state."""
        return CloudCredentialsModel(
            id=raw["id"],
            type=words.from_wire("cloud_credentials_type", raw.get("type")) or "",
            description=raw.get("description") or "",
            access_key=raw.get("accessKey"),
            account=raw.get("account"),
            secret_key=None,
            secret_key_version=state.secret_key_version if state else None,
            unique_id=raw.get("uniqueId"),
            last_modified=raw.get("lastModified"),
        )
