"""s3_bucket (data): a bucket that exists, with everything that guardrails look at."""

from __future__ import annotations

from vbrprov.sdk import computed_attribute
from vbrprov_s3.bucket.data import BucketData, BucketDataModel
from vbrprov_s3.resources.bucket import S3CompatibleBucketModel
from vbrprov_s3.session import Clients
from vbrprov_s3.sosapi import SOURCE


class S3CompatibleBucketDataModel(BucketDataModel):
    """Arguments and attributes of the data source ``s3_bucket``."""

    endpoint: str | None = computed_attribute(doc="URL of the store, as Veeam takes it.")
    smart_entities: bool | None = computed_attribute(
        doc="Whether the store balances Veeam's load itself (SOSAPI, upload sessions); null when "
            "that may not be read.", source=SOURCE)


class S3CompatibleBucketData(BucketData[S3CompatibleBucketDataModel, Clients]):
    """A bucket of a store that speaks S3."""

    type_name = "s3_bucket"
    model = S3CompatibleBucketDataModel
    doc = "A bucket of an S3-compatible store that exists, with all its settings."
    family = "s3c"
    bucket_model = S3CompatibleBucketModel
    further = ("endpoint", "smart_entities")
