"""aws_s3_bucket_policy: the policy of a bucket."""

from __future__ import annotations

from vbrprov_aws.clients import AwsClients
from vbrprov_s3.bucket_policy import BucketPolicyModel, BucketPolicyType


class S3BucketPolicyModel(BucketPolicyModel):
    """Arguments and attributes of ``aws_s3_bucket_policy``."""


class S3BucketPolicy(BucketPolicyType[S3BucketPolicyModel, AwsClients]):
    """The policy of a bucket of Amazon S3."""

    type_name = "aws_s3_bucket_policy"
    model = S3BucketPolicyModel
    doc = "The policy of an S3 bucket."
