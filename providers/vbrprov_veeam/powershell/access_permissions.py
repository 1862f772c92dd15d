"""Access permissions of repositories by script, for servers whose REST API cannot set them."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import ErrorClass, Model, ProviderError
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json

#: Policies, and what PowerShell calls them.
POLICIES = {"deny_all": "NoOne", "allow_all": "Everyone", "allow_explicit": "OnlySelectedUsers"}
_WORDS = {theirs: ours for ours, theirs in POLICIES.items()}


class ScriptedPermissions(ScriptedType[Any]):
    """The PowerShell form, for any model with ``policy``, ``account`` and ``encryption``.

    Key management servers cannot be read back with PowerShell, so this form has none.
    """

    type_name = "veeam_repository_access_permissions"
    script = "repository_access_permissions"
    noun = "access permissions"

    def where(self, model: Any) -> Json:
        """The repository."""
        return {"repository_id": model.repository_id}

    def wanted(self, model: Any, token: str) -> Json:
        """Who may, and the key."""
        key = model.encryption.password_id if model.encryption is not None else None
        if model.encryption is not None and key is None:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "KMS server cannot be set",
                "Before version 13.1, access permissions can be encrypted with a password only: "
                "PowerShell does not show which KMS server is set.", attribute="encryption",
                hint="Set password_id instead of kms_server_id, or upgrade the server.")
        return {
            "type": POLICIES.get(model.policy, model.policy),
            "users": sorted(a.name for a in model.account or ()),
            "encrypted": key is not None,
            "encryption_key": key,
        }

    def unset(self, model: Any) -> Json | None:
        """What every repository begins with."""
        return {"type": "NoOne", "users": [], "encrypted": False, "encryption_key": None}

    def lookup(self, import_id: str) -> Json | None:
        """The id of a repository."""
        return {"repository_id": import_id, "policy": "deny_all"}

    def model_of(self, found: Json, state: Any) -> Any:
        """The permissions; which kind an account is of does not show."""
        blocks = self.model.schema().blocks
        kinds = {a.name: a.type for a in state.account or ()}
        policy, key = str(found.get("type")), found.get("encryption_key")
        account = blocks["account"].model
        return state.copy(
            id=state.repository_id, policy=_WORDS.get(policy, policy),
            encryption=None if key is None else blocks["encryption"].model.from_values(
                {}).copy(password_id=key),
            account=[account(name=name, **({"type": kinds[name]} if name in kinds else {}))
                     for name in found.get("users") or ()])


def before_rest(model: type[Model]) -> ScriptedPermissions:
    """The PowerShell form of a resource type with that model."""
    made: ScriptedPermissions = type("PermissionsByScript", (ScriptedPermissions,),
                                     {"model": model})()
    return made
