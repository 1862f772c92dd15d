"""Access permissions of repositories before VBR 13.1, whose REST API can do them."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json

#: Policies, and what PowerShell calls them.
POLICIES = {"deny_all": "NoOne", "allow_all": "Everyone", "allow_explicit": "OnlySelectedUsers"}
_WORDS = {theirs: ours for ours, theirs in POLICIES.items()}


class AccountBlock(Model):
    """``account``: who may write to the repository."""

    name: str = attribute(doc="User or group, such as CORP\\\\backup.", required=True)
    type: str = attribute(
        doc="What it is; only the REST API of VBR 13.1 asks for it.", default="external_user",
        choices=("internal_user", "internal_group", "external_user", "external_group"))


class AccessPermissionsModel(Model):
    """Arguments of ``veeam_repository_access_permissions``."""

    repository_id: str = attribute(doc="Id of the repository.", required=True,
                                   replace_on_change=True)
    access_policy: str = attribute(
        doc="deny_all: nobody; allow_all: everybody; allow_explicit: the accounts.", required=True,
        choices=tuple(POLICIES))
    encryption_password_id: str | None = attribute(
        doc="Id of the encryption password for these backups; no encryption when left out.")
    id: str | None = computed_attribute(doc="The id of the repository.")
    account: set[AccountBlock] = block(doc="With access_policy allow_explicit: who may.")


class ScriptedPermissions(ScriptedType[AccessPermissionsModel]):
    """The PowerShell form; key management servers cannot be read back, so it has none."""

    type_name = "veeam_repository_access_permissions"
    model = AccessPermissionsModel
    script = "repository_access_permissions"
    noun = "access permissions"

    def where(self, model: AccessPermissionsModel) -> Json:
        """The repository."""
        return {"repository_id": model.repository_id}

    def wanted(self, model: AccessPermissionsModel, token: str) -> Json:
        """Who may, and the key."""
        return {
            "type": POLICIES.get(model.access_policy, model.access_policy),
            "users": sorted(a.name for a in model.account or ()),
            "encrypted": model.encryption_password_id is not None,
            "encryption_key": model.encryption_password_id,
        }

    def unset(self, model: AccessPermissionsModel) -> Json | None:
        """What every repository begins with."""
        return {"type": "NoOne", "users": [], "encrypted": False, "encryption_key": None}

    def lookup(self, import_id: str) -> Json | None:
        """The id of a repository."""
        return {"repository_id": import_id, "access_policy": "deny_all"}

    def model_of(self, found: Json, state: AccessPermissionsModel) -> AccessPermissionsModel:
        """The permissions; which kind an account is of does not show."""
        kinds = {a.name: a.type for a in state.account or ()}
        policy = str(found.get("type"))
        return state.copy(
            id=state.repository_id, access_policy=_WORDS.get(policy, policy),
            encryption_password_id=found.get("encryption_key"),
            account=[AccountBlock(name=name, type=kinds.get(name, "external_user"))
                     for name in found.get("users") or ()])
