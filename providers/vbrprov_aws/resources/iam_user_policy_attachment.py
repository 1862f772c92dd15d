"""aws_iam_user_policy_attachment: one managed policy attached to one user."""

from __future__ import annotations

from vbrprov.sdk import attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.attachments import Attachment, AttachmentModel
from vbrprov_s3.iam.holders import USER


class IamUserPolicyAttachmentModel(AttachmentModel):
    """Arguments and attributes of ``aws_iam_user_policy_attachment``."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)


class IamUserPolicyAttachment(Attachment[IamUserPolicyAttachmentModel, AwsClients]):
    """A managed policy of Amazon's or the account's, given to an IAM user."""

    type_name = "aws_iam_user_policy_attachment"
    model = IamUserPolicyAttachmentModel
    holder = USER
    doc = "A managed policy attached to a user."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html"
