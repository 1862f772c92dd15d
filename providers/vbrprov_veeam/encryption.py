"""Encryption settings as jobs, tiers and access permissions have them."""

from __future__ import annotations

from vbrprov.sdk import Model, PlanDraft, attribute
from vbrprov_veeam import plans
from vbrprov_veeam.answers import flag
from vbrprov_veeam.server import Json

_PASSWORD, _KMS = "ByUserPassword", "ByKms"


class EncryptionBlock(Model):
    """``encryption``: with what backups are encrypted; without the block they are not."""

    password_id: str | None = attribute(doc="Id of the encryption password.")
    kms_server_id: str | None = attribute(doc="Id of the KMS server, in place of a password.")


def plan(draft: PlanDraft, path: str) -> None:
    """Refuse a block that names both, or nothing."""
    block = plans.part(draft.config, path)
    if block is None or plans.is_unset(block) or plans.is_open(block):
        return
    given = [name for name in ("password_id", "kms_server_id")
             if not plans.is_unset(plans.part(draft.config, f"{path}.{name}"))]
    if len(given) != 1:
        draft.error("Arguments do not go together",
                    "encryption needs either password_id or kms_server_id.",
                    path.partition(".")[0])


def write(raw: Json, wanted: EncryptionBlock | None) -> Json:
    """*raw*, the settings as they are, changed to what is wanted."""
    if wanted is None:
        return {**raw, "isEnabled": False} if raw.get("isEnabled") else raw or {"isEnabled": False}
    by_kms = wanted.kms_server_id is not None
    same = (raw.get("kmsServerId") if by_kms else raw.get("encryptionPasswordId")) == (
        wanted.kms_server_id if by_kms else wanted.password_id)
    dropped = {"encryptionPasswordId", "encryptionPasswordUniqueId", "kmsServerId"}
    kept = raw if same else {k: v for k, v in raw.items() if k not in dropped}
    target = {"kmsServerId": wanted.kms_server_id} if by_kms else {
        "encryptionPasswordId": wanted.password_id}
    return {**kept, "isEnabled": True, "encryptionType": _KMS if by_kms else _PASSWORD, **target}


def read(raw: Json | None) -> EncryptionBlock | None:
    """The settings, ``None`` where nothing is encrypted."""
    if raw is None or not flag(raw.get("isEnabled")):
        return None
    if raw.get("encryptionType") == _KMS:
        return EncryptionBlock(password_id=None, kms_server_id=raw.get("kmsServerId"))
    return EncryptionBlock(password_id=raw.get("encryptionPasswordId"), kms_server_id=None)
