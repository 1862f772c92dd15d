"""The shared bucket type, as far as ``ibm_cos_bucket`` uses it: for its probe."""

from __future__ import annotations

from typing import Final

from vbrprov_ibm.session import BucketClients
from vbrprov_s3.bucket.model import BucketModel
from vbrprov_s3.bucket.resource import BucketType


class FamilyBucket(BucketType[BucketModel, BucketClients]):
    """A bucket in the words of the S3 family."""

    type_name = "ibm_cos_bucket"
    model = BucketModel
    holds = "s3c"


FAMILY: Final = FamilyBucket()
