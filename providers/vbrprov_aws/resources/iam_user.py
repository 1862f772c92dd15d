"""aws_iam_user: one IAM user."""

from __future__ import annotations

from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.user import UserModel, UserType


class IamUserModel(UserModel):
    """Arguments and attributes of ``aws_iam_user``."""


class IamUser(UserType[IamUserModel, AwsClients]):
    """An IAM user."""

    type_name = "aws_iam_user"
    model = IamUserModel
    doc = "An IAM user."
