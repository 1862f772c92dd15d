"""aws_iam_group_policy: one policy inside one group."""

from __future__ import annotations

from vbrprov.sdk import attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.holders import GROUP
from vbrprov_s3.iam.inline import InlinePolicy, InlinePolicyModel


class IamGroupPolicyModel(InlinePolicyModel):
    """Arguments and attributes of ``aws_iam_group_policy``."""

    group: str = attribute(doc="Name of the group.", required=True, replace_on_change=True)


class IamGroupPolicy(InlinePolicy[IamGroupPolicyModel, AwsClients]):
    """An inline policy, which is part of an IAM group and goes with it."""

    type_name = "aws_iam_group_policy"
    model = IamGroupPolicyModel
    holder = GROUP
    doc = "An inline policy of an IAM group."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html"
