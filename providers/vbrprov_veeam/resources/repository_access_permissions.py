"""veeam_repository_access_permissions: who else than the server's own jobs may write."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft
from vbrprov.sdk.values import bare
from vbrprov_veeam import plans
from vbrprov_veeam.powershell.access_permissions import ScriptedPermissions


class RepositoryAccessPermissions(ScriptedPermissions):
    """One per repository, for agents and plug-ins that work on their own.

    Jobs and policies of the server need none. Destroying it denies access to everybody.
    """

    type_name = "veeam_repository_access_permissions"
    doc = "Access of standalone agents and plug-ins to a repository; needs PowerShell."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/set-vbreppermission.html"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Accounts go with allow_explicit, and that needs one."""
        policy = bare(plan.planned.get("access_policy"))
        accounts = plan.config.get("account")
        if plans.is_open(accounts) or not isinstance(policy, str):
            return
        named = bool(getattr(bare(accounts), "items", ()))
        if named != (policy == "allow_explicit"):
            plan.error(
                "Arguments do not go together",
                "access_policy allow_explicit needs at least one block account." if not named else
                f"Blocks account go with access_policy allow_explicit, not with {policy}.",
                "access_policy")
