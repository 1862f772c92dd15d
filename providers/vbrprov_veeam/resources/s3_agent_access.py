"""veeam_s3_agent_access: how agents get at an S3 compatible repository."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Listed, Model, PlanDraft, attribute, computed_attribute
from vbrprov.sdk.values import bare
from vbrprov_veeam import plans
from vbrprov_veeam.audit import with_access
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json
from vbrprov_veeam.server import Server

#: Modes, and what PowerShell calls them.
MODES = {"shared_credentials": "AllowAll", "backup_server": "VBRManaged",
         "iam_sts": "S3CompatibleManaged"}
_WORDS = {theirs: ours for ours, theirs in MODES.items()}


class S3AgentAccessModel(Model):
    """Arguments of ``veeam_s3_agent_access``."""

    repository_id: str = attribute(
        doc="Id of the repository: S3 compatible, IBM Cloud or Wasabi.", required=True,
        replace_on_change=True)
    mode: str = attribute(
        doc="backup_server: agents get no key, their data passes the backup server's components "
            "even where the repository connects directly. iam_sts: each agent gets access of its "
            "own from the storage. shared_credentials: all agents get the repository's key; not "
            "secure.", required=True, choices=tuple(MODES))
    iam_endpoint: str | None = attribute(
        doc="With mode iam_sts: host name of the storage's IAM service.")
    sts_endpoint: str | None = attribute(
        doc="With mode iam_sts: host name of the storage's STS service.")
    id: str | None = computed_attribute(doc="The id of the repository.")


class S3AgentAccess(ScriptedType[S3AgentAccessModel]):
    """One per repository. Destroying it goes back to access through the backup server."""

    type_name = "veeam_s3_agent_access"
    model = S3AgentAccessModel
    script = "s3_agent_access"
    noun = "agent access"
    doc = "How Veeam Agents get at an S3 compatible repository; needs PowerShell."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "set-vbrs3compatiblerepositorysecurityoptions.html")

    def plan_modify(self, plan: PlanDraft) -> None:
        """Both endpoints with iam_sts, none without."""
        mode = bare(plan.planned.get("mode"))
        for name in ("iam_endpoint", "sts_endpoint"):
            if mode == "iam_sts":
                plans.require(plan, name, "mode iam_sts needs it")
            elif isinstance(mode, str):
                plans.forbid(plan, name, "goes with mode iam_sts only")

    def where(self, model: S3AgentAccessModel) -> Json:
        """The repository."""
        return {"repository_id": model.repository_id}

    def wanted(self, model: S3AgentAccessModel, token: str) -> Json:
        """The policy, and the endpoints where they count."""
        out: Json = {"policy": MODES.get(model.mode, model.mode)}
        if model.mode == "iam_sts":
            out |= {"iam_endpoint": model.iam_endpoint, "sts_endpoint": model.sts_endpoint}
        return out

    def unset(self, model: S3AgentAccessModel) -> Json | None:
        """What every repository begins with."""
        return {"policy": MODES["backup_server"]}

    def lookup(self, import_id: str) -> Json | None:
        """The id of a repository."""
        return {"repository_id": import_id, "mode": "backup_server"}

    def listing(self, client: Server) -> Iterator[Listed]:
        """One for each repository that can have it, whether it was ever set or not."""
        return with_access(client)

    def model_of(self, found: Json, state: S3AgentAccessModel) -> S3AgentAccessModel:
        """The mode; of endpoints that do not count nothing is said."""
        policy = str(found.get("policy"))
        own = policy == MODES["iam_sts"]
        return state.copy(
            id=state.repository_id, mode=_WORDS.get(policy, policy),
            iam_endpoint=found.get("iam_endpoint") or None if own else None,
            sts_endpoint=found.get("sts_endpoint") or None if own else None)
