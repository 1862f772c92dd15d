"""veeam_managed_server: a Windows or Linux server with components of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Model,
    PlanDraft,
    ProviderError,
    StepContext,
    attribute,
    block,
    computed_attribute,
)
from vbrprov.sdk.values import NULL, STRING, Unknown, bare
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.agents import MarkedObject, NamedModel
from vbrprov_veeam.certificates import shown_by
from vbrprov_veeam.fitting import refuse_misfits
from vbrprov_veeam.groups.blocks import SingleUseModel
from vbrprov_veeam.groups.content import single_use_spec
from vbrprov_veeam.jobs.checks import own, word, word_set
from vbrprov_veeam.links import look, put
from vbrprov_veeam.objects import TimedModel
from vbrprov_veeam.server import MANAGED_SERVERS, NO_ID, Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape

_SECRETS = ("single_use_secret", "single_use_passphrase", "single_use_root_password")
_ACCOUNT = "single_use"


class PortsBlock(Model):
    """Ports of components, and of the connections that carry data."""

    port_range_start: int | None = own("First port for data.")
    port_range_end: int | None = own("Last port for data.")
    server_side: bool | None = own("Run the server on this side of connections.")
    component_ports: dict[str, int] = own("Ports by name of the component, such as TransportSvc.")


class SshBlock(PortsBlock):
    """``ssh``: the connection to a Linux server."""

    timeout_ms: int | None = own("How long to wait for answers.", unit="milliseconds")


class ManagedServerModel(NamedModel, TimedModel):
    """Arguments and attributes of ``veeam_managed_server``."""

    name: str = attribute(doc="DNS name or IP address; unique on the server.", required=True,
                          replace_on_change=True)
    type: str = attribute(doc="windows or linux.", required=True,
                          choices=words.choices("server_type"), replace_on_change=True)
    credentials_storage: str = word(
        "How the backup server logs in: with stored credentials, with ones that are used once and "
        "forgotten (linux), or by certificate.", "credentials_storage", default="permanent")
    credentials_id: str | None = attribute(doc="Id of the credentials; with permanent.")
    ssh_fingerprint: str | None = attribute(
        doc="Fingerprint of the server's SSH key (linux). The creation stops when the server "
            "shows another one. Another one later makes a new object, except after an import.",
        computed=True)
    trust_on_first_use: bool = attribute(
        doc="Take the fingerprint that the server shows at creation, where ssh_fingerprint is not "
            "set (linux).", default=False)
    single_use_secret: str | None = attribute(
        doc="Password of single_use, or the private key with authentication_type ssh_key. Sent and "
            "forgotten.", sensitive=True, write_only=True)
    single_use_secret_version: int | None = attribute(doc="Raise it to send the secret again.")
    single_use_passphrase: str | None = attribute(
        doc="Passphrase of the private key. Sent and forgotten.", sensitive=True, write_only=True)
    single_use_passphrase_version: int | None = attribute(
        doc="Raise it, with single_use_secret_version, to send the passphrase again.")
    single_use_root_password: str | None = attribute(
        doc="Password of root, for su. Sent and forgotten.", sensitive=True, write_only=True)
    single_use_root_password_version: int | None = attribute(
        doc="Raise it, with single_use_secret_version, to send the password again.")
    handshake_code: str | None = attribute(
        doc="Code that a hardened server shows for pairing (linux, with certificate). Sent and "
            "forgotten.", sensitive=True, write_only=True)
    handshake_code_version: int | None = attribute(doc="Raise it to pair again.")
    optional_components: set[str] = word_set(
        "Further components (linux): catalyst_sdk, dd_boost_sdk, cifs_gateway, nfs_gateway, "
        "guest_interaction_proxy, mount_target, snap_diff_v3.", "component")
    status: str | None = computed_attribute(doc="Whether it answers: available or unavailable.")
    updates: str | None = computed_attribute(doc="State of its components, such as out_of_date.")
    is_backup_server: bool | None = computed_attribute(doc="Whether it is the backup server.")
    is_default_mount_server: bool | None = computed_attribute(
        doc="Whether it is a default mount server.")
    single_use: SingleUseModel | None = block(
        doc="The account; with single_use. The server does not show it.")
    ssh: SshBlock | None = block(doc="The connection to a Linux server.", computed=True)
    network: PortsBlock | None = block(doc="Ports of a Windows server.", computed=True)


@dataclass(frozen=True, slots=True)
class _ComponentPorts(Entry):
    """Ports by component; of those that stay, what is not known here stays too."""

    argument: str = "component_ports"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the ports that are named."""
        current = {c["componentName"]: c for c in raw.get("components") or []}
        for name, port in (model.component_ports or {}).items():
            current.setdefault(name, {"componentName": name})["port"] = port
        if current:
            raw["components"] = list(current.values())

    def read(self, raw: Json, model: type[Model]) -> dict[str, int]:
        """All ports."""
        return {str(c["componentName"]): int(c["port"]) for c in raw.get("components") or []}


@dataclass(frozen=True, slots=True)
class _Components(Entry):
    """Optional components, which the wire shows with a name for people."""

    argument: str = "optional_components"
    wire: str = "optionalComponents.optionalComponents"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name them."""
        current = {c.get("optionalComponent"): c for c in look(raw, self.wire) or []}
        wanted = [words.to_wire("component", c) for c in sorted(model.optional_components or [])]
        if set(wanted) != set(current):
            put(raw, self.wire, [current.get(c) or {"displayName": c, "optionalComponent": c}
                                 for c in wanted])

    def read(self, raw: Json, model: type[Model]) -> set[str | None]:
        """Those that are installed."""
        return {words.from_wire("component", c.get("optionalComponent"))
                for c in look(raw, self.wire) or []}


_PORTS: tuple[Entry, ...] = (
    Leaf("port_range_start", "portRangeStart"), Leaf("port_range_end", "portRangeEnd"),
    Leaf("server_side", "serverSide", always=True), _ComponentPorts())
_COMMON: tuple[Entry, ...] = (
    Leaf("credentials_storage", "credentialsStorageType", "credentials_storage"),)
_SHAPES: Mapping[str, Shape] = {
    "windows": Shape(ManagedServerModel, (
        *_COMMON, Part("network", "networkSettings", Shape(PortsBlock, _PORTS), switch=""))),
    "linux": Shape(ManagedServerModel, (
        *_COMMON, _Components(), Part("ssh", "sshSettings", Shape(SshBlock, (
            *_PORTS, Leaf("timeout_ms", "sshTimeOutMs"))), switch=""))),
}
_OUTSIDE = {"id", "name", "description", "type", "credentials_id", "timeouts"}
_LINUX_ONLY = {"ssh_fingerprint", "trust_on_first_use", "handshake_code", _ACCOUNT, *_SECRETS,
               "handshake_code_version", *(f"{name}_version" for name in _SECRETS)}


class ManagedServer(MarkedObject[ManagedServerModel]):
    """A server that can be a gateway, a mount server or a distribution server."""

    type_name = "veeam_managed_server"
    model = ManagedServerModel
    doc = "A Windows or Linux server: a gateway, mount or distribution server."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/managed_servers.html"
    path = MANAGED_SERVERS
    noun = "managed server"
    local = frozenset({"ssh_fingerprint", "trust_on_first_use", _ACCOUNT, "timeouts"})
    secrets = (_SECRETS, ("handshake_code",))

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that the server has what its type and its way to log in need."""
        kind = bare(plan.planned.get("type", NULL))
        shape = _SHAPES.get(kind) if isinstance(kind, str) else None
        if shape is None:
            return
        outside = _OUTSIDE | (_LINUX_ONLY if kind == "linux" else set())
        refuse_misfits(plan, shape, outside, f"a managed server of type {kind}")
        storage = bare(plan.planned.get("credentials_storage", NULL))
        if storage == "permanent":
            plans.require(plan, "credentials_id", "credentials_storage permanent needs it")
        if storage == "single_use" and kind == "windows":
            plan.error("Argument does not apply",
                       "Credentials that are used once go with type linux only.",
                       "credentials_storage")
        elif storage == "single_use":
            plans.require(plan, _ACCOUNT, "credentials_storage single_use needs it")
        # After an import nobody knows the fingerprint: what is said then is only recorded.
        if plans.differs(plan, "ssh_fingerprint") and not plans.is_unset(
                (plan.prior or {}).get("ssh_fingerprint")):
            plan.require_replace("ssh_fingerprint")
        given = plan.config.get("ssh_fingerprint")
        if kind == "windows":
            plan.planned["ssh_fingerprint"] = NULL
        elif plan.prior is None and plans.is_unset(given):
            if bare(plan.config.get("trust_on_first_use", NULL)) is False:
                plan.error(
                    "Argument is missing",
                    "Set ssh_fingerprint to the fingerprint of the server's SSH key, or set "
                    "trust_on_first_use to take whatever key it shows at creation. The data source "
                    "veeam_connection_certificate reads it.", "ssh_fingerprint")
            plan.planned["ssh_fingerprint"] = Unknown(STRING)

    def fits(self, raw: Json) -> bool:
        """Windows and Linux servers."""
        return raw.get("type") in words.table("server_type").values()

    def blank(self, planned: ManagedServerModel) -> Json:
        """The type."""
        return {"type": words.to_wire("server_type", planned.type)}

    def spec(self, server: Server, planned: ManagedServerModel, ctx: StepContext) -> Json:
        """The body of the creation; the key of a Linux server is looked at before."""
        body = super().spec(server, planned, ctx)
        if planned.type != "linux":
            return body
        account = body.get("singleUseCredentials")
        if planned.handshake_code is not None:
            body["handshakeCode"] = planned.handshake_code
            return body | {"sshFingerprint": planned.ssh_fingerprint or ""}
        login: Json = {"type": body["type"], "credentialsStorageType":
                       body["credentialsStorageType"]}
        if planned.credentials_id is not None:
            login["credentialsId"] = planned.credentials_id
        if account is not None:
            login["singleUseCredentials"] = account
        shown, _ = shown_by(server, planned.name, login)
        wanted = planned.ssh_fingerprint
        if wanted is not None and wanted != shown:
            raise ProviderError(
                ErrorClass.DENIED, "Fingerprint is not the expected one",
                f"{planned.name} shows the SSH key {shown}; ssh_fingerprint is {wanted}. Nothing "
                "was created.", attribute="ssh_fingerprint",
                hint="Find out why the key is another one before you change ssh_fingerprint.")
        planned.ssh_fingerprint = shown
        return body | {"sshFingerprint": shown}

    def create(self, server: Server, body: Json, planned: ManagedServerModel) -> Json:
        """Create in a session, in which the server installs its components."""
        return server.create_in_session(self.path, body, name=planned.name)

    def change(self, server: Server, raw: Json, planned: ManagedServerModel) -> None:
        """Set everything; the secret goes along where it is known."""
        super().change(server, raw, planned)
        _SHAPES[planned.type].write(raw, planned, server)
        if planned.credentials_storage == "permanent":
            raw["credentialsId"] = planned.credentials_id
        elif raw.get("credentialsId") not in (None, NO_ID):
            raw.pop("credentialsId")
        if planned.credentials_storage != "single_use":
            raw.pop("singleUseCredentials", None)
        elif planned.single_use is not None and planned.single_use_secret is not None:
            raw["singleUseCredentials"] = _account(planned)

    def rotate(self, server: Server, state: ManagedServerModel, values: Mapping[str, str],
               ctx: StepContext) -> None:
        """Send the account that is used once, or the code for pairing."""
        path = f"{self.path}/{state.id}"
        if "handshake_code" in values:
            server.put(path, server.get(path) | {"handshakeCode": values["handshake_code"]})
            return
        if state.credentials_storage == "single_use":
            server.finish(server.post(f"{path}/updateSingleUseCredentials",
                                      _account(state.copy(**values))))

    def model_of(
        self, server: Server, raw: Json, state: ManagedServerModel | None,
    ) -> ManagedServerModel:
        """The server, without its mark; what the API never shows comes from the state."""
        kind = words.from_wire("server_type", raw.get("type")) or ""
        fields = _SHAPES[kind].read(raw)
        storage = fields["credentials_storage"]
        if state is not None:
            versions = {"handshake_code_version", *(f"{name}_version" for name in _SECRETS)}
            fields |= {name: getattr(state, name) for name in {*self.local, *versions}}
        if storage != "single_use":
            fields[_ACCOUNT] = None
        return ManagedServerModel(
            id=raw["id"], name=raw["name"], type=kind,
            description=marks.without_token(raw.get("description")),
            credentials_id=raw.get("credentialsId") if storage == "permanent" else None,
            status=words.from_wire("status", raw.get("status")),
            updates=words.from_wire("updates", raw.get("updatesState")),
            is_backup_server=bool(raw.get("isBackupServer")),
            is_default_mount_server=bool(raw.get("isDefaultMountServer")), **fields)


def _account(planned: ManagedServerModel) -> Json:
    if planned.single_use is None:
        raise ProviderError(ErrorClass.INVALID, "Argument is missing",
                            "The account of the secret is not known: set the block single_use.",
                            attribute=_ACCOUNT)
    return single_use_spec(planned.single_use, *(getattr(planned, name) for name in _SECRETS))
