"""aws_s3_bucket: a bucket and all its facets as one resource, written one call after the other."""

from __future__ import annotations

from vbrprov_aws.clients import AwsClients
from vbrprov_s3.bucket.model import BucketModel
from vbrprov_s3.bucket.resource import BucketType


class S3BucketModel(BucketModel):
    """Arguments and attributes of ``aws_s3_bucket``."""


class S3Bucket(BucketType[S3BucketModel, AwsClients]):
    """A bucket of Amazon S3."""

    type_name = "aws_s3_bucket"
    model = S3BucketModel
    doc = "An S3 bucket with all its settings."
    holds = "amazon"
