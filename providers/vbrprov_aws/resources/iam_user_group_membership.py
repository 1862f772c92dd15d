"""aws_iam_user_group_membership: some of the groups of one user."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    InstanceFacts,
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
    View,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.values import STRING, SetT
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.iam.members import add, change_steps, groups_of, remove
from vbrprov_s3.iam.calls import found
from vbrprov_s3.iam.holders import USER
from vbrprov_s3.iam.quotas import QUOTAS, quota


class IamUserGroupMembershipModel(Model):
    """Arguments and attributes of ``aws_iam_user_group_membership``."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)
    groups: list[str] = attribute(
        doc="Names of groups that the user is in. Other groups of the user are left alone.",
        required=True, type=SetT(STRING))
    id: str | None = computed_attribute(doc="Name of the user.")


class IamUserGroupMembership(ResourceType[IamUserGroupMembershipModel, AwsClients]):
    """Puts one user into groups; what others did with that user stays."""

    type_name = "aws_iam_user_group_membership"
    model = IamUserGroupMembershipModel
    recovery = Recovery.CLIENT_NAMED
    doc = "Groups that an IAM user is in."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html"
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``; refuse more groups than a user may be in."""
        plan.planned["id"] = plan.planned["user"]
        user, groups = known(plan.planned, "user"), known(plan.planned, "groups")
        if plan.client is None or not isinstance(user, str) or not isinstance(groups, list):
            return
        try:
            there = set(found(lambda: groups_of(plan.client, user)) or [])
        except ProviderError:
            # A look that is a courtesy; the apply tells it all.
            there = set()
        leaving = set(known(plan.prior, "groups") or []) - set(groups)
        total, most = (there | set(groups)) - leaving, quota(plan.client, "GroupsPerUserQuota")
        if len(total) > most and set(groups) - there:
            plan.error("Too many groups for a user",
                       f"The {USER.subject(user)} would be in {len(total)} groups; the account "
                       f"allows {most} ({QUOTAS}).", "groups")

    def steps(self, client: AwsClients, prior: IamUserGroupMembershipModel | None,
              planned: IamUserGroupMembershipModel | None, ctx: StepContext) -> Steps:
        """One call for each group that comes or goes."""
        model = planned or prior
        if model is None:
            return
        user = model.user
        current = prior
        if planned is not None and prior is None:
            began = planned.copy(id=user, groups=[])
            current = began
            yield Step("create", Identity.of(user=user), lambda: began, creates=True,
                       doc="Record the membership")
        base = model
        yield from change_steps(
            Identity.of(user=user), current.groups if current else [],
            planned.groups if planned is not None else [],
            lambda group: add(client, ctx, user, group),
            lambda group: remove(client, ctx, user, group),
            lambda groups: base.copy(id=user, groups=groups))

    def read(self, client: AwsClients, state: IamUserGroupMembershipModel,
             ctx: StepContext) -> IamUserGroupMembershipModel | None:
        """Which of the groups the user is in; ``None`` when the user is gone."""
        groups = found(lambda: groups_of(client, state.user, ctx))
        if groups is None:
            return None
        return state.copy(id=state.user, groups=sorted(set(groups) & set(state.groups)))

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """As guardrails see it."""
        from vbrprov_s3.iam.viewed import membership_view

        return membership_view(facts)

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> IamUserGroupMembershipModel | None:
        """``USER/GROUP/GROUP...``."""
        user, *groups = import_id.split("/")
        if not user or not groups or not all(groups):
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form USER/GROUP, with more groups '
                                "after further slashes.")
        return self.read(client, IamUserGroupMembershipModel(user=user, groups=groups), ctx)

    def find(self, client: AwsClients, planned: IamUserGroupMembershipModel,
             ctx: StepContext) -> Probe[IamUserGroupMembershipModel]:
        """Which of the groups the user is in; none is nothing to record."""
        found = self.read(client, planned, ctx)
        return by_name(found if found is not None and found.groups else None)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamUserGroupMembershipModel]:
        """The creating step changes nothing, so it is simply done again."""
        return Probe(ProbeVerdict.ABSENT)
