"""aws_iam_role: one IAM role."""

from __future__ import annotations

from typing import Any, Final

from vbrprov.sdk import (
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.iam.roles import change_role, create_role, delete_role
from vbrprov_s3.iam.calls import (
    call,
    check_path,
    document_text,
    found,
    made_up,
    name_validator,
    unset,
)
from vbrprov_s3.iam.holders import ROLE
from vbrprov_s3.iam.naming import judged, plan_name
from vbrprov_s3.iam.quotas import QUOTAS, quota
from vbrprov_s3.policy_json import compact, document_validator, same_policy
from vbrprov_s3.tags import own_tags, plan_tags_all, unwire_tags, without_system

#: Characters of a trust policy, when Amazon has raised the quota to the most there is.
MOST_TRUST_CHARACTERS: Final = 8192


def _check_duration(value: Any) -> str | None:
    if not 3600 <= value <= 43200:
        return "A session of a role lasts 3600 to 43200 seconds at most."
    return None


class IamRoleModel(Model):
    """Arguments and attributes of ``aws_iam_role``."""

    name: str | None = attribute(
        doc="Name of the role, unique in the account without regard to case; made up when left "
            "out.", default=None, computed=True, replace_on_change=True,
        validators=(name_validator(64),), source=QUOTAS)
    name_prefix: str | None = attribute(doc="Beginning of a name that is made up.", default=None,
                                        replace_on_change=True, validators=(name_validator(38),))
    path: str | None = attribute(doc="Path of the role.", default="/", replace_on_change=True,
                                 validators=(check_path,))
    description: str | None = attribute(doc="What it is for.", default=None)
    assume_role_policy: str = attribute(
        doc="The trust policy as JSON: who may take the role on.", required=True, same=same_policy,
        validators=(document_validator(MOST_TRUST_CHARACTERS),), source=QUOTAS)
    max_session_duration: int | None = attribute(
        doc="Longest session.", unit="seconds", default=3600, validators=(_check_duration,),
        source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html")
    permissions_boundary: str | None = attribute(
        doc="ARN of the policy that limits what the role can be allowed.", default=None)
    force_detach_policies: bool | None = attribute(
        doc="Remove policies that others gave the role, and take it out of instance profiles, when "
            "it is destroyed.", default=False)
    tags: dict[str, str] | None = attribute(doc="Tags of the role.", default=None)
    id: str | None = computed_attribute(doc="Name of the role.")
    arn: str | None = computed_attribute(doc="ARN of the role.")
    unique_id: str | None = computed_attribute(doc="Id of the role that is never used again.")
    create_date: str | None = computed_attribute(doc="When the role was made (RFC 3339).")
    tags_all: dict[str, str] | None = computed_attribute(
        doc="Tags of the role, default_tags of the provider included.")


class IamRole(ResourceType[IamRoleModel, AwsClients]):
    """One role; its policies and attachments are resources of their own."""

    type_name = "aws_iam_role"
    model = IamRoleModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An IAM role."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what follows from the rest; refuse two names, and a trust policy too long."""
        plan_tags_all(plan)
        plan_name(plan)
        trust = known(plan.planned, "assume_role_policy")
        if (plan.client is None or not isinstance(trust, str)
                or same_policy(trust, known(plan.prior, "assume_role_policy"))):
            return
        try:
            size, most = len(compact(trust)), quota(plan.client, "AssumeRolePolicySizeQuota")
        except ValueError:
            return
        if size > most:
            plan.error("Trust policy too long",
                       f"The trust policy has {size} characters; the account allows {most}, blanks "
                       f"not counted ({QUOTAS}).", "assume_role_policy")

    def steps(self, client: AwsClients, prior: IamRoleModel | None,
              planned: IamRoleModel | None, ctx: StepContext) -> Steps:
        """Create or change, one call each; or take the role apart and delete it."""
        if planned is None:
            if prior is not None:
                yield from delete_role(client, prior, _identity(prior), ctx)
            return
        planned = planned.copy(
            path=planned.path or "/", max_session_duration=planned.max_session_duration or 3600,
            tags_all={**client.default_tags, **(planned.tags or {})})
        if prior is None:
            name = planned.name or made_up(planned.name_prefix)
            wanted = planned.copy(name=name, id=name)
            yield Step("create", _identity(wanted), lambda: create_role(client, wanted, ctx),
                       creates=True, doc="Create the role")
            return
        yield from change_role(client, prior, planned, _identity(prior), ctx)

    def read(self, client: AwsClients, state: IamRoleModel,
             ctx: StepContext) -> IamRoleModel | None:
        """The role; ``None`` only when IAM says that there is none."""
        role = _get(client, state.name or "", ctx)
        if role is None:
            return None
        tags = without_system(unwire_tags(role.get("Tags", [])))
        trust = document_text(role["AssumeRolePolicyDocument"])
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return state.copy(
            name=role["RoleName"], id=role["RoleName"], path=role["Path"], arn=role["Arn"],
            unique_id=role["RoleId"], create_date=f"{role['CreateDate']:%Y-%m-%dT%H:%M:%SZ}",
            description=role.get("Description") or unset(state.description),
            assume_role_policy=(state.assume_role_policy
                                if same_policy(trust, state.assume_role_policy) else trust),
            max_session_duration=role.get("MaxSessionDuration", 3600),
            permissions_boundary=boundary or unset(state.permissions_boundary),
            tags=own_tags(client, tags, state.tags), tags_all=tags)

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> IamRoleModel | None:
        """The role of that name."""
        return self.read(client, IamRoleModel(name=import_id, assume_role_policy=""), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamRoleModel]:
        """Ours is a role on the intended path that is not older than the intent."""
        name = str(intent.identity["name"])
        return judged(_get(client, name, ctx), intent, ROLE.subject(name), lambda: self.read(
            client, IamRoleModel(name=name, assume_role_policy=""), ctx))


def _identity(model: IamRoleModel) -> Identity:
    return Identity.of(name=model.name, path=model.path or "/")


def _get(client: AwsClients, name: str, ctx: StepContext) -> dict[str, Any] | None:
    answer = found(lambda: call(ctx, client.iam().get_role, ROLE.subject(name), RoleName=name))
    return None if answer is None else answer["Role"]
