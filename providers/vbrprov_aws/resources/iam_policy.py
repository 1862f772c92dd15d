"""aws_iam_policy: one customer managed policy."""

from __future__ import annotations

from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.policy import PolicyModel, PolicyType


class IamPolicyModel(PolicyModel):
    """Arguments and attributes of ``aws_iam_policy``."""


class IamPolicy(PolicyType[IamPolicyModel, AwsClients]):
    """A customer managed IAM policy."""

    type_name = "aws_iam_policy"
    model = IamPolicyModel
    doc = "A customer managed IAM policy."
