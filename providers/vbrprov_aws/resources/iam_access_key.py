"""aws_iam_access_key: one access key of an IAM user. Its secret is told once and never kept."""

from __future__ import annotations

from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.access_key import AccessKeyModel, AccessKeyType


class IamAccessKeyModel(AccessKeyModel):
    """Arguments and attributes of ``aws_iam_access_key``."""


class IamAccessKey(AccessKeyType[IamAccessKeyModel, AwsClients]):
    """An access key of an IAM user."""

    type_name = "aws_iam_access_key"
    model = IamAccessKeyModel
    doc = "An access key of an IAM user."
