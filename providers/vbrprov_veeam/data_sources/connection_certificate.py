"""data veeam_connection_certificate: the key or certificate that a host shows."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.certificates import shown_by
from vbrprov_veeam.server import Json, Server


class ConnectionCertificateData(Model):
    """Arguments and attributes of ``data.veeam_connection_certificate``."""

    server_name: str = attribute(doc="DNS name or IP address of the host.", required=True)
    type: str = attribute(doc="windows or linux.", default="linux",
                          choices=words.choices("server_type"))
    credentials_id: str | None = attribute(doc="Id of the credentials to log in with.")
    port: int | None = attribute(doc="Port to connect to.")
    fingerprint: str | None = computed_attribute(
        doc="Fingerprint of the SSH key, or thumbprint of the certificate.")
    subject: str | None = computed_attribute(doc="Subject of the certificate.")
    issued_by: str | None = computed_attribute(doc="Issuer of the certificate.")
    valid_until: str | None = computed_attribute(doc="End of its life (RFC 3339).")
    trusted: bool | None = computed_attribute(doc="Whether the backup server trusts it.")


class ConnectionCertificate(DataSource[ConnectionCertificateData, Server]):
    """What a host shows when the backup server connects to it now."""

    type_name = "veeam_connection_certificate"
    model = ConnectionCertificateData
    doc = ("The SSH key or certificate that a host shows to the backup server. Compare it with "
           "what the host itself says before you trust it.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/linux_server_ssh.html"

    def read(self, client: Server, config: ConnectionCertificateData,
             ctx: StepContext) -> ConnectionCertificateData:
        """Let the backup server connect."""
        body: Json = {"type": words.to_wire("server_type", config.type)}
        if config.credentials_id is not None:
            body |= {"credentialsStorageType": "Permanent",
                     "credentialsId": config.credentials_id}
        if config.port is not None:
            body["port"] = config.port
        fingerprint, certificate = shown_by(client, config.server_name, body)
        return config.copy(
            fingerprint=fingerprint, subject=certificate.get("subject"),
            issued_by=certificate.get("issuedBy"), valid_until=certificate.get("validBy"),
            trusted=certificate.get("isTrusted"))
