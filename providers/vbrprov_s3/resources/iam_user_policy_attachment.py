"""s3_iam_user_policy_attachment: a managed policy given to a user, on a store with an IAM."""

from __future__ import annotations

from vbrprov.sdk import PlanDraft, attribute
from vbrprov_s3.iam.attachments import Attachment, AttachmentModel
from vbrprov_s3.iam.holders import USER
from vbrprov_s3.identities import require
from vbrprov_s3.session import Clients


class IamUserPolicyAttachmentModel(AttachmentModel):
    """Arguments and attributes of ``s3_iam_user_policy_attachment``."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)


class IamUserPolicyAttachment(Attachment[IamUserPolicyAttachmentModel, Clients]):
    """A managed policy of the account, given to a user."""

    type_name = "s3_iam_user_policy_attachment"
    model = IamUserPolicyAttachmentModel
    holder = USER
    doc = "A managed policy attached to a user, on a store with an IAM like Amazon's."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse a vendor that has no such IAM."""
        require(plan, "aws", self.type_name)
        super().plan_modify(plan)
