"""aws_iam_group_policy_attachment: one managed policy attached to one group."""

from __future__ import annotations

from vbrprov.sdk import attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.attachments import Attachment, AttachmentModel
from vbrprov_s3.iam.holders import GROUP


class IamGroupPolicyAttachmentModel(AttachmentModel):
    """Arguments and attributes of ``aws_iam_group_policy_attachment``."""

    group: str = attribute(doc="Name of the group.", required=True, replace_on_change=True)


class IamGroupPolicyAttachment(Attachment[IamGroupPolicyAttachmentModel, AwsClients]):
    """A managed policy of Amazon's or the account's, given to an IAM group."""

    type_name = "aws_iam_group_policy_attachment"
    model = IamGroupPolicyAttachmentModel
    holder = GROUP
    doc = "A managed policy attached to a group."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html"
