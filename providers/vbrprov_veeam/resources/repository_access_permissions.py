"""veeam_repository_access_permissions: who may use a repository without a job on the server."""

from __future__ import annotations

from vbrprov.sdk import Model, PlanDraft, attribute, block, computed_attribute
from vbrprov.sdk.values import bare
from vbrprov_veeam import plans
from vbrprov_veeam.powershell.access_permissions import POLICIES, ScriptedPermissions


class AccountBlock(Model):
    """``account``: one user or group that may use the repository."""

    name: str = attribute(doc="Name of the user or group.", required=True)
    type: str = attribute(
        doc="internal_user, internal_group, external_user or external_group; PowerShell does not "
            "ask for it.", default="external_user",
        choices=("internal_user", "internal_group", "external_user", "external_group"))


class EncryptionBlock(Model):
    """``encryption``: with what backups are encrypted; without the block they are not."""

    password_id: str = attribute(doc="Id of the encryption password.", required=True)


class RepositoryAccessPermissionsModel(Model):
    """Arguments and attributes of ``veeam_repository_access_permissions``."""

    id: str | None = computed_attribute(doc="The id of the repository.")
    repository_id: str = attribute(doc="Id of the repository.", required=True,
                                   replace_on_change=True)
    policy: str = attribute(doc="deny_all, allow_all or allow_explicit.", required=True,
                            choices=tuple(POLICIES))
    account: set[AccountBlock] = block(doc="Who may use it; with allow_explicit.")
    encryption: EncryptionBlock | None = block(
        doc="With what the backups of these accounts are encrypted; not at all when left out.")


class RepositoryAccessPermissions(ScriptedPermissions):
    """The permissions of one repository. They are for standalone agents and plug-ins only."""

    type_name = "veeam_repository_access_permissions"
    model = RepositoryAccessPermissionsModel
    doc = ("Who may use a repository without a job on the server: standalone agents and plug-ins. "
           "Jobs and policies of the server need no such permission. Needs PowerShell.")
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/set-vbreppermission.html"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that accounts go with the policy."""
        policy = bare(plan.planned.get("policy"))
        accounts = plan.config.get("account")
        if plans.is_open(accounts) or not isinstance(policy, str):
            return
        named = bool(getattr(bare(accounts), "items", ()))
        if named != (policy == "allow_explicit"):
            plan.error(
                "Arguments do not go together",
                "policy allow_explicit needs at least one block account." if not named else
                f"Blocks account go with policy allow_explicit, not with {policy}.",
                "policy")
