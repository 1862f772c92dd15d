"""aws_iam_group_membership: all users of one group."""

from __future__ import annotations

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.values import STRING, SetT
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.iam.members import add, change_steps, remove, users_of
from vbrprov_s3.iam.calls import found
from vbrprov_s3.iam.holders import GROUP


class IamGroupMembershipModel(Model):
    """Arguments and attributes of ``aws_iam_group_membership``."""

    name: str = attribute(doc="A name for the membership; IAM does not know it.", required=True,
                          replace_on_change=True)
    group: str = attribute(doc="Name of the group.", required=True, replace_on_change=True)
    users: list[str] = attribute(
        doc="Names of all its users; any other is taken out of the group.", required=True,
        type=SetT(STRING))
    id: str | None = computed_attribute(doc="The name.")


class IamGroupMembership(ResourceType[IamGroupMembershipModel, AwsClients]):
    """The users of a group, and nobody else.

    For some of the groups of one user, whoever else is in them, see aws_iam_user_group_membership.
    """

    type_name = "aws_iam_group_membership"
    model = IamGroupMembershipModel
    recovery = Recovery.CLIENT_NAMED
    doc = "All users of an IAM group."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html"
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``."""
        plan.planned["id"] = plan.planned["name"]

    def steps(self, client: AwsClients, prior: IamGroupMembershipModel | None,
              planned: IamGroupMembershipModel | None, ctx: StepContext) -> Steps:
        """One call for each user that comes or goes."""
        model = planned or prior
        if model is None:
            return
        group = model.group
        current = prior
        if planned is not None and prior is None:
            current = planned.copy(id=planned.name, users=[])
            began = current
            yield Step("create", Identity.of(group=group, name=planned.name),
                       lambda: _begin(client, planned, began), creates=True,
                       doc="See who is in the group")
        base = planned or model
        yield from change_steps(
            Identity.of(group=group), current.users if current else [],
            planned.users if planned is not None else [],
            lambda user: add(client, ctx, user, group),
            lambda user: remove(client, ctx, user, group),
            lambda users: base.copy(id=base.name, users=users))

    def read(self, client: AwsClients, state: IamGroupMembershipModel,
             ctx: StepContext) -> IamGroupMembershipModel | None:
        """Who is in the group; ``None`` when the group is gone."""
        users = found(lambda: users_of(client, state.group, ctx))
        return None if users is None else state.copy(id=state.name, users=sorted(users))

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> IamGroupMembershipModel | None:
        """The membership of the group of that name; the name of the membership is the group's."""
        return self.read(client, IamGroupMembershipModel(
            name=import_id, group=import_id, users=[]), ctx)

    def find(self, client: AwsClients, planned: IamGroupMembershipModel,
             ctx: StepContext) -> Probe[IamGroupMembershipModel]:
        """Who is in the group."""
        return by_name(self.read(client, planned, ctx))

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamGroupMembershipModel]:
        """The creating step changes nothing, so it is simply done again."""
        return Probe(ProbeVerdict.ABSENT)


def _begin(client: AwsClients, planned: IamGroupMembershipModel,
           began: IamGroupMembershipModel) -> IamGroupMembershipModel:
    """Nobody is thrown out of a group by the creation of this resource."""
    others = sorted(set(found(lambda: users_of(client, planned.group)) or []) - set(planned.users))
    if others:
        raise ProviderError(
            ErrorClass.EXISTS, "Group has other users",
            f"The {GROUP.subject(planned.group)} has users that the configuration does not name: "
            f"{', '.join(others)}. They are not taken out silently.", attribute="users",
            hint=f"Name them, import the membership (vbrprov import ADDRESS {planned.group}) and "
                 "see what would change, or use aws_iam_user_group_membership.")
    return began
