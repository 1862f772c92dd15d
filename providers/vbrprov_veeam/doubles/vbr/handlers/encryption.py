"""Encryption passwords and key management servers."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.collection import Collection

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json


_CERTIFICATES = ("serverCertificate", "clientCertificate")


def _thumbprint(upload: Json) -> str:
    return hashlib.sha1(upload["certificate"].encode(), usedforsecurity=False).hexdigest().upper()


class EncryptionPasswords(Collection):
    """Passwords that encrypt backups. A hint is not unique."""

    name = "encryptionPasswords"
    path = "/api/v1/encryptionPasswords"
    model = "EncryptionPasswordModel"
    kind = "Encryption password"
    name_property = None
    frozen = ()

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Add what the server adds."""
        return {
            "uniqueId": object_id,
            "isImported": False,
            **spec,
            "id": object_id,
            "modificationTime": call.store.now(),
        }

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Change the hint only."""
        return {**current, "hint": model["hint"], "modificationTime": call.store.now()}

    def label(self, stored: Json) -> str:
        """Name a password by its hint."""
        return str(stored["hint"])

    def change(self, call: Call) -> Json:
        """Take a new password and hint."""
        stored = self.get(call, call.path["id"])
        call.store.secrets(self.name, stored["id"])["password"] = call.body["password"]
        stored["hint"] = call.body["hint"]
        stored["modificationTime"] = call.store.now()
        call.wrote(stored["id"], stored["hint"])
        return {}

    def verify(self, call: Call) -> Json:
        """Tell whether a password is the stored one."""
        stored = self.get(call, call.path["id"])
        known = str(call.store.secrets(self.name, stored["id"]).get("password", ""))
        same = hmac.compare_digest(known.encode(), call.body["password"].encode())
        return {"isSuccessful": same, "message": "" if same else "The password does not match"}


class KeyManagementServers(Collection):
    """KMS servers."""

    name = "kmsServers"
    path = "/api/v1/kmsServers"
    model = "KeyManagementServerBaseModel"
    kind = "KMS server"

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Show thumbprints in place of certificates."""
        stored = {k: v for k, v in spec.items() if k not in _CERTIFICATES}
        shown = {f"{name}Thumbprint": _thumbprint(call.body[name]) for name in _CERTIFICATES}
        return {"description": "", **stored, **shown, "id": object_id}

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Keep the certificates: they have a call of their own."""
        kept = {name: current[name] for name in current if name.endswith("Thumbprint")}
        return {**model, **kept, "id": current["id"]}

    def change_certificate(self, call: Call) -> Json:
        """Take a new certificate."""
        stored = self.get(call, call.path["id"])
        side = call.body["type"].lower()
        stored[f"{side}CertificateThumbprint"] = _thumbprint(call.body["certificate"])
        call.wrote(stored["id"], stored["name"])
        return {}


PASSWORDS = EncryptionPasswords()
KMS_SERVERS = KeyManagementServers()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    return {
        **PASSWORDS.routes(),
        ("POST", f"{PASSWORDS.path}/{{id}}/changepassword"): PASSWORDS.change,
        ("POST", f"{PASSWORDS.path}/{{id}}/verify"): PASSWORDS.verify,
        **KMS_SERVERS.routes(),
        ("POST", f"{KMS_SERVERS.path}/{{id}}/changeCertificate"): KMS_SERVERS.change_certificate,
    }
