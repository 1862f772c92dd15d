"""aws_s3_bucket: a bucket and all its facets as one resource, written one call after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import TerraformAttributes
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.terraform import BUCKET_PARTS, bucket_attributes
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
    terraform_parts = BUCKET_PARTS

    def from_terraform(self, attributes: TerraformAttributes) -> Mapping[str, Any]:
        """Without the facets in the shape of older versions."""
        return bucket_attributes(attributes)
