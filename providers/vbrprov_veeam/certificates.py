"""Keys and certificates that hosts show when the backup server connects to them."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam.server import Json, Server

CONNECTION_CERTIFICATE = "/api/v1/connectionCertificate"


def shown_by(server: Server, host: str, body: Json) -> tuple[str, Json]:
    """The fingerprint that *host* shows, and its certificate where it has one.

    Raises:
        ProviderError: The backup server cannot reach the host, or it shows nothing.
    """
    answer: Any = server.post(CONNECTION_CERTIFICATE, {"serverName": host, **body}, reads=True)
    certificate: Json = answer.get("certificate") or {}
    found = answer.get("fingerprint") or certificate.get("thumbprint")
    if not found:
        raise ProviderError(ErrorClass.FAILED, "No fingerprint",
                            f"{server.label} asked {host} for its key and got none.")
    return str(found), certificate
