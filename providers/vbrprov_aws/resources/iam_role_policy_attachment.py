"""aws_iam_role_policy_attachment: one managed policy attached to one role."""

from __future__ import annotations

from vbrprov.sdk import attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.attachments import Attachment, AttachmentModel
from vbrprov_s3.iam.holders import ROLE


class IamRolePolicyAttachmentModel(AttachmentModel):
    """Arguments and attributes of ``aws_iam_role_policy_attachment``."""

    role: str = attribute(doc="Name of the role.", required=True, replace_on_change=True)


class IamRolePolicyAttachment(Attachment[IamRolePolicyAttachmentModel, AwsClients]):
    """A managed policy of Amazon's or the account's, given to an IAM role."""

    type_name = "aws_iam_role_policy_attachment"
    model = IamRolePolicyAttachmentModel
    holder = ROLE
    doc = "A managed policy attached to a role."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html"
