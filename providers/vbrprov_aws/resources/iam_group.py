"""aws_iam_group: one IAM group."""

from __future__ import annotations

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProviderError,
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
from vbrprov_s3.errors import code_of
from vbrprov_s3.iam.calls import (
    after,
    already,
    call,
    check_path,
    found,
    gone_is_fine,
    moved,
    name_validator,
)
from vbrprov_s3.iam.holders import GROUP
from vbrprov_s3.iam.naming import judged
from vbrprov_s3.iam.quotas import QUOTAS


class IamGroupModel(Model):
    """Arguments and attributes of ``aws_iam_group``."""

    name: str = attribute(doc="Name of the group; unique in the account without regard to case.",
                          required=True, replace_on_change=True, validators=(name_validator(128),),
                          source=QUOTAS)
    path: str | None = attribute(doc="Path of the group.", default="/", validators=(check_path,))
    id: str | None = computed_attribute(doc="Name of the group.")
    arn: str | None = computed_attribute(doc="ARN of the group.")
    unique_id: str | None = computed_attribute(doc="Id of the group that is never used again.")


class IamGroup(ResourceType[IamGroupModel, AwsClients]):
    """One group; its members and policies are resources of their own. IAM groups have no tags."""

    type_name = "aws_iam_group"
    model = IamGroupModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An IAM group."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``, and the ARN that follows from a new path."""
        name, path = known(plan.planned, "name"), known(plan.planned, "path")
        if isinstance(name, str):
            plan.planned["id"] = name
        arn = known(plan.prior, "arn")
        if isinstance(name, str) and isinstance(path, str) and isinstance(arn, str):
            plan.planned["arn"] = moved(arn, "group", path, name)

    def steps(self, client: AwsClients, prior: IamGroupModel | None,
              planned: IamGroupModel | None, ctx: StepContext) -> Steps:
        """Create, move or delete."""
        iam = client.iam()
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(name=prior.name, path=prior.path),
                           lambda: _delete(client, prior, ctx), doc="Delete the group")
            return
        wanted = planned.copy(id=planned.name, path=planned.path or "/")
        identity = Identity.of(name=wanted.name, path=wanted.path)
        if prior is None:
            yield Step("create", identity, lambda: _create(client, wanted, ctx), creates=True,
                       doc="Create the group")
        elif wanted.path != (prior.path or "/"):
            there = prior.copy(path=wanted.path, arn=moved(
                prior.arn or "", "group", wanted.path or "/", wanted.name))
            yield Step("path", identity, after(
                lambda: call(ctx, iam.update_group, GROUP.subject(wanted.name),
                             GroupName=wanted.name, NewPath=wanted.path), there),
                doc="Move the group to another path")

    def read(self, client: AwsClients, state: IamGroupModel,
             ctx: StepContext) -> IamGroupModel | None:
        """The group; ``None`` only when IAM says that there is none."""
        answer = found(lambda: call(ctx, client.iam().get_group, GROUP.subject(state.name),
                                    GroupName=state.name, MaxItems=1))
        if answer is None:
            return None
        group = answer["Group"]
        return state.copy(name=group["GroupName"], id=group["GroupName"], path=group["Path"],
                          arn=group["Arn"], unique_id=group["GroupId"])

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> IamGroupModel | None:
        """The group of that name."""
        return self.read(client, IamGroupModel(name=import_id), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamGroupModel]:
        """Ours is a group on the intended path that is not older than the intent."""
        name = str(intent.identity["name"])
        answer = found(lambda: call(ctx, client.iam().get_group, GROUP.subject(name),
                                    GroupName=name, MaxItems=1))
        return judged(None if answer is None else answer["Group"], intent, GROUP.subject(name),
                      lambda: self.read(client, IamGroupModel(name=name), ctx))


def _create(client: AwsClients, wanted: IamGroupModel, ctx: StepContext) -> IamGroupModel:
    subject = GROUP.subject(wanted.name)
    if found(lambda: call(ctx, client.iam().get_group, subject, GroupName=wanted.name)):
        raise already(subject, wanted.name, "name")
    try:
        answer = call(ctx, client.iam(once=True).create_group, subject, GroupName=wanted.name,
                      Path=wanted.path)
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise already(subject, wanted.name, "name") from error
        raise
    return wanted.copy(arn=answer["Group"]["Arn"], unique_id=answer["Group"]["GroupId"])


def _delete(client: AwsClients, prior: IamGroupModel, ctx: StepContext) -> None:
    subject = GROUP.subject(prior.name)
    try:
        gone_is_fine(lambda: call(ctx, client.iam().delete_group, subject, GroupName=prior.name))
    except ProviderError as error:
        if code_of(error) == "DeleteConflict":
            raise ProviderError(
                ErrorClass.INVALID, "Group is still in use",
                f"{error.detail} Users or policies that this stack does not manage hang on the "
                f"{subject}.", hint="Take them out of the group first.") from error
        raise
