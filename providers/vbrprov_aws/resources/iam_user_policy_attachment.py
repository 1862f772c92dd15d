"""aws_iam_user_policy_attachment: one managed policy attached to one user."""

from __future__ import annotations

from typing import Any

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
from vbrprov.sdk.planning import is_known, known
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.iam_calls import call, found, gone_is_fine, pages, user_subject
from vbrprov_s3.waiting import retry

#: Seconds until a user or policy that was made just now is known everywhere.
NEW_SECONDS = 60.0


def _check_arn(value: Any) -> str | None:
    if not value.startswith("arn:") or ":policy/" not in value:
        return "policy_arn is the ARN of a managed policy (arn:aws:iam::ACCOUNT:policy/NAME)."
    return None


class IamUserPolicyAttachmentModel(Model):
    """Arguments and attributes of ``aws_iam_user_policy_attachment``."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)
    policy_arn: str = attribute(doc="ARN of the managed policy.", required=True,
                                replace_on_change=True, validators=(_check_arn,))
    id: str | None = computed_attribute(doc="User and policy.")


class IamUserPolicyAttachment(ResourceType[IamUserPolicyAttachmentModel, AwsClients]):
    """Attaching twice changes nothing, so an attachment that is there is simply taken."""

    type_name = "aws_iam_user_policy_attachment"
    model = IamUserPolicyAttachmentModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A managed policy attached to a user."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html"
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``."""
        user, arn = known(plan.planned, "user"), known(plan.planned, "policy_arn")
        if is_known(user) and is_known(arn):
            plan.planned["id"] = f"{user}/{arn}"

    def steps(self, client: AwsClients, prior: IamUserPolicyAttachmentModel | None,
              planned: IamUserPolicyAttachmentModel | None, ctx: StepContext) -> Steps:
        """Attach or detach."""
        iam = client.iam()
        if planned is None:
            if prior is not None:
                yield Step(
                    "detach", _identity(prior),
                    lambda: gone_is_fine(lambda: call(
                        ctx, iam.detach_user_policy, user_subject(prior.user),
                        UserName=prior.user, PolicyArn=prior.policy_arn)),
                    doc="Detach the policy")
            return
        if prior is not None:
            return

        def attach() -> IamUserPolicyAttachmentModel:
            retry(lambda: call(ctx, iam.attach_user_policy, user_subject(planned.user),
                               UserName=planned.user, PolicyArn=planned.policy_arn),
                  ctx, frozenset({ErrorClass.NOT_FOUND}), 0 if client.sandbox else NEW_SECONDS)
            return planned.copy(id=f"{planned.user}/{planned.policy_arn}")

        yield Step("attach", _identity(planned), attach, creates=True, doc="Attach the policy")

    def read(self, client: AwsClients, state: IamUserPolicyAttachmentModel,
             ctx: StepContext) -> IamUserPolicyAttachmentModel | None:
        """The attachment; ``None`` when the user has none, or is gone itself."""
        listed = found(lambda: list(pages(
            client.iam().list_attached_user_policies, "AttachedPolicies",
            user_subject(state.user), UserName=state.user)))
        if not any(entry["PolicyArn"] == state.policy_arn for entry in listed or []):
            return None
        return state.copy(id=f"{state.user}/{state.policy_arn}")

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> IamUserPolicyAttachmentModel | None:
        """``USER/POLICY_ARN``."""
        user, slash, arn = import_id.partition("/")
        if not slash or not arn.startswith("arn:"):
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form USER/POLICY_ARN.')
        return self.read(client, IamUserPolicyAttachmentModel(user=user, policy_arn=arn), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamUserPolicyAttachmentModel]:
        """Ours when it is there."""
        state = self.read(client, IamUserPolicyAttachmentModel(
            user=str(intent.identity["user"]), policy_arn=str(intent.identity["policy_arn"])), ctx)
        return Probe(ProbeVerdict.OURS if state else ProbeVerdict.ABSENT, state=state)


def _identity(model: IamUserPolicyAttachmentModel) -> Identity:
    return Identity.of(user=model.user, policy_arn=model.policy_arn)
