"""aws_iam_role_policy: one policy inside one role."""

from __future__ import annotations

from vbrprov.sdk import attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.holders import ROLE
from vbrprov_s3.iam.inline import InlinePolicy, InlinePolicyModel


class IamRolePolicyModel(InlinePolicyModel):
    """Arguments and attributes of ``aws_iam_role_policy``."""

    role: str = attribute(doc="Name of the role.", required=True, replace_on_change=True)


class IamRolePolicy(InlinePolicy[IamRolePolicyModel, AwsClients]):
    """An inline policy, which is part of an IAM role and goes with it."""

    type_name = "aws_iam_role_policy"
    model = IamRolePolicyModel
    holder = ROLE
    doc = "An inline policy of an IAM role."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html"
