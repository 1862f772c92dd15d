"""veeam_kms_server: a key management server whose keys encrypt backups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    PlanDraft,
    ProviderError,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.agents import MarkedObject, NamedModel
from vbrprov_veeam.repositories.model import port
from vbrprov_veeam.server import Json, Server

PATH = "/api/v1/kmsServers"
_SIDES = ("server", "client")


def _certificate(doc: str) -> Any:
    return attribute(doc=f"{doc}, as Base64 text. Sent and forgotten.", sensitive=True,
                     write_only=True)


class KmsServerModel(NamedModel):
    """Arguments and attributes of ``veeam_kms_server``; the name is the server's DNS name."""

    port: int = attribute(doc="Port of the KMIP protocol.", default=5696, validators=(port,))
    server_certificate: str | None = _certificate("Certificate of the key server")
    server_certificate_version: int | None = attribute(doc="Raise it to send it again.")
    server_certificate_password: str | None = attribute(
        doc="Password of server_certificate.", sensitive=True, write_only=True)
    server_certificate_password_version: int | None = attribute(
        doc="Raise it, together with server_certificate_version, to send the password again.")
    server_certificate_format: str = attribute(
        doc="pfx or pem.", default="pem", choices=words.choices("certificate_format"))
    client_certificate: str | None = _certificate(
        "Certificate, with its key, by which the key server knows the backup server")
    client_certificate_version: int | None = attribute(doc="Raise it to send it again.")
    client_certificate_password: str | None = attribute(
        doc="Password of client_certificate.", sensitive=True, write_only=True)
    client_certificate_password_version: int | None = attribute(
        doc="Raise it, together with client_certificate_version, to send the password again.")
    client_certificate_format: str = attribute(
        doc="pfx or pem.", default="pfx", choices=words.choices("certificate_format"))
    server_certificate_thumbprint: str | None = computed_attribute(
        doc="Thumbprint of the certificate of the key server.", recompute=True)
    client_certificate_thumbprint: str | None = computed_attribute(
        doc="Thumbprint of the certificate of the backup server.", recompute=True)


class KmsServer(MarkedObject[KmsServerModel]):
    """One key management server."""

    type_name = "veeam_kms_server"
    model = KmsServerModel
    doc = "A key management server (KMIP) whose keys encrypt backups."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrkmsserver.html"
    path = PATH
    noun = "KMS server"
    local = frozenset({"server_certificate_format", "client_certificate_format"})
    secrets = (("server_certificate", "server_certificate_password"),
               ("client_certificate", "client_certificate_password"))

    def plan_modify(self, plan: PlanDraft) -> None:
        """A new one needs both certificates."""
        if plan.prior is None:
            for side in _SIDES:
                plans.require(plan, f"{side}_certificate", "a new KMS server needs it")

    def fits(self, raw: Json) -> bool:
        """The one type that there is."""
        return raw.get("type") == "KMS"

    def blank(self, planned: KmsServerModel) -> Json:
        """Type and certificates."""
        body: Json = {"type": "KMS"}
        for side in _SIDES:
            names = (f"{side}_certificate", f"{side}_certificate_password")
            values = {n: v for n in names if (v := getattr(planned, n)) is not None}
            body[f"{side}Certificate"] = _upload(planned, side, values)
        return body

    def change(self, server: Server, raw: Json, planned: KmsServerModel) -> None:
        """Set name, description and port."""
        super().change(server, raw, planned)
        raw["port"] = planned.port

    def rotate(
        self, server: Server, state: KmsServerModel, values: Mapping[str, str], ctx: StepContext,
    ) -> None:
        """Send one certificate."""
        side = next(side for side in _SIDES if f"{side}_certificate" in values)
        server.post(f"{self.path}/{state.id}/changeCertificate",
                    {"type": side.capitalize(), "certificate": _upload(state, side, values)})

    def model_of(
        self, server: Server, raw: Json, state: KmsServerModel | None,
    ) -> KmsServerModel:
        """The server; what only vbrprov knows comes from the state."""
        kept = {f"{name}_version": getattr(state, f"{name}_version") if state else None
                for names in self.secrets for name in names}
        if state is not None:
            kept |= {name: getattr(state, name) for name in self.local}
        return KmsServerModel(
            id=raw["id"], name=raw["name"],
            description=marks.without_token(raw.get("description")), port=raw["port"],
            server_certificate_thumbprint=raw.get("serverCertificateThumbprint"),
            client_certificate_thumbprint=raw.get("clientCertificateThumbprint"),
            **kept)  # type: ignore[arg-type]  # versions and formats


def _upload(model: KmsServerModel, side: str, values: Mapping[str, str]) -> Json:
    kind = getattr(model, f"{side}_certificate_format")
    if f"{side}_certificate" not in values:
        raise ProviderError(ErrorClass.INVALID, "Secret is missing",
                            f"{side}_certificate is to be sent, and no value of it is known.",
                            attribute=f"{side}_certificate")
    body: Json = {"certificate": values[f"{side}_certificate"],
                  "formatType": words.to_wire("certificate_format", kind)}
    if f"{side}_certificate_password" in values:
        body["password"] = values[f"{side}_certificate_password"]
    return body
