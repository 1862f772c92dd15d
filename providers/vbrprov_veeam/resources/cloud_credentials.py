"""veeam_cloud_credentials: the key with which VBR reaches an object storage or a cloud."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    PlanDraft,
    ProviderError,
    Recovery,
    StepContext,
)
from vbrprov.sdk.values import NULL, bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.credentials import wire
from vbrprov_veeam.credentials.model import CloudCredentialsModel
from vbrprov_veeam.links import put
from vbrprov_veeam.objects import VbrObject
from vbrprov_veeam.server import CLOUD_CREDENTIALS, Json, Server

_VERSION = "secret_key_version"
_ALL_ARGUMENTS = frozenset().union(*wire.ARGUMENTS.values())
#: Private data: a password was sent with the certificate, so that a new one without is refused.
_PASSWORD = "certificate_password_sent"  # noqa: S105  # the name of an entry


class CloudCredentials(VbrObject[CloudCredentialsModel]):
    """One cloud credentials record. Names may repeat, so only the id identifies one."""

    type_name = "veeam_cloud_credentials"
    model = CloudCredentialsModel
    recovery = Recovery.UNIQUE_ID
    doc = "The key with which Veeam Backup & Replication reaches an object storage or a cloud."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbramazonaccount.html"
    path = CLOUD_CREDENTIALS
    noun = "cloud credentials record"
    nameless = True
    local = frozenset({"certificate_format", "read_only"})
    secrets = (("secret_key",), ("client_secret",), ("certificate", "certificate_password"),
               ("key_file",))

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that the arguments are those that go with the type."""
        kind = bare(plan.planned.get("type"))
        if not isinstance(kind, str) or kind not in wire.ARGUMENTS:
            return
        for name in sorted(_ALL_ARGUMENTS - wire.ARGUMENTS[kind]):
            plans.forbid(plan, name, f"does not go with type {kind}")
        named = wire.NAMES.get(kind)
        if named is not None:
            plans.require(plan, named, f"type {kind} needs it")
        if kind == "azure_compute":
            self._plan_registration(plan)
        else:
            for name in ("deployment_type", "region_type", "subscriptions"):
                plan.planned[name] = NULL
        if kind != "google_service":
            plan.planned["project_id"] = plan.planned["account_name"] = NULL
        if plan.prior is None:
            if kind == "google_service":
                plans.require(plan, "key_file", "a new record needs it")
            elif kind != "azure_compute":
                plans.require(plan, "secret_key", "a new record needs it")
        elif (named is not None and kind != "azure_compute" and plans.differs(plan, named)
                and not plans.is_unset(plan.config.get(_VERSION))
                and not plans.differs(plan, _VERSION)):
            plan.warn(
                "Key changes without its secret",
                f"{named} changes and {_VERSION} does not, so the secret of the old key stays "
                f"with the new one. Raise {_VERSION} unless that is what you mean.", named)

    def _plan_registration(self, plan: PlanDraft) -> None:
        for name in ("tenant_id", "application_id"):
            plans.require(plan, name, "type azure_compute needs it")
        if plans.is_unset(plan.config.get("deployment_type")):
            plan.planned["deployment_type"] = "microsoft_azure"
        if bare(plan.planned["deployment_type"]) == "microsoft_azure_stack":
            plan.planned["region_type"] = NULL
            plans.forbid(plan, "region_type", "does not go with microsoft_azure_stack")
        elif plans.is_unset(plan.config.get("region_type")):
            plan.planned["region_type"] = "global"
        secret, certificate = (not plans.is_unset(plan.config.get(name))
                               for name in ("client_secret", "certificate"))
        if secret and certificate:
            plan.error("Arguments do not go together",
                       "Set client_secret or certificate, not both.", "certificate")
        elif plan.prior is None and not (secret or certificate):
            plan.error("Argument is missing",
                       "A new record of type azure_compute needs client_secret or certificate.",
                       "client_secret")

    def fits(self, raw: Json) -> bool:
        """The types whose keys this resource can hold."""
        return raw.get("type") in words.table("cloud_credentials_type").values()

    def names(self, raw: Json) -> set[str]:
        """A record has no unique name: key id, account, connection or description stand for it."""
        shown = ("accessKey", "account", "connectionName", "name")
        text = marks.without_token(raw.get("description"))
        return {str(v) for v in (*(raw.get(k) for k in shown), text) if v}

    def describe(self, raw: Json) -> str:
        """Key id or account, type and description."""
        shown = ("accessKey", "account", "connectionName", "name")
        key = next((raw[k] for k in shown if raw.get(k)), "")
        text = marks.without_token(raw.get("description"))
        return f"{key}  {raw.get('type')}  {text}".rstrip()

    def identity(self, planned: CloudCredentialsModel, ctx: StepContext) -> Identity:
        """The unique id that the record will have."""
        return Identity.of(unique_id=marks.unique_id(ctx.token, ctx.address))

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the record has our unique id, or our mark where it takes no id of ours."""
        if raw.get("type") == "GoogleService":
            return bool(
                marks.token_of(raw.get("description")) == intent.identity["unique_id"])
        return bool(raw.get("uniqueId") == intent.identity["unique_id"])

    def resembles(self, raw: Json, planned: CloudCredentialsModel, intent: OpenIntent) -> bool:
        """Whether type, key id or account, and description are the same."""
        named = wire.NAMES.get(planned.type)
        return (raw.get("type") == words.to_wire("cloud_credentials_type", planned.type)
                and marks.without_token(raw.get("description")) == (planned.description or "")
                and (named is None or getattr(planned, named) in self.names(raw)))

    def spec(self, server: Server, planned: CloudCredentialsModel, ctx: StepContext) -> Json:
        """The body of the creation, with the secrets."""
        mark = marks.unique_id(ctx.token, ctx.address)
        body: Json = {"type": words.to_wire("cloud_credentials_type", planned.type)}
        self.change(server, body, planned)
        if planned.type == "google_service":
            # The only kind that takes no unique id.
            body["description"] = marks.with_token(planned.description or "", mark)
        else:
            body["uniqueId"] = mark
        if planned.certificate_password is not None:
            ctx.private[_PASSWORD] = True
        return body | wire.spec(planned)

    def change(self, server: Server, raw: Json, planned: CloudCredentialsModel) -> None:
        """Set all that is no secret; a mark in the description stays."""
        mark = marks.token_of(raw.get("description"))
        raw["description"] = marks.with_token(planned.description or "", mark)
        wire.change(raw, planned)

    def rotate(
        self, server: Server, state: CloudCredentialsModel, values: Mapping[str, str],
        ctx: StepContext,
    ) -> None:
        """Send the secrets of one call."""
        path = f"{self.path}/{state.id}"
        if "secret_key" in values:
            server.post(f"{path}/changeSecretKey", {"newSecretKey": values["secret_key"]})
        elif "key_file" in values:
            server.post(f"{path}/changeAccount", {"keyFile": values["key_file"]})
        elif "client_secret" in values:
            # There is no call of its own for it.
            raw = server.get(path)
            put(raw, "subscription.secret", values["client_secret"])
            server.put(path, raw)
        else:
            if ctx.private.get(_PASSWORD) and "certificate_password" not in values:
                raise ProviderError(
                    ErrorClass.INVALID, "Secret is missing",
                    "A new certificate is to be sent, and the password that was sent with the old "
                    "one is not to be sent again.", attribute="certificate_password",
                    hint="Raise certificate_password_version together with certificate_version.")
            server.post(f"{path}/changeCertificate", wire.certificate(state, values))
            if "certificate_password" in values:
                ctx.private[_PASSWORD] = True

    def model_of(
        self, server: Server, raw: Json, state: CloudCredentialsModel | None,
    ) -> CloudCredentialsModel:
        """The record; versions come from the state."""
        kept = [*self.local, *(f"{name}_version" for names in self.secrets for name in names)]
        return CloudCredentialsModel(
            id=raw["id"],
            type=words.from_wire("cloud_credentials_type", raw.get("type")) or "",
            description=marks.without_token(raw.get("description")),
            unique_id=raw.get("uniqueId"),
            last_modified=raw.get("lastModified"),
            **wire.read(raw),
            **{name: getattr(state, name) if state else None for name in kept},
        )
