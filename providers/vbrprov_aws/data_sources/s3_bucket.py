"""aws_s3_bucket (data): a bucket that exists, with everything that guardrails look at."""

from __future__ import annotations

from vbrprov_aws.clients import AwsClients
from vbrprov_s3.bucket.data import BucketData, BucketDataModel


class S3BucketDataModel(BucketDataModel):
    """Arguments and attributes of the data source ``aws_s3_bucket``."""


class S3BucketData(BucketData[S3BucketDataModel, AwsClients]):
    """A bucket of Amazon S3."""

    type_name = "aws_s3_bucket"
    model = S3BucketDataModel
    doc = "A bucket that exists, with all its settings."
    family = "amazon"
