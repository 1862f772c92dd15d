"""veeam_credentials: a user name with its password or key, for servers and computers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    PlanDraft,
    ProviderError,
    Recovery,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.values import NULL, bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.objects import ObjectModel, VbrObject
from vbrprov_veeam.server import CREDENTIALS, Json, Server

_LINUX_ONLY = ("authentication_type", "ssh_port", "private_key", "passphrase", "root_password",
               "elevate_to_root", "add_to_sudoers", "use_su")
_WIRE = {"password": "password", "private_key": "privateKey", "passphrase": "passphrase",
         "root_password": "rootPassword"}
#: Private data: a passphrase was sent, so that a new key without one is refused.
_PASSPHRASE = "passphrase_sent"  # noqa: S105  # the name of an argument
_FLAGS = {"elevate_to_root": "elevateToRoot", "add_to_sudoers": "addToSudoers", "use_su": "useSu"}


class CredentialsModel(ObjectModel):
    """Arguments and attributes of ``veeam_credentials``."""

    type: str = attribute(
        doc="Kind of account: standard (Windows and general), linux, or managed_service (a group "
            "managed service account, which has no password here).",
        default="standard", choices=words.choices("credentials_type"), replace_on_change=True)
    username: str = attribute(doc="User name, with the domain where one is needed.", required=True)
    description: str = attribute(doc="Description.", default="")
    password: str | None = attribute(
        doc="Password. Sent and forgotten.", sensitive=True, write_only=True)
    password_version: int | None = attribute(doc="Raise it to send the password again.")
    authentication_type: str | None = attribute(
        doc="How a Linux account logs in: password or ssh_key.", computed=True,
        choices=words.choices("authentication"))
    ssh_port: int | None = attribute(doc="SSH port of Linux hosts.", computed=True)
    elevate_to_root: bool = attribute(doc="Linux: elevate the account to root.", default=False)
    add_to_sudoers: bool = attribute(doc="Linux: add the account to sudoers.", default=False)
    use_su: bool = attribute(doc="Linux: use su where sudo fails.", default=False)
    private_key: str | None = attribute(
        doc="Linux: private key. Sent and forgotten.", sensitive=True, write_only=True)
    private_key_version: int | None = attribute(
        doc="Raise it to send the private key again.")
    passphrase: str | None = attribute(
        doc="Linux: passphrase of the private key. Sent and forgotten.", sensitive=True,
        write_only=True)
    passphrase_version: int | None = attribute(
        doc="Raise it, together with private_key_version, to send the passphrase again.")
    root_password: str | None = attribute(
        doc="Linux: password of root, for su. Sent and forgotten.", sensitive=True, write_only=True)
    root_password_version: int | None = attribute(doc="Raise it to send the root password again.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    creation_time: str | None = computed_attribute(doc="When the record was made (RFC 3339).")


class Credentials(VbrObject[CredentialsModel]):
    """One credentials record. User names may repeat, so only the id identifies one."""

    type_name = "veeam_credentials"
    model = CredentialsModel
    recovery = Recovery.UNIQUE_ID
    doc = "A user name with its password or key, for managed servers and protected computers."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrcredentials.html"
    path = CREDENTIALS
    noun = "credentials record"
    nameless = True
    secrets = (("password",), ("private_key", "passphrase"), ("root_password",))

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check which arguments go with the type."""
        if plans.is_open(plan.config.get("type")):
            return
        kind = bare(plan.planned.get("type", "standard"))
        if kind == "linux":
            if plans.is_unset(plan.config.get("authentication_type")):
                plan.planned["authentication_type"] = "password"
        else:
            for name in ("authentication_type", "ssh_port"):
                plan.planned[name] = NULL
            for name in _LINUX_ONLY:
                plans.forbid(plan, name, "goes with type linux only")
        if kind == "managed_service":
            plans.forbid(plan, "password", "does not go with type managed_service")
        if plan.prior is not None:
            return
        if kind == "standard":
            plans.require(plan, "password", "a standard account needs one")
        elif kind == "linux" and bare(plan.planned["authentication_type"]) == "ssh_key":
            plans.require(plan, "private_key", "the account logs in with a key")

    def fits(self, raw: Json) -> bool:
        """Every record of the collection."""
        return True

    def names(self, raw: Json) -> set[str]:
        """A record has no name: its user name or its description may stand for it."""
        return {str(raw["username"]), str(raw.get("description") or raw["username"])}

    def describe(self, raw: Json) -> str:
        """User name, type and description."""
        return f"{raw['username']}  {raw.get('type')}  {raw.get('description') or ''}".rstrip()

    def identity(self, planned: CredentialsModel, ctx: StepContext) -> Identity:
        """The unique id that the record will have."""
        return Identity.of(unique_id=marks.unique_id(ctx.token, ctx.address),
                           username=planned.username)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the record has our unique id."""
        return bool(raw.get("uniqueId") == intent.identity["unique_id"])

    def resembles(self, raw: Json, planned: CredentialsModel, intent: OpenIntent) -> bool:
        """Whether type, user name and description are the same."""
        return (raw.get("type") == words.to_wire("credentials_type", planned.type)
                and raw.get("username") == planned.username
                and (raw.get("description") or "") == (planned.description or ""))

    def mark_of(self, raw: Json) -> str:
        """The unique id; the description is the user's alone."""
        return str(raw.get("uniqueId") or "")

    def spec(self, server: Server, planned: CredentialsModel, ctx: StepContext) -> Json:
        """The body of the creation, secrets included."""
        body: Json = {"type": words.to_wire("credentials_type", planned.type),
                      "uniqueId": marks.unique_id(ctx.token, ctx.address)}
        self.change(server, body, planned)
        if planned.passphrase is not None:
            ctx.private[_PASSPHRASE] = True
        return body | {wire: value for name, wire in _WIRE.items()
                       if (value := getattr(planned, name)) is not None}

    def change(self, server: Server, raw: Json, planned: CredentialsModel) -> None:
        """Set all that is no secret."""
        raw["username"] = planned.username
        raw["description"] = planned.description or ""
        if planned.type != "linux":
            return
        raw["authenticationType"] = words.to_wire(
            "authentication", planned.authentication_type or "password")
        if planned.ssh_port is not None:
            raw["SSHPort"] = planned.ssh_port
        for name, wire in _FLAGS.items():
            wanted = bool(getattr(planned, name))
            if wanted or raw.get(wire):
                raw[wire] = wanted

    def rotate(
        self, server: Server, state: CredentialsModel, values: Mapping[str, str],
        ctx: StepContext,
    ) -> None:
        """Send one secret, or a key with its passphrase; each has a call of its own."""
        path = f"{self.path}/{state.id}"
        if "private_key" in values:
            if _PASSPHRASE in ctx.private and "passphrase" not in values:
                raise ProviderError(
                    ErrorClass.INVALID, "Secret is missing",
                    "A new private_key is to be sent, and the passphrase that was sent with the "
                    "old one is not to be sent again.", attribute="passphrase",
                    hint="Raise passphrase_version together with private_key_version.")
            server.post(f"{path}/changeprivatekey",
                        {_WIRE[name]: value for name, value in values.items()})
        elif "root_password" in values:
            server.post(f"{path}/changerootpassword", {"password": values["root_password"]})
        else:
            server.post(f"{path}/changepassword", {"password": values["password"]})
        if "passphrase" in values:
            ctx.private[_PASSPHRASE] = True

    def model_of(
        self, server: Server, raw: Json, state: CredentialsModel | None,
    ) -> CredentialsModel:
        """The record; versions come from the state."""
        others: dict[str, Any] = {
            f"{name}_version": getattr(state, f"{name}_version") if state else None
            for names in self.secrets for name in names}
        others |= {name: bool(raw.get(wire)) for name, wire in _FLAGS.items()}
        linux = raw.get("type") == "Linux"
        return CredentialsModel(
            id=raw["id"],
            type=words.from_wire("credentials_type", raw.get("type")) or "standard",
            username=raw["username"],
            description=raw.get("description") or "",
            authentication_type=words.from_wire("authentication", raw.get("authenticationType"))
            if linux else None,
            ssh_port=raw.get("SSHPort") if linux else None,
            unique_id=raw.get("uniqueId"),
            creation_time=raw.get("creationTime"),
            **others,
        )
