"""aws_iam_user_policy: one policy inside one user."""

from __future__ import annotations

from vbrprov.sdk import attribute
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.holders import USER
from vbrprov_s3.iam.inline import InlinePolicy, InlinePolicyModel


class IamUserPolicyModel(InlinePolicyModel):
    """Arguments and attributes of ``aws_iam_user_policy``."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)


class IamUserPolicy(InlinePolicy[IamUserPolicyModel, AwsClients]):
    """An inline policy, which is part of an IAM user and goes with it."""

    type_name = "aws_iam_user_policy"
    model = IamUserPolicyModel
    holder = USER
    doc = "An inline policy of an IAM user."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html"
