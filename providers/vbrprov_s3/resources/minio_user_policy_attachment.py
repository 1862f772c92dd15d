"""s3_minio_user_policy_attachment: gives a user of MinIO a named policy."""

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
from vbrprov.sdk.planning import known
from vbrprov_s3.errors import code_of
from vbrprov_s3.identities import require
from vbrprov_s3.minio.accounts import or_none, policies_of, user_info, user_subject
from vbrprov_s3.minio.client import ALREADY
from vbrprov_s3.session import Clients


class MinioUserPolicyAttachmentModel(Model):
    """Arguments and attributes of ``s3_minio_user_policy_attachment``."""

    user_name: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)
    policy_name: str = attribute(doc="Name of the policy.", required=True, replace_on_change=True)
    id: str | None = computed_attribute(doc="USER/POLICY.")


class MinioUserPolicyAttachment(ResourceType[MinioUserPolicyAttachmentModel, Clients]):
    """One policy on one user; other policies of the user are left alone."""

    type_name = "s3_minio_user_policy_attachment"
    model = MinioUserPolicyAttachmentModel
    recovery = Recovery.CLIENT_NAMED
    doc = "Gives a user of MinIO a named policy."
    source = "https://github.com/minio/minio/blob/master/cmd/admin-handlers-users.go"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``."""
        require(plan, "minio", self.type_name)
        user, policy = known(plan.planned, "user_name"), known(plan.planned, "policy_name")
        if isinstance(user, str) and isinstance(policy, str):
            plan.planned["id"] = f"{user}/{policy}"

    def steps(self, client: Clients, prior: MinioUserPolicyAttachmentModel | None,
              planned: MinioUserPolicyAttachmentModel | None, ctx: StepContext) -> Steps:
        """Attach or detach, each safe to repeat."""
        if planned is None:
            if prior is not None:
                yield Step("detach", _identity(prior), lambda: _detach(client, prior),
                           doc="Detach the policy")
            return
        if prior is None:
            wanted = planned.copy(id=f"{planned.user_name}/{planned.policy_name}")
            yield Step("attach", _identity(wanted), lambda: _attach(client, wanted), creates=True,
                       doc="Attach the policy")

    def read(self, client: Clients, state: MinioUserPolicyAttachmentModel,
             ctx: StepContext) -> MinioUserPolicyAttachmentModel | None:
        """The attachment; ``None`` when the user has no such policy, or is gone itself."""
        info = user_info(client, state.user_name)
        if info is None or state.policy_name not in policies_of(info):
            return None
        return state.copy(id=f"{state.user_name}/{state.policy_name}")

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> MinioUserPolicyAttachmentModel | None:
        """``USER/POLICY``."""
        user, slash, policy = import_id.partition("/")
        if not slash or not policy:
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form USER/POLICY.')
        return self.read(client, MinioUserPolicyAttachmentModel(
            user_name=user, policy_name=policy), ctx)

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[MinioUserPolicyAttachmentModel]:
        """An attachment has no owner: one that is there is what was wanted."""
        user, policy = str(intent.identity["user"]), str(intent.identity["policy"])
        state = self.read(client, MinioUserPolicyAttachmentModel(
            user_name=user, policy_name=policy), ctx)
        return Probe(ProbeVerdict.ABSENT if state is None else ProbeVerdict.OURS, state=state)


def _identity(model: MinioUserPolicyAttachmentModel) -> Identity:
    return Identity.of(user=model.user_name, policy=model.policy_name)


def _change(client: Clients, verb: str, model: MinioUserPolicyAttachmentModel) -> None:
    try:
        client.admin().change(
            "POST", f"idp/builtin/policy/{verb}", user_subject(model.user_name),
            {"policies": [model.policy_name], "user": model.user_name}, sealed=True)
    except ProviderError as error:
        if code_of(error) != ALREADY:
            raise


def _attach(
    client: Clients, wanted: MinioUserPolicyAttachmentModel,
) -> MinioUserPolicyAttachmentModel:
    _change(client, "attach", wanted)
    return wanted


def _detach(client: Clients, prior: MinioUserPolicyAttachmentModel) -> None:
    or_none(lambda: _change(client, "detach", prior))
