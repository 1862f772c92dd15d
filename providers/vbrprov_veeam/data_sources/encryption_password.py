"""data veeam_encryption_password: an encryption password, by its hint."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_veeam import lookups
from vbrprov_veeam.server import Server

_PATH = "/api/v1/encryptionPasswords"


class EncryptionPasswordModel(Model):
    """Arguments and attributes of ``data.veeam_encryption_password``."""

    id: str | None = attribute(doc="Id of the password; or give hint.", computed=True)
    hint: str | None = attribute(doc="Hint of the password; or give id.", computed=True)
    is_imported: bool | None = computed_attribute(doc="Whether it came from another server.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")


class EncryptionPassword(DataSource[EncryptionPasswordModel, Server]):
    """A password that exists. Hints may repeat; several that fit are refused."""

    type_name = "veeam_encryption_password"
    model = EncryptionPasswordModel
    doc = "An encryption password, by id or hint."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/get-vbrencryptionkey.html"

    def read(
        self, client: Server, config: EncryptionPasswordModel, ctx: StepContext,
    ) -> EncryptionPasswordModel:
        """Look it up."""
        raw = lookups.one(
            client, _PATH, "encryption password", object_id=config.id, name=config.hint,
            names=lambda r: {str(r.get("hint"))},
            describe=lambda r: f"{r.get('hint')}  {r.get('modificationTime') or ''}".rstrip())
        return config.copy(id=raw["id"], hint=raw.get("hint"), is_imported=raw.get("isImported"),
                           unique_id=raw.get("uniqueId"))
